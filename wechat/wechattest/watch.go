package wechattest

import "context"

// tell wakes everybody who waits on Changed. The lock is held.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed returns a channel that is closed at the next change: a call arrives
// or ends, the clock is moved, a fault is ordered. Take it before looking.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Wait returns once ok is true, looking again at every change, or with ctx's error.
func (s *Server) Wait(ctx context.Context, ok func(*Server) bool) error {
	for {
		changed := s.Changed()
		if ok(s) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
