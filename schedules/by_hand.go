package schedules

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// RunNow says a schedule's line at once, by hand, by the schedule's own approval. once
// is the key of the line that asked for it. of is the failed fire that is run again;
// zero: the line reads as of now.
func (s *Schedules) RunNow(ctx context.Context, who cards.Person, one Schedule, of time.Time, once string) (int64, error) {
	if err := s.May(who, one); err != nil {
		return 0, err
	}
	if one.Version == 0 {
		return 0, cards.Refuse("fault.schedule_unapproved", "name", cards.Code(one.Name), "n", one.Pending)
	}
	now, at := s.Now(), of
	if once == "" {
		once = uuid.NewString()
	}
	key := "schedule-run:" + once
	if of.IsZero() {
		at = now
	} else {
		failed, err := s.run(ctx, s.DB, one.ID, of)
		if err != nil || failed.State != "failed" {
			return 0, cards.Refuse("fault.schedule_no_failure", "name", cards.Code(one.Name))
		}
		key = fmt.Sprintf("schedule:%d:%d:again", one.ID, store.Millis(of)) // the button is pressed once
	}
	line, err := s.lineOf(ctx, one, at)
	if err != nil {
		return 0, err
	}
	line.Grant, line.Once, line.Due = one.Version, key, time.Time{}
	line.Note = s.unusual(one, Run{At: at, Who: who.ID})
	n, err := s.say(ctx, line)
	if err != nil {
		return 0, err
	}
	changed, err := s.changed(ctx, one, at, n)
	if err != nil {
		return n, err
	}
	return n, s.DB.Update(ctx, func(tx *store.Tx) error {
		// Said twice, it is one run: its request is the same.
		var known int
		if err := tx.QueryRow(ctx, "select count(*) from schedule_run where schedule = $1 and request = $2", one.ID, n).Scan(&known); err != nil || known > 0 {
			return err
		}
		for {
			fresh, err := s.insertRun(ctx, tx, one, now, Run{State: "open", Request: n, Who: who.ID, Found: now})
			if err == nil && fresh && changed != nil {
				err = s.notify(ctx, tx, one, *changed)
			}
			if err != nil || fresh {
				return err
			}
			now = now.Add(time.Millisecond) // that instant is taken
		}
	})
}

// Decide settles a missed fire that was asked about, and says so on the card that
// asked, at card. The first decision counts; later ones are refused.
func (s *Schedules) Decide(ctx context.Context, who cards.Person, card cards.Place, one Schedule, at time.Time, run bool) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	verb, to := "skipped_missed", "skipped"
	if run {
		verb, to = "ran_missed", "firing"
	}
	return s.change(ctx, who, one, verb, func(tx *store.Tx) error {
		first, err := s.setRun(ctx, tx, one.ID, at, "asked", to, 0, cards.Text{})
		if err != nil {
			return err
		}
		if !first {
			return cards.Refuse("fault.missed_decided", "name", cards.Code(one.Name))
		}
		// From now on it must not wait long to be said.
		if _, err := tx.Exec(ctx, "update schedule_run set found_at = $3 where schedule = $1 and fire_at = $2", one.ID, store.Millis(at), store.Millis(s.Now())); err != nil {
			return err
		}
		if card.TS != "" {
			missed, err := s.run(ctx, tx, one.ID, at)
			if err != nil {
				return err
			}
			told := decidedCard(missedText(one, missed.Missed, at, spec.Zone), who, run)
			if err := s.Outbox.Renew(ctx, tx, card, told); err != nil {
				return err
			}
		}
		if !run {
			return nil
		}
		return s.Outbox.Enqueue(ctx, tx, fireJob, fireArgs{Schedule: one.ID, At: store.Millis(at)})
	})
}
