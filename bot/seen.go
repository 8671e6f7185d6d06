package bot

import (
	"sync"
	"time"
)

// seen remembers what was heard, so that the same delivery is not heard twice. Slack
// repeats an event for five minutes after the first.
type seen struct {
	now func() time.Time

	mu    sync.Mutex
	heard map[string]*delivery
	swept time.Time
}

const remember = 15 * time.Minute

// delivery is one thing heard: its acknowledgement, once known.
type delivery struct {
	done    chan struct{}
	payload any // nil is an empty acknowledgement
	at      time.Time
}

func newSeen(now func() time.Time) *seen {
	return &seen{now: now, heard: make(map[string]*delivery), swept: now()}
}

// first returns the delivery called key, and whether this is the first time.
func (s *seen) first(key string) (*delivery, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if now.Sub(s.swept) > time.Minute {
		s.swept = now
		for k, d := range s.heard {
			if now.Sub(d.at) > remember {
				delete(s.heard, k)
			}
		}
	}
	if d, ok := s.heard[key]; ok {
		return d, false
	}
	d := &delivery{done: make(chan struct{}), at: now}
	s.heard[key] = d
	return d, true
}

// settle notes how the delivery was acknowledged.
func (d *delivery) settle(payload any) {
	d.payload = payload
	close(d.done)
}
