package playground

import (
	"context"
	"fmt"
	"time"

	"magpie/wechat/wechattest"
)

// furthest is how far ahead of real time the world can be.
const furthest = 5 * 366 * 24 * time.Hour

// Now is the time of the world: real time, and what was stepped on top. Slack and
// WeChat here go by it, and so should the bot.
func (w *World) Now() time.Time {
	return time.Now().Add(time.Duration(w.stepped.Load()))
}

// step is how the clock is moved: on by some minutes, or to an instant by its name.
type step struct {
	Minutes float64 `json:"minutes"`
	To      string  `json:"to"` // next: the next fire; real: real time again
}

// step moves the clock on. Only to real time does it go back.
func (w *World) step(ctx context.Context, s step) error {
	w.stepping.Lock()
	defer w.stepping.Unlock()
	by := time.Duration(s.Minutes * float64(time.Minute))
	switch {
	case s.To == "real":
		by = -time.Duration(w.stepped.Load())
	case s.To == "next":
		next, err := w.nextFire(ctx)
		if err != nil {
			return err
		}
		by = next.Sub(w.Now())
	case s.To != "":
		return fmt.Errorf("the clock knows no %q: next and real are possible", s.To)
	case !(s.Minutes > 0 && s.Minutes <= furthest.Minutes()): // NaN too
		return fmt.Errorf("%v minutes: the clock goes forward, by five years at most", s.Minutes)
	}
	if time.Duration(w.stepped.Load())+by > furthest {
		return fmt.Errorf("the clock can be five years ahead at most")
	}
	w.stepped.Add(int64(max(by, -time.Duration(w.stepped.Load()))))
	// This tells everybody who looks that time has moved.
	w.eachWeChat(func(s *wechattest.Server) { s.SetClock(w.Now) })
	return nil
}

// nextFire is the first instant to come at which a schedule fires.
func (w *World) nextFire(ctx context.Context) (time.Time, error) {
	now := w.Now()
	fires, err := w.fires(ctx, now, now.Add(furthest))
	if err != nil {
		return now, fmt.Errorf("look for the next fire: %w", err)
	}
	for _, f := range fires {
		if (f.State == Upcoming || f.State == Ahead) && f.At.After(now) {
			return f.At, nil
		}
	}
	return now, fmt.Errorf("no fire is to come: nothing that was approved is scheduled")
}
