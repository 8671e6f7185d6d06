package schedules

import (
	"cmp"
	"context"
	"time"

	"magpie/cards"
	"magpie/store"
)

// editedSince refuses to run what was missed as it was before an edit.
func (s *manager) editedSince(one Schedule) error {
	refusal := cards.Refuse("fault.schedule_edited", "name", cards.Code(one.Name), "n", one.Version)
	refusal.Buttons = []cards.Button{{Label: cards.T("schedule.run_as_is"), Line: "schedule run " + one.Name}}
	return refusal
}

// Decision is what somebody wants done about a missed fire.
type Decision struct {
	Run    bool // it is made up for now; else it is left undone
	Anyway bool // the person has been told of the quiet hours
}

// Decide does with a missed fire, which was asked about, what somebody wants, and says so on
// the card that asked, at card. The first decision counts.
//
// Refuses with cards.NotTheirs where the schedule is somebody else's, or an approver paused
// it, and the person is no approver; without a code where somebody has decided already, the
// schedule was edited since, and, with a button to run it all the same, in the quiet hours. An
// owner who may not ask any more is refused as Roles.May does.
func (s *manager) Decide(ctx context.Context, who cards.Person, card cards.Place, one Schedule, at time.Time, d Decision) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	verb, to := "skipped_missed", "skipped"
	if d.Run {
		if err := s.mayResume(ctx, who, one); err != nil {
			return err
		}
		if missed, err := s.run(ctx, s.DB, one.ID, at); err == nil && missed.Version != one.Version {
			return s.editedSince(one)
		}
		if end := s.Quiet.End(s.Now(), s.Zone); !end.IsZero() && !d.Anyway {
			return s.reallyMissed(ctx, card, one, at, end)
		}
		verb, to = "ran_missed", "firing"
	}
	return s.change(ctx, who, one, verb, func(tx *store.Tx) error {
		first, err := s.setRun(ctx, tx, one.ID, at, "asked", to, 0, cards.Text{})
		if err != nil {
			return err
		}
		if !first {
			return decidedAlready(one)
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
			told := decidedCard(missedText(one, missed.Missed, at, spec.Zone), who, d.Run)
			told.Account = one.Account
			if err := s.Posts.Notify(ctx, tx, card, told); err != nil {
				return err
			}
		}
		if !d.Run {
			return nil
		}
		return s.Jobs.Enqueue(ctx, tx, fireJob, fireArgs{Schedule: one.ID, At: store.Millis(at)})
	})
}

// reallyMissed asks whether a missed fire is to be made up for in the quiet hours: on the
// card that asked before, where there is one.
func (s *manager) reallyMissed(ctx context.Context, card cards.Place, one Schedule, at, end time.Time) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	really := s.inQuiet("fault.schedule_quiet", one, end)
	if card.TS == "" {
		really.Buttons = missedButtons(one, at, cards.T("schedule.run_anyway"), " anyway=yes")[:1]
		return really
	}
	if err := s.DB.Update(ctx, func(tx *store.Tx) error {
		missed, err := s.run(ctx, tx, one.ID, at)
		if err != nil || missed.State != "asked" {
			return cmp.Or(err, decidedAlready(one))
		}
		asked := cards.Card{Account: one.Account, Body: []cards.Text{missedText(one, missed.Missed, at, spec.Zone), really.Text}, Buttons: missedButtons(one, at, cards.T("schedule.run_anyway"), " anyway=yes")}
		return s.Posts.Notify(ctx, tx, card, asked)
	}); err != nil {
		return err
	}
	return s.inQuiet("fault.schedule_quiet_card", one, end)
}

func decidedAlready(one Schedule) error {
	return cards.Refuse("fault.missed_decided", "name", cards.Code(one.Name))
}
