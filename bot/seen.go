package bot

import (
	"sync"
	"time"
)

// seen remembers what was heard, so that the same delivery is not heard twice: a
// repeated one is acknowledged as the first was. Slack repeats an event for five
// minutes after the first time.
type seen struct {
	now func() time.Time

	mu    sync.Mutex
	heard map[string]*delivery
	order []*delivery // oldest first
}

const (
	remember         = 15 * time.Minute
	rememberAtMost   = 20_000
	rememberPayloads = 500 // of the newest; an older one is acknowledged without
)

// delivery is one thing heard.
type delivery struct {
	key     string
	at      time.Time
	done    chan struct{} // closed when it is acknowledged
	payload any           // with this; nil is an empty acknowledgement

	forgotten bool // it was not acknowledged, and may come again
}

func newSeen(now func() time.Time) *seen {
	return &seen{now: now, heard: make(map[string]*delivery)}
}

// first returns the delivery called key, and whether this is the first time.
func (s *seen) first(key string) (*delivery, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for len(s.order) > 0 && (len(s.order) >= rememberAtMost || now.Sub(s.order[0].at) > remember) {
		delete(s.heard, s.order[0].key)
		s.order[0] = nil
		s.order = s.order[1:]
	}
	if d, ok := s.heard[key]; ok {
		return d, false
	}
	d := &delivery{key: key, at: now, done: make(chan struct{})}
	s.heard[key] = d
	s.order = append(s.order, d)
	if old := len(s.order) - rememberPayloads - 1; old >= 0 {
		s.order[old].payload = nil
	}
	return d, true
}

// forget lets a delivery come again as if for the first time: nothing was done. Who waits
// for it is let go without a payload.
func (s *seen) forget(d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.heard, d.key)
	d.forgotten = true
	close(d.done)
}

// settle notes how a delivery was acknowledged.
func (s *seen) settle(d *delivery, payload any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.payload = payload
	close(d.done)
}

// payload is how a settled delivery was acknowledged; false where it was not.
func (s *seen) payload(d *delivery) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return d.payload, !d.forgotten
}
