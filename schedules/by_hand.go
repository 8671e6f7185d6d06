package schedules

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// ByHand is how somebody runs a schedule.
type ByHand struct {
	Of     time.Time // the failed fire that is run again; zero: the line reads as of now
	Anyway bool      // the person has been told of the quiet hours
	Once   string    // the key of the line that asked for it
}

// RunNow says a schedule's line at once, by hand. It is approved as a fire is: by the
// schedule's own approval, or where that asks each time, anew. The one fire of a `once`
// is done by it. A *cards.Refusal says why it is not run.
func (s *Schedules) RunNow(ctx context.Context, who cards.Person, one Schedule, by ByHand) (int64, error) {
	if err := s.mayResume(ctx, who, one); err != nil {
		return 0, err
	}
	if err := s.Outbox.Accounts.Must(one.Account); err != nil {
		return 0, (&outbox.Unserved{Account: one.Account}).Refusal()
	}
	spec, err := one.Terms.Spec()
	switch {
	case err != nil:
		return 0, err
	case one.Version == 0:
		return 0, cards.Refuse("fault.schedule_unapproved", "name", cards.Code(one.Name), "n", one.Pending)
	case one.State == Ended && by.Of.IsZero() && !spec.IsOnce():
		return 0, s.notNow(one)
	}
	now, at := s.Now(), by.Of
	if by.Once == "" {
		by.Once = uuid.NewString()
	}
	key := "schedule-run:" + by.Once
	if by.Of.IsZero() {
		at = now
	} else {
		if failed, err := s.run(ctx, s.DB, one.ID, by.Of); err != nil || failed.State != "failed" {
			return 0, noFailure(one)
		}
		key = fmt.Sprintf("schedule:%d:%d:again", one.ID, store.Millis(by.Of)) // the button is pressed once
	}
	if end := s.Quiet.End(now, s.Zone); !end.IsZero() && !by.Anyway {
		return 0, s.reallyInQuiet(one, by, end)
	}
	line, err := s.lineOf(ctx, one, Run{At: at, Who: who.ID})
	if err != nil {
		return 0, err
	}
	line.Once, line.Due = key, time.Time{}
	line.Note, line.Behind = s.unusual(one, Run{At: at, Who: who.ID}), who.ID
	line.With = func(ctx context.Context, tx *store.Tx, n int64) error {
		if err := s.stillAs(ctx, tx, one); err != nil {
			return err
		}
		// Others may have run it since its line was looked up.
		now, usesUp := s.Now(), spec.IsOnce() && by.Of.IsZero()
		if !by.Of.IsZero() {
			if err := s.stillFailed(ctx, tx, one, spec, by.Of); err != nil {
				return err
			}
		}
		if !by.Anyway && !usesUp {
			if err := s.reallyOnceMore(ctx, tx, one, by, now); err != nil {
				return err
			}
		}
		run := Run{State: "open", Request: n, Who: who.ID, Found: now}
		if usesUp {
			err = s.useUp(ctx, tx, one, spec, run)
		} else {
			err = s.insertFree(ctx, tx, one, now, run)
		}
		if err != nil {
			return err
		}
		return s.tellChanged(ctx, tx, one, at, n)
	}
	return s.say(ctx, line)
}

// reallyInQuiet asks whether a schedule is to be run in the quiet hours.
func (s *Schedules) reallyInQuiet(one Schedule, by ByHand, end time.Time) error {
	return runAnyway(s.inQuiet("fault.schedule_quiet", one, end), one, by)
}

// inQuiet says in words of key that the quiet hours last until end.
func (s *Schedules) inQuiet(key string, one Schedule, end time.Time) *cards.Refusal {
	return cards.Refuse(key, "name", cards.Code(one.Name), "hours", cards.Code(s.Quiet.String()), "until", end)
}

// reallyOnceMore asks whether a schedule is to be run while what came of it before has not
// ended: two people may mean the same run.
func (s *Schedules) reallyOnceMore(ctx context.Context, q store.Queryer, one Schedule, by ByHand, now time.Time) error {
	open, err := store.Column[int64](q.Query(ctx, "select request from schedule_run where schedule = $1 and state = 'open' and (who <> '' or fire_at <= $2) and request > 0 order by fire_at desc", one.ID, store.Millis(now)))
	if err != nil {
		return fmt.Errorf("read what schedule %s has under way: %w", one.Name, err)
	}
	for _, n := range open {
		state, _, err := s.Outbox.StateIn(ctx, q, n)
		switch {
		case err != nil:
			return err
		case !state.Ended():
			return runAnyway(cards.Refuse("fault.schedule_open", "name", cards.Code(one.Name), "n", n), one, by)
		}
	}
	return nil
}

// stillFailed refuses to run again what is not failed any more, or a `once` that has been
// run since.
func (s *Schedules) stillFailed(ctx context.Context, tx *store.Tx, one Schedule, spec Spec, of time.Time) error {
	failed, err := s.run(ctx, tx, one.ID, of)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && failed.State != "failed":
		return noFailure(one)
	case err != nil || !spec.IsOnce():
		return err
	}
	if had, err := s.onceHad(ctx, tx, one); err != nil || had < 0 {
		return err
	}
	return noFailure(one)
}

