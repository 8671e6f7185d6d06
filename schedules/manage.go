package schedules

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// May returns nil where who may pause, resume, run, edit or remove a schedule: its owner, an
// approver, an admin. All others are refused with cards.NotTheirs, and an owner who may not
// ask any more as Roles.May does.
func (s *manager) May(who cards.Person, one Schedule) error {
	if who.ID == one.Owner {
		return s.Outbox.Roles.May(who, outbox.Sender)
	}
	var refusal *cards.Refusal
	if err := s.Outbox.Roles.May(who, outbox.Approver); errors.As(err, &refusal) {
		return cards.Refuse("fault.schedule_not_yours", "name", cards.Code(one.Name), "who", cards.User(one.Owner)).WithCode(cards.NotTheirs)
	} else if err != nil {
		return err
	}
	return nil
}

// mayResume returns nil where who may resume a schedule, and run it while it is paused:
// what an approver or admin has paused is theirs, not its owner's, to let go on.
func (s *manager) mayResume(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.May(who, one); err != nil || one.State != Paused {
		return err
	}
	paused, err := s.lastAct(ctx, s.DB, one.ID, "paused")
	if err != nil {
		return fmt.Errorf("read who paused schedule %s: %w", one.Name, err)
	}
	if paused == nil || paused.Who == "" || paused.Who == one.Owner || s.Outbox.Roles.May(who, outbox.Approver) == nil {
		return nil
	}
	return cards.Refuse("fault.schedule_paused_by", "name", cards.Code(one.Name), "who", cards.User(paused.Who)).WithCode(cards.NotTheirs)
}

// Pause fires nothing more until it is resumed. A `once` that has been asked about ahead of
// its instant can be paused until that comes. What it has asked for, and nobody ran by hand,
// is withdrawn where nothing of it has been called; an error after the schedule itself was
// paused has MaybeDone() bool. Refuses as May does; without a code where it is not active.
func (s *manager) Pause(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.change(ctx, who, one, "paused", func(tx *store.Tx) error {
		changed, err := tx.Exec(ctx, `update schedule set state = 'paused', next_at = 0, wake_at = 0, held = 0 where id = $1 and (state = 'active' or state = 'ended' and
			exists (select 1 from schedule_run where schedule = $1 and state in ('firing', 'open') and who = '' and fire_at > $2))`, one.ID, store.Millis(s.Now()))
		if err == nil && changed == 0 {
			return s.notNow(one)
		}
		return err
	}); err != nil {
		return err
	}
	return partly(s.callOff(ctx, one, 0, calledOff("paused", one, who)))
}

// partlyError is a fault that came after some of an act was done.
type partlyError struct{ error }

func (e *partlyError) Unwrap() error { return e.error }

// MaybeDone says that nobody may be told that nothing was done.
func (*partlyError) MaybeDone() bool { return true }

func partly(err error) error {
	if err == nil {
		return nil
	}
	return &partlyError{err}
}

// calledOff is why what a schedule asked for is withdrawn: somebody paused or removed it.
func calledOff(verb string, one Schedule, who cards.Person) cards.Text {
	return cards.T("schedule.called_off_"+verb, "name", cards.Code(one.Name), "who", cards.User(who.ID))
}

// beginsWithin is how long after its instant, or after it was found, a fire that waits for
// nobody may take to begin.
const beginsWithin = 10 * time.Second

