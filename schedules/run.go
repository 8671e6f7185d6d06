package schedules

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

var selectRuns = "select " + store.ColumnsOf[Run]("") + " from schedule_run where "

// insertRun writes a run unless its instant has one; it reports whether it was new.
func (s *ledger) insertRun(ctx context.Context, tx *store.Tx, one Schedule, at time.Time, r Run) (fresh bool, err error) {
	added, err := tx.Exec(ctx, `insert into schedule_run (schedule, fire_at, version, state, request, who, found_at, missed, since, note)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (schedule, fire_at) do nothing`,
		one.ID, store.Millis(at), one.Version, r.State, r.Request, r.Who, store.Millis(r.Found), r.Missed, store.Millis(r.Since), r.Note)
	if err == nil && added == 1 {
		s.logFire(ctx, tx, one.ID, at, r.State)
	}
	return added == 1, err
}

// logFire has a state of a run logged, with what its schedule is about.
func (s *ledger) logFire(ctx context.Context, tx *store.Tx, id int64, at time.Time, state string) {
	tx.Last(func() error {
		one, err := store.One[Schedule](ctx, tx, selectSchedules+"s.id = $1", id)
		if err != nil {
			return fmt.Errorf("read schedule %d for the log: %w", id, err)
		}
		run, err := s.run(ctx, tx, id, at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read a run of schedule %d for the log: %w", id, err)
		}
		tx.OnCommit(func() {
			s.Log.Info("fire", "schedule", one.Name, "at", at.UTC(), "request", run.Request, "kind", one.Terms.Kind, "account", one.Account, "who", cmp.Or(run.Who, one.Owner), "state", state)
		})
		return nil
	})
}

// insertAnew writes a run as insertRun does, and in the place of one that was called off
// too. One that is to be said keeps the request of that one meanwhile.
func (s *ledger) insertAnew(ctx context.Context, tx *store.Tx, one Schedule, at time.Time, r Run) (fresh bool, err error) {
	// Whoever settles it meanwhile is waited for: what is read next stays as it is.
	if _, err := tx.Exec(ctx, "update schedule_run set state = state where schedule = $1 and fire_at = $2", one.ID, store.Millis(at)); err != nil {
		return false, err
	}
	off, _, err := s.calledOffAt(ctx, tx, one, at)
	if err != nil {
		return false, err
	}
	if off != nil {
		if _, err := tx.Exec(ctx, "delete from schedule_run where schedule = $1 and fire_at = $2 and state = $3 and request = $4", one.ID, store.Millis(at), off.State, off.Request); err != nil {
			return false, err
		}
		if r.State == "firing" && r.Missed == 0 {
			r.Request = off.Request
		}
	}
	return s.insertRun(ctx, tx, one, at, r)
}

// calledOffAt is the run of an instant if it makes room for another, else nil: it was taken
// back, or never approved or said. Whoever comes to its instant again has resumed or
// changed the schedule since. wait is true where it is still to be called off.
func (s *ledger) calledOffAt(ctx context.Context, q store.Queryer, one Schedule, at time.Time) (off *Run, wait bool, err error) {
	run, err := s.run(ctx, q, one.ID, at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, fmt.Errorf("read the run of %s at %s: %w", one.Name, at, err)
	}
	switch run.State {
	case "withdrawn", "rejected", "expired", "skipped":
		return &run, false, nil
	case "firing":
		return nil, run.Version < one.Version, nil
	case "open":
		state, _, err := s.Outbox.StateIn(ctx, q, run.Request)
		if err != nil || !state.Ended() {
			return nil, run.Version < one.Version, err
		}
		if state == outbox.Withdrawn || state == outbox.Rejected || state == outbox.Expired {
			return &run, false, nil
		}
	}
	return nil, false, nil
}

// setRun takes a run from one state to the next; it reports false where somebody else
// was first.
func (s *ledger) setRun(ctx context.Context, tx *store.Tx, id int64, at time.Time, from, to string, request int64, note cards.Text) (bool, error) {
	changed, err := tx.Exec(ctx, `update schedule_run set state = $4, request = case when cast($5 as bigint) > 0 then cast($5 as bigint) when $3 = 'firing' and $4 = 'failed' then 0 else request end,
		note = case when cast($6 as text) <> '' then cast($6 as text) else note end
		where schedule = $1 and fire_at = $2 and state = $3`, id, store.Millis(at), from, to, request, note)
	if err == nil && changed == 1 {
		s.logFire(ctx, tx, id, at, to)
	}
	return changed == 1, err
}
