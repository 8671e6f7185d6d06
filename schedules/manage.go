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

// May returns nil where who may pause, resume, run, edit or remove a schedule: its
// owner, an approver, an admin; else a *cards.Refusal.
func (s *Schedules) May(who cards.Person, one Schedule) error {
	if who.ID == one.Owner {
		return s.Outbox.Roles.May(who, outbox.Sender)
	}
	var refusal *cards.Refusal
	if err := s.Outbox.Roles.May(who, outbox.Approver); errors.As(err, &refusal) {
		return cards.Refuse("fault.schedule_not_yours", "name", cards.Code(one.Name), "who", cards.User(one.Owner))
	} else if err != nil {
		return err
	}
	return nil
}

// mayResume returns nil where who may resume a schedule, and run it while it is paused:
// what an approver or admin has paused is theirs, not its owner's, to let go on.
func (s *Schedules) mayResume(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.May(who, one); err != nil || one.State != Paused {
		return err
	}
	var by string
	err := s.DB.QueryRow(ctx, "select who from schedule_act where schedule = $1 and verb = 'paused' order by id desc limit 1", one.ID).Scan(&by)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read who paused schedule %s: %w", one.Name, err)
	}
	if by == "" || by == one.Owner || s.Outbox.Roles.May(who, outbox.Approver) == nil {
		return nil
	}
	return cards.Refuse("fault.schedule_paused_by", "name", cards.Code(one.Name), "who", cards.User(by))
}

// Pause fires nothing more until it is resumed.
func (s *Schedules) Pause(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.change(ctx, who, one, "paused", func(tx *store.Tx) error {
		changed, err := tx.Exec(ctx, "update schedule set state = 'paused', next_at = 0, wake_at = 0, held = 0 where id = $1 and state = 'active'", one.ID)
		if err == nil && changed == 0 {
			return s.notNow(one)
		}
		return err
	}); err != nil {
		return err
	}
	return s.callOff(ctx, one)
}

// callOff withdraws what was asked ahead of its instant and waits for approval still.
func (s *Schedules) callOff(ctx context.Context, one Schedule) error {
	ahead, err := store.Column[int64](s.DB.Query(ctx, "select request from schedule_run where schedule = $1 and state = 'open' and fire_at > $2", one.ID, store.Millis(s.Now())))
	if err != nil {
		return err
	}
	for _, n := range ahead {
		if err := s.withdraw(ctx, n, one.Owner); err != nil {
			return err
		}
	}
	return nil
}

// withdraw withdraws a request as the person who asked for it. One that waits no more
// is left alone.
func (s *Schedules) withdraw(ctx context.Context, n int64, by string) error {
	_, err := s.Outbox.Withdraw(ctx, outbox.Press{N: n, Who: cards.Person{ID: by}, ByMagpie: true})
	var refusal *cards.Refusal
	if errors.As(err, &refusal) {
		return nil
	}
	return err
}

// Resume fires again from now on. What was due meanwhile stays undone, but for the one
// fire of a `once`, which follows its policy for missed fires.
func (s *Schedules) Resume(ctx context.Context, who cards.Person, one Schedule) (next time.Time, err error) {
	if err := s.mayResume(ctx, who, one); err != nil {
		return next, err
	}
	spec, err := one.Terms.Spec()
	if err != nil {
		return next, err
	}
	held := notHeld
	if next = spec.Next(s.Now()); spec.IsOnce() && next.IsZero() && one.State == Paused {
		if _, err := s.run(ctx, s.DB, one.ID, spec.At); err != nil {
			next, held = spec.At, heldBack
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

// Remove ends a schedule for good and frees its name. Its history stays.
func (s *Schedules) Remove(ctx context.Context, who cards.Person, one Schedule) error {
	if err := s.change(ctx, who, one, "removed", func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update schedule set state = 'removed', next_at = 0, wake_at = 0, pending = 0 where id = $1", one.ID)
		return err
	}); err != nil {
		return err
	}
	if one.Pending > 0 {
		asked, err := s.asOf(ctx, one.ID, one.Pending)
		if err != nil {
			return err
		}
		if err := s.withdraw(ctx, one.Pending, asked.Terms.Owner); err != nil {
			return err
		}
	}
	return s.callOff(ctx, one)
}

func (s *Schedules) notNow(one Schedule) error {
	return cards.Refuse("fault.schedule_state", "name", cards.Code(one.Name), "state", cards.T("schedule.state."+string(one.State)))
}

// change does something to a schedule and notes who did it.
func (s *Schedules) change(ctx context.Context, who cards.Person, one Schedule, verb string, do func(tx *store.Tx) error) error {
	if err := s.May(who, one); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return s.note(ctx, tx, one.ID, who.ID, verb)
	})
}

// note puts on record who did what to a schedule; "" is magpie itself.
func (s *Schedules) note(ctx context.Context, tx *store.Tx, id int64, who, verb string) error {
	key, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into schedule_act (id, schedule, at, who, verb) values ($1, $2, $3, $4, $5)", key.String(), id, store.Millis(s.Now()), who, verb)
	return err
}

// Act is one entry of a schedule's record.
type Act struct {
	At   time.Time
	Who  string // "" for magpie itself
	Verb string
}

// Acts are the newest entries of a schedule's record.
func (s *Schedules) Acts(ctx context.Context, id int64, limit int) ([]Act, error) {
	rows, err := s.DB.Query(ctx, "select at, who, verb from schedule_act where schedule = $1 order by id desc limit $2", id, limit)
	if err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	defer rows.Close()
	var acts []Act
	for rows.Next() {
		var a Act
		var at int64
		if err := rows.Scan(&at, &a.Who, &a.Verb); err != nil {
			return nil, err
		}
		a.At = store.Time(at)
		acts = append(acts, a)
	}
	return acts, rows.Err()
}