// callOff withdraws what a schedule asked for and nobody ran by hand, where nothing of it
// has been called: under terms before version, but for a fire that is about to begin as it
// was due under them; 0: under any.
func (s *manager) callOff(ctx context.Context, one Schedule, version int64, why cards.Text) error {
	open, err := store.Column[int64](s.DB.Query(ctx, "select request from schedule_run where schedule = $1 and state = 'open' and who = '' and ($2 = 0 or version < $2) order by fire_at", one.ID, version))
	if err != nil {
		return fmt.Errorf("read what schedule %s has asked for: %w", one.Name, err)
	}
	var begins []int64
	if now := s.Now(); version > 0 {
		if begins, err = store.Column[int64](s.DB.Query(ctx, "select request from schedule_run where schedule = $1 and state = 'open' and fire_at <= $2 and (found_at > $3 or fire_at > $3)", one.ID, store.Millis(now), store.Millis(now.Add(-beginsWithin)))); err != nil {
			return fmt.Errorf("read what schedule %s begins to send: %w", one.Name, err)
		}
	}
	for _, n := range open {
		state, may, err := s.Outbox.MayCallOff(ctx, n)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !may || state != outbox.Waiting && slices.Contains(begins, n) {
			continue
		}
		if err := s.withdraw(ctx, n, one.Owner, why); err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes back what was asked for in somebody's name. A request that has begun or
// ended, or is not there, is left alone; any other refusal is an error: it still stands.
func (s *manager) withdraw(ctx context.Context, n int64, asker string, why cards.Text) error {
	_, err := s.Outbox.Withdraw(ctx, outbox.Press{N: n, Who: cards.Person{ID: asker}, ByMagpie: why})
	if cards.IsRefused(err, cards.NotFound, cards.NotWaiting) {
		return nil
	}
	return err
}

// Resume fires again from now on, and returns the next instant, zero where there is none. What
// was due meanwhile stays undone, but for the one fire of a `once`, which follows its policy
// for missed fires. Refuses as May does, with cards.NotTheirs also where an approver paused it
// and the person is none; without a code where it is not paused.
func (s *manager) Resume(ctx context.Context, who cards.Person, one Schedule) (next time.Time, err error) {
	if err := s.mayResume(ctx, who, one); err != nil {
		return next, err
	}
	spec, err := one.Terms.Spec()
	if err != nil {
		return next, err
	}
	held := NotHeld
	if next = spec.Next(s.Now()); spec.IsOnce() && next.IsZero() && one.State == Paused {
		undone, err := s.pausedAway(ctx, one, spec.At)
		if err != nil {
			return next, err
		}
		if undone {
			next, held = spec.At, HeldBack
		}
	}
	return next, s.change(ctx, who, one, "resumed", func(tx *store.Tx) error {
		state := Active
		if next.IsZero() {
			state = Ended
		}
		changed, err := tx.Exec(ctx, "update schedule set state = $2, next_at = $3, wake_at = $4, held = $5, failures = 0 where id = $1 and state = 'paused'",
			one.ID, string(state), store.Millis(next), store.Millis(s.wake(one.Terms, next)), held)
		if err == nil && changed == 0 {
			return s.notNow(one)
		}
		return err
	})
}

// pausedAway reports whether the fire of a `once` never went out since its schedule was
// paused: it was not come to, or taken back, or left when its line was to be said.
func (s *manager) pausedAway(ctx context.Context, one Schedule, at time.Time) (bool, error) {
	if _, err := s.run(ctx, s.DB, one.ID, at); errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	off, _, err := s.calledOffAt(ctx, s.DB, one, at)
	if err != nil || off == nil || off.Missed > 0 {
		return false, err
	}
	if off.State == "open" {
		state, _, err := s.Outbox.StateOf(ctx, off.Request)
		return state == outbox.Withdrawn, err
	}
	return off.State == "withdrawn" || off.State == "skipped", nil
}

// Remove ends a schedule for good and frees its name. Its history stays. What it has asked for
// is withdrawn as Pause withdraws it. Refuses as May does.
func (s *manager) Remove(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.change(ctx, who, one, "removed", func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update schedule set state = 'removed', next_at = 0, wake_at = 0, pending = 0 where id = $1", one.ID)
		return err
	}); err != nil {
		return err
	}
	if one.Pending > 0 {
		asked, err := s.asOf(ctx, one.ID, one.Pending)
		if err != nil {
			return partly(err)
		}
		if err := s.withdraw(ctx, one.Pending, asked.Terms.Owner, calledOff("removed", one, who)); err != nil {
			return partly(err)
		}
	}
	return partly(s.callOff(ctx, one, 0, calledOff("removed", one, who)))
}

func (s *manager) notNow(one Schedule) error {
	return cards.Refuse("fault.schedule_state", "name", cards.Code(one.Name), "state", cards.T("schedule.state."+string(one.State)))
}

// change does something to a schedule and notes who did it.
func (s *manager) change(ctx context.Context, who cards.Person, one Schedule, verb string, do func(tx *store.Tx) error) error {
	if err := s.May(who, one); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if err := s.note(ctx, tx, one.ID, who.ID, verb); err != nil {
			return err
		}
		switch verb {
		case "paused", "resumed", "removed":
			told := cards.T("schedule.told_"+verb, "who", cards.User(who.ID), "name", cards.Code(one.Name), "at", s.Now())
			return s.Outbox.Reply(ctx, tx, cmp.Or(one.Version, one.Pending), told)
		}
		return nil
	})
}
