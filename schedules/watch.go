package schedules

import (
	"context"
	"time"

	"magpie/store"
)

// watch looks at the clock until ctx ends.
func (s *Schedules) watch(ctx context.Context) {
	s.watchZoneData(ctx)
	for {
		changed := s.DB.Changed()
		pass, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		if err := s.tick(pass); err != nil {
			s.Log.Error("claim what is due", "error", err)
		}
		rest := s.rest(pass)
		cancel()
		if !store.Rest(ctx.Done(), changed, tickEvery, rest) {
			return
		}
	}
}

// look looks at what is under way or waits for approval, until ctx ends.
func (s *Schedules) look(ctx context.Context) {
	store.Every(ctx.Done(), lookEvery, func() {
		pass, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := s.follow(pass); err != nil {
			s.Log.Error("look at runs under way", "error", err)
		}
		if err := s.pendingOver(pass); err != nil {
			s.Log.Error("look at schedules that wait for approval", "error", err)
		}
	})
}

// sleep reports false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// rest is how long to wait before the clock is looked at again: until the next fire,
// or for a second, since other processes add fires and a clock may be stepped.
func (s *Schedules) rest(ctx context.Context) time.Duration {
	now := s.Now()
	var next int64
	served, args := s.Outbox.Accounts.In("account", 2)
	if err := s.DB.QueryRow(ctx, "select coalesce(min(wake_at), 0) from schedule where state = 'active' and wake_at > $1 and "+served, append([]any{store.Millis(now)}, args...)...).Scan(&next); err != nil || next == 0 {
		return lookEvery
	}
	return min(store.Time(next).Sub(now), lookEvery)
}
