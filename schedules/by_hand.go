package schedules

import (
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
// is done by it. It returns the number of the request.
//
// Refuses with cards.NotTheirs where the schedule is somebody else's, or an approver paused
// it, and the person is no approver; as Say does where the line is refused; without a code
// where there is nothing to be run, and, with a button to run it all the same, in the quiet
// hours and while what came of it before has not ended. An owner who may not ask any more is
// refused as Roles.May does.
func (s *manager) RunNow(ctx context.Context, who cards.Person, one Schedule, by ByHand) (int64, error) {
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
func (s *manager) reallyInQuiet(one Schedule, by ByHand, end time.Time) error {
	return runAnyway(s.inQuiet("fault.schedule_quiet", one, end), one, by)
}

// inQuiet says in words of key that the quiet hours last until end.
func (s *manager) inQuiet(key string, one Schedule, end time.Time) *cards.Refusal {
	return cards.Refuse(key, "name", cards.Code(one.Name), "hours", s.QuietHours(), "until", end)
}

// reallyOnceMore asks whether a schedule is to be run while what came of it before has not
// ended: two people may mean the same run.
func (s *manager) reallyOnceMore(ctx context.Context, q store.Queryer, one Schedule, by ByHand, now time.Time) error {
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
func (s *manager) stillFailed(ctx context.Context, tx *store.Tx, one Schedule, spec Spec, of time.Time) error {
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
func (s *manager) stillAs(ctx context.Context, tx *store.Tx, one Schedule) error {
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
func (s *manager) onceHad(ctx context.Context, tx *store.Tx, one Schedule) (had int64, err error) {
	if err := tx.QueryRow(ctx, "select coalesce(max(request), -1) from schedule_run where schedule = $1 and state not in "+undone, one.ID).Scan(&had); err != nil {
		return 0, fmt.Errorf("read what came of schedule %s: %w", one.Name, err)
	}
	return had, nil
}

// useUp makes a run by hand the one run of a `once`, and ends its schedule.
func (s *manager) useUp(ctx context.Context, tx *store.Tx, one Schedule, spec Spec, run Run) error {
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
func (s *manager) insertFree(ctx context.Context, tx *store.Tx, one Schedule, at time.Time, run Run) error {
	for {
		fresh, err := s.insertRun(ctx, tx, one, at, run)
		if err != nil || fresh {
			return err
		}
		at = at.Add(time.Millisecond)
	}
}
