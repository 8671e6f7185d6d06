package app

import (
	"context"
	"errors"
	"os"
	"time"

	"magpie/cards"
	"magpie/store"
)

// compareAtStart has the clocks compared before anything goes by them; a busy machine may
// need more than one try.
func compareAtStart(ctx context.Context, clock *store.Clock) (err error) {
	for range 3 {
		if err = clock.Compare(ctx); err == nil {
			break
		}
	}
	return err
}

// tellClock tells the admins, each in their own conversation, that this machine's clock and
// the database's come apart, and when they agree again.
func (h *house) tellClock(ctx context.Context, ahead time.Duration) error {
	machine, err := os.Hostname()
	if err != nil {
		machine = "?"
	}
	state, told := "", cards.T("bot.clock_agrees", "machine", cards.Code(machine))
	by := cards.T("time.seconds", "count", int(ahead.Abs().Round(time.Second)/time.Second))
	switch {
	case ahead > 0:
		state, told = "apart", cards.T("bot.clock_ahead", "machine", cards.Code(machine), "by", by)
	case ahead < 0:
		state, told = "apart", cards.T("bot.clock_behind", "machine", cards.Code(machine), "by", by)
	}
	admins := h.directory.AdminsNow()
	if ahead != 0 && len(admins) == 0 {
		return errors.New("the admins are not known yet")
	}
	within, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return h.posts.TellOnce(within, "clock of "+machine, state, admins, cards.Card{Body: []cards.Text{told}})
}

// queueNow is the clock of the job queue, which sleeps by real time: on SQLite, where a
// pretended world may step its own, this machine's.
func (h *house) queueNow() func() time.Time {
	if h.db.Postgres() {
		return h.clock.Now
	}
	return time.Now
}
