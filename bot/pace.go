package bot

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"magpie/cards"
)

// Slack takes about one message a second and channel, and more for a moment.
// https://docs.slack.dev/apis/web-api/rate-limits
const (
	paceEvery = time.Second
	burst     = 5
	// turnKept is how long a turn is kept for whoever does not come back in time.
	turnKept  = 10 * time.Minute
	lanesMost = 1000
)

var errPaced = errors.New("others in this channel come first")

// paces keeps the pace of every method in every channel. Nobody waits in it: who is too
// early is told when to come back, and has that turn then.
type paces struct {
	now   func() time.Time
	every time.Duration

	mu    sync.Mutex
	lanes map[string]*lane // by method and channel
}

func newPaces() *paces {
	return &paces{now: time.Now, every: paceEvery, lanes: make(map[string]*lane)}
}

// lane is one method in one channel.
type lane struct {
	next  time.Time            // when there is room for a message that comes after a whole burst
	turns map[string]time.Time // by who was told to come back
}

// take is how long to stay away; 0: now, and the turn is used up.
func (p *paces) take(ctx context.Context, method, channel string) time.Duration {
	turn := cards.Turn(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	now, l := p.now(), p.lane(method, channel)
	if at, kept := l.turns[turn]; kept {
		if wait := at.Sub(now); wait > 0 {
			return wait
		}
		delete(l.turns, turn)
		return 0
	}
	at := l.at(now, p.every)
	wait := at.Sub(now)
	if wait > 0 && turn == "" {
		return wait // nothing is kept for nobody
	}
	l.next = l.next.Add(p.every)
	if wait <= 0 {
		return 0
	}
	maps.DeleteFunc(l.turns, func(_ string, at time.Time) bool { return now.Sub(at) > turnKept })
	l.turns[turn] = at
	return wait
}

// charge takes room for a message that goes out whatever the pace: others wait for it.
func (p *paces) charge(method, channel string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lane(method, channel)
	l.at(p.now(), p.every)
	l.next = l.next.Add(p.every)
}

// hold keeps everybody away for as long as Slack asks; they come back in their order, and
// first whoever was told so under turn.
func (p *paces) hold(method, channel string, wait time.Duration, turn string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, l := p.now(), p.lane(method, channel)
	first := l.at(now, p.every)
	for _, at := range l.turns {
		if at.Before(first) {
			first = at
		}
	}
	until := now.Add(wait)
	shift := max(0, until.Sub(first))
	if turn != "" {
		shift = max(0, until.Add(p.every).Sub(first))
	}
	l.next = l.next.Add(shift)
	for other, at := range l.turns {
		l.turns[other] = at.Add(shift)
	}
	if turn != "" {
		l.turns[turn] = until
	}
}

// at is when there is room for one more; what has passed counts for a burst at most.
func (l *lane) at(now time.Time, every time.Duration) time.Time {
	if l.next.Before(now) {
		l.next = now
	}
	return l.next.Add(-(burst - 1) * every)
}

// lane is one method in one channel. There are as many as channels with cards; should they
// become many, those at rest are forgotten.
func (p *paces) lane(method, channel string) *lane {
	key := method + " " + channel
	if l := p.lanes[key]; l != nil {
		return l
	}
	if len(p.lanes) > lanesMost {
		now := p.now()
		maps.DeleteFunc(p.lanes, func(_ string, l *lane) bool { return len(l.turns) == 0 && l.next.Before(now) })
	}
	l := &lane{turns: make(map[string]time.Time)}
	p.lanes[key] = l
	return l
}
