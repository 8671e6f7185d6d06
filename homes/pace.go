package homes

import (
	"sync"
	"time"
)

// Slack takes 100 calls of views.publish a minute and workspace, and more for a moment: it is
// of tier 4. https://docs.slack.dev/reference/methods/views.publish,
// https://docs.slack.dev/apis/web-api/rate-limits
const (
	publishEvery = time.Minute / 100
	burst        = 100
	// kept is how much of the burst is for what is sure to show something new.
	kept = 20
)

// pace keeps this process's calls to what Slack takes. Whoever has just opened their home does
// not wait for it: others do, for a minute at most.
type pace struct {
	now   func() time.Time
	every time.Duration

	mu   sync.Mutex
	next time.Time // when there is room for one that comes after a whole burst
	held time.Time // nobody publishes before: Slack asks for it
}

func newPace() *pace { return &pace{now: time.Now, every: publishEvery} }

// least is the least urgency for which there is room; where that is not any, after how long
// there is room for the next less.
func (p *pace) least() (urgency int, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	after := func(room int) time.Duration {
		first := p.at(now).Add(-time.Duration(room-1) * p.every)
		if p.held.After(first) {
			first = p.held
		}
		return first.Sub(now)
	}
	if wait := after(burst); wait > 0 {
		return opened, wait
	}
	if wait := after(burst - kept); wait > 0 {
		return concerned, wait
	}
	return perhaps, 0
}

// charge takes room for one. What goes beyond a burst is forgiven: Slack counts by the minute.
func (p *pace) charge() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.next = p.at(now).Add(p.every)
	if most := now.Add(burst * p.every); p.next.After(most) {
		p.next = most
	}
}

// hold keeps those away that nobody waits for.
func (p *pace) hold(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(wait); until.After(p.held) {
		p.held = until
	}
}

// at is when there is room after a whole burst.
func (p *pace) at(now time.Time) time.Time {
	if p.next.Before(now) {
		return now
	}
	return p.next
}