func noFailure(one Schedule) error {
	return cards.Refuse("fault.schedule_no_failure", "name", cards.Code(one.Name))
}

// runAnyway adds the button that runs a schedule all the same.
func runAnyway(refusal *cards.Refusal, one Schedule, by ByHand) error {
	line := "schedule run " + one.Name
	if !by.Of.IsZero() {
		line += fmt.Sprintf(" at=%d", store.Millis(by.Of))
	}
	refusal.Buttons = []cards.Button{{Label: cards.T("schedule.run_anyway"), Line: line + " anyway=yes", Style: "danger"}}
	return refusal
}

// stillAs locks a schedule and refuses where it is no longer as it was read.
func (s *Schedules) stillAs(ctx context.Context, tx *store.Tx, one Schedule) error {
	if _, err := tx.Exec(ctx, "update schedule set id = id where id = $1", one.ID); err != nil {
		return err
	}
	is := one
	if err := tx.QueryRow(ctx, "select state, version from schedule where id = $1", one.ID).Scan(&is.State, &is.Version); err != nil {
		return fmt.Errorf("read schedule %s: %w", one.Name, err)
	}
	if is.State != one.State || is.Version != one.Version {
		return s.notNow(is)
	}
	return nil
}

// undone are the states of a run of which nothing was sent, nor will be.
const undone = "('asked', 'skipped', 'failed', 'rejected', 'withdrawn', 'expired')"

// onceHad is the request of the run that a `once` has had, 0 where it has not asked yet; -1
// where there is none. What was left undone does not count; all else does.
func (s *Schedules) onceHad(ctx context.Context, tx *store.Tx, one Schedule) (had int64, err error) {
	if err := tx.QueryRow(ctx, "select coalesce(max(request), -1) from schedule_run where schedule = $1 and state not in "+undone, one.ID).Scan(&had); err != nil {
		return 0, fmt.Errorf("read what came of schedule %s: %w", one.Name, err)
	}
	return had, nil
}

// useUp makes a run by hand the one run of a `once`, and ends its schedule.
func (s *Schedules) useUp(ctx context.Context, tx *store.Tx, one Schedule, spec Spec, run Run) error {
	had, err := s.onceHad(ctx, tx, one)
	if err != nil {
		return err
	}
	if had >= 0 {
		return cards.Refuse("fault.schedule_once_had", "name", cards.Code(one.Name), "n", had)
	}
	if _, err := tx.Exec(ctx, "delete from schedule_run where schedule = $1 and fire_at = $2 and state in "+undone, one.ID, store.Millis(spec.At)); err != nil {
		return err
	}
	if fresh, err := s.insertRun(ctx, tx, one, spec.At, run); err != nil || !fresh {
		return errors.Join(err, errNotYet)
	}
	_, err = tx.Exec(ctx, "update schedule set state = 'ended', next_at = 0, wake_at = 0, held = 0 where id = $1", one.ID)
	return err
}

// insertFree writes a run at the first instant from at on that has none.
func (s *Schedules) insertFree(ctx context.Context, tx *store.Tx, one Schedule, at time.Time, run Run) error {
	for {
		fresh, err := s.insertRun(ctx, tx, one, at, run)
		if err != nil || fresh {
			return err
		}
		at = at.Add(time.Millisecond)
	}
}

// editedSince refuses to run what was missed as it was before an edit.
func (s *Schedules) editedSince(one Schedule) error {
	refusal := cards.Refuse("fault.schedule_edited", "name", cards.Code(one.Name), "n", one.Version)
	refusal.Buttons = []cards.Button{{Label: cards.T("schedule.run_as_is"), Line: "schedule run " + one.Name}}
	return refusal
}

// Decision is what somebody wants done about a missed fire.
type Decision struct {
	Run    bool // it is made up for now; else it is left undone
	Anyway bool // the person has been told of the quiet hours
}

// Decide settles a missed fire that was asked about, and says so on the card that
// asked, at card. The first decision counts; later ones are refused.
func (s *Schedules) Decide(ctx context.Context, who cards.Person, card cards.Place, one Schedule, at time.Time, d Decision) error {
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
func (s *Schedules) reallyMissed(ctx context.Context, card cards.Place, one Schedule, at, end time.Time) error {
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
		asked := cards.Card{Body: []cards.Text{missedText(one, missed.Missed, at, spec.Zone), really.Text}, Buttons: missedButtons(one, at, cards.T("schedule.run_anyway"), " anyway=yes")}
		return s.Posts.Notify(ctx, tx, card, asked)
	}); err != nil {
		return err
	}
	return s.inQuiet("fault.schedule_quiet_card", one, end)
}

func decidedAlready(one Schedule) error {
	return cards.Refuse("fault.missed_decided", "name", cards.Code(one.Name))
}
