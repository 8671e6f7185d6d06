package bot

import (
	"context"
	"time"
)

// look is something to be looked up at Slack, and what was found.
type look[T any] struct {
	found  T
	at     time.Time     // when it was asked for; zero: never found
	asking chan struct{} // closes when the look-up under way ends; nil: none is
}

// want is a look's fresh finding, waited for until ctx ends. Past half its time it is
// asked for anew, ahead of whoever will need it. read, where not nil, sees the finding.
func want[T any](ctx context.Context, m *Members, channel string, of func(*place) *look[T], ask func(context.Context, string) (T, error), read func(*place)) (found T, known bool) {
	for waited := false; ; waited = true {
		m.mu.Lock()
		p := m.place(channel)
		l := of(p)
		age := m.now().Round(0).Sub(l.at)
		known = !l.at.IsZero() && age >= 0 && age < membersFresh
		if known {
			found = l.found
			if read != nil {
				read(p)
			}
		}
		if (!known && !waited || known && age > membersFresh/2) && l.asking == nil {
			l.asking = make(chan struct{})
			go fetch(m, channel, p, of, ask)
		}
		asking := l.asking
		m.mu.Unlock()
		if known || waited || asking == nil {
			return found, known
		}
		beforeAsking(ctx)
		select {
		case <-asking:
		case <-ctx.Done():
			return found, false
		}
	}
}

// fetch looks up, keeps what was found and wakes whoever waits.
func fetch[T any](m *Members, channel string, p *place, of func(*place) *look[T], ask func(context.Context, string) (T, error)) {
	ctx, cancel := context.WithTimeout(context.Background(), membersRead)
	defer cancel()
	begun := m.now().Round(0) // by the clock on the wall, which a sleep does not stop
	found, err := ask(ctx, channel)
	if err != nil {
		m.complain(channel, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l := of(p)
	if err == nil {
		l.found, l.at = found, begun
	}
	if any(l) == any(&p.inside) {
		for _, who := range p.moved {
			p.move(who)
		}
		p.moved = nil
	}
	close(l.asking)
	l.asking = nil
}
