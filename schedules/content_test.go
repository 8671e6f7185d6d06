package schedules

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store/storetest"
)

// unanswered is a refusal because WeChat did not answer.
type unanswered struct{ *cards.Refusal }

func (u *unanswered) Unwrap() error { return u.Refusal }

func (u *unanswered) Passes() bool { return true }

// A fire that WeChat does not answer is said again, and is one run; past the
// grace it is missed.
func TestAFireWaitsForWeChat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		at := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
		w := newWorld(t, url, at.Add(-time.Hour))
		var down atomic.Int64
		down.Store(2)
		w.Schedules.say = func(ctx context.Context, l Line) (int64, error) {
			if down.Add(-1) >= 0 {
				return 0, &unanswered{cards.Refuse("fault.wechat_slow")}
			}
			return w.door(ctx, l)
		}
		w.add(Draft{Name: "tea", When: "0 9 * * *"})
		w.at(at)
		w.until("the fire to be tried twice in vain", func() bool { w.hurry(); return down.Load() < 0 })
		if got := short(w.settled("tea")); got != "01T09:00 done" {
			t.Errorf("runs: got %s, want one, done", got)
		}

		down.Store(1 << 40)
		w.at(at.AddDate(0, 0, 1))
		before := down.Load()
		w.until("the fire to be tried", func() bool { return down.Load() < before })
		w.clock.set(at.AddDate(0, 0, 1).Add(time.Hour))
		w.until("the fire to be asked about", func() bool {
			w.hurry()
			w.at(w.clock.now())
			runs := w.runsOf("tea")
			return len(runs) == 2 && runs[1].State == "asked"
		})
		w.told("schedule.missed_ask")
	})
}
