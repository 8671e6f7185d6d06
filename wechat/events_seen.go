package wechat

import (
	"sync"
	"time"
)

// seenFor is how long a push is remembered at least: an older one does not get past the
// clock any more.
const seenFor = 2 * eventWindow

// seenKeys remembers keys for seenFor at least and twice that at most, each at the same
// cost however many there are: when the newer half is seenFor old, the older half is
// dropped whole.
type seenKeys struct {
	mu           sync.Mutex
	newer, older map[string]struct{}
	since        time.Time // when newer was begun
}

// first reports that none of the keys has been seen, and notes them.
func (s *seenKeys) first(now time.Time, keys []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := now.Sub(s.since); s.newer == nil || age > seenFor {
		s.older, s.newer, s.since = s.newer, map[string]struct{}{}, now
		if age > 2*seenFor {
			s.older = nil
		}
	}
	for _, key := range keys {
		if _, was := s.newer[key]; was {
			return false
		}
		if _, was := s.older[key]; was {
			return false
		}
	}
	for _, key := range keys {
		s.newer[key] = struct{}{}
	}
	return true
}

// forget lets keys come again.
func (s *seenKeys) forget(keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		delete(s.newer, key)
		delete(s.older, key)
	}
}
