package schedules

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

const (
	tickEvery = 250 * time.Millisecond // where something is written; a fire that is nearer is waited for
	lookEvery = time.Second
	turnEvery = 500 * time.Millisecond
	batchOf   = 50 // fires claimed in one transaction
)

// WaitReason is why a fire that is due waits.
type WaitReason int

// The reasons for which a fire waits.
const (
	NotHeld  WaitReason = 0
	HeldBack WaitReason = 1 // by pause-all or the quiet hours: afterwards it counts as missed
	ItsTurn  WaitReason = 2 // the fire before it is still sending
)

// tick claims every fire that is due for an account that is served; those of others stay
// where they are, and are late once it is. Whoever moves next_at has claimed it, so several
// processes may tick.
func (s *Schedules) tick(ctx context.Context) error {
	for {
		now := s.Now()
		running, held, err := s.Outbox.Running(ctx)
		if err != nil {
			return err
		}
		if err := s.holdAll(ctx, held, now); err != nil {
			return err
		}
		of, args := running.In("s.account", 3)
		due, err := s.list(ctx, "s.state = 'active' and s.wake_at > 0 and s.wake_at <= $1 and "+of+" order by s.wake_at, s.id limit $2", append([]any{store.Millis(now), batchOf}, args...)...)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := s.claimAll(ctx, due, now); err != nil {
			s.Log.Warn("claim several fires at once; each is tried alone", "error", err)
			for _, one := range due {
				if err := s.claimAll(ctx, []Schedule{one}, now); err != nil {
					s.Log.Error("claim a fire", "schedule", one.Name, "error", err)
				}
			}
			return nil
		}
		if len(due) < batchOf {
			return nil
		}
	}
}

// holdAll notes of held accounts that what is due was held back.
func (s *Schedules) holdAll(ctx context.Context, held outbox.Accounts, now time.Time) error {
	if len(held) == 0 {
		return nil
	}
	of, args := held.In("account", 2)
	due, args := "state = 'active' and held <> 1 and wake_at > 0 and wake_at <= $1 and "+of, append([]any{store.Millis(now)}, args...)
	var count int
	if err := s.DB.QueryRow(ctx, "select count(*) from schedule where "+due, args...).Scan(&count); err != nil || count == 0 {
		return err
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update schedule set held = 1 where "+due, args...)
		return err
	})
}

func (s *Schedules) claimAll(ctx context.Context, due []Schedule, now time.Time) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		for _, one := range due {
			if err := s.claim(ctx, tx, one, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// claim decides what becomes of one due fire.
func (s *Schedules) claim(ctx context.Context, tx *store.Tx, one Schedule, now time.Time) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	f := one.Next
	unsaid, err := s.unsaid(ctx, tx, one.ID, spec, now)
	if err != nil {
		return err
	}
	ahead := f.After(now) && len(unsaid) == 0
	quiet := s.Quiet.End(now, s.Zone)
	if ahead { // its approval is to be asked for
		quiet = s.Quiet.End(f, s.Zone)
	}
	if !quiet.IsZero() {
		return s.postpone(ctx, tx, one, HeldBack, quiet)
	}
	if wake := s.wake(one.Terms, f); ahead && one.Held != ItsTurn && wake.After(now) {
		return s.postpone(ctx, tx, one, NotHeld, wake) // what was missed before it, somebody else has settled
	}
	if !f.After(now) && (one.Held == HeldBack || s.isMissed(one, spec, now)) || len(unsaid) > 0 {
		return s.missed(ctx, tx, one, spec, now, unsaid)
	}
	if _, wait, err := s.calledOffAt(ctx, tx, one, f); err != nil {
		return err
	} else if wait {
		return s.postpone(ctx, tx, one, one.Held, now.Add(turnEvery))
	}
	if one.Terms.Overlap != "together" {
		var open int
		if err := tx.QueryRow(ctx, "select count(*) from schedule_run where schedule = $1 and state in ('firing', 'open') and fire_at <> $2", one.ID, store.Millis(f)).Scan(&open); err != nil {
			return err
		}
		switch {
		case open > 0 && one.Terms.Overlap == "skip":
			if moved, err := s.move(ctx, tx, one, spec.Next(f)); err != nil || !moved {
				return err
			}
			why := cards.T("schedule.skipped_overlap", "name", cards.Code(one.Name), "at", f, "local", Shown(f, spec.Zone))
			if _, err := s.insertAnew(ctx, tx, one, f, Run{State: "skipped", Found: now, Note: why}); err != nil {
				return err
			}
			return s.notify(ctx, tx, one, cards.Card{Body: []cards.Text{why}})
		case open > 0:
			return s.postpone(ctx, tx, one, ItsTurn, now.Add(turnEvery))
		}
	}
	if moved, err := s.move(ctx, tx, one, spec.Next(f)); err != nil || !moved {
		return err
	}
	run := Run{Found: now}
	if one.Held == ItsTurn {
		run.Since = now
	}
	return s.enqueue(ctx, tx, one, f, run)
}

// missed settles what was due while nobody could fire it, with the runs whose lines were
// not said in time: one run stands for all. A fire that is late within the grace goes out
// by itself, unless a catch-up goes out in its stead.
func (s *Schedules) missed(ctx context.Context, tx *store.Tx, one Schedule, spec Spec, now time.Time, unsaid []Run) error {
	upTo := now.Add(-s.grace(spec) - time.Nanosecond)
	if one.Held == HeldBack && upTo.Before(one.Next) && !one.Next.After(now) {
		upTo = one.Next
	}
	if one.Terms.Missed == "once" {
		upTo = now
	}
	count, last := spec.Count(one.Next, upTo)
	for next := spec.Next(last); count > 0 && !next.IsZero() && !next.After(now) && !s.Quiet.End(next, s.Zone).IsZero(); next = spec.Next(last) {
		count, last = count+1, next // the quiet hours held it too
	}
	next := one.Next
	if count > 0 {
		next = spec.Next(last)
	}
	if moved, err := s.move(ctx, tx, one, next); err != nil || !moved {
		return err
	}
	if overtaken, err := s.overtaken(ctx, tx, one.ID, unsaid, now); err != nil {
		return err
	} else if overtaken && count == 0 {
		for _, run := range unsaid {
			if err := s.missedAlone(ctx, tx, one, run, spec); err != nil {
				return err
			}
		}
		return nil
	}
	more, first, latest, err := s.takeBack(ctx, tx, one.ID, unsaid)
	switch {
	case err != nil || count+more == 0:
		return err
	case more == 0:
		first = one.Next
	case count == 0:
		last = latest
	}
	count += more
	run := Run{State: "firing", Found: now, Missed: count, Since: first}
	s.Log.Warn("missed", "schedule", one.Name, "fires", count, "policy", one.Terms.Missed)
	told := missedText(one, count, last, spec.Zone)
	switch one.Terms.Missed {
	case "once":
		return s.enqueue(ctx, tx, one, last, run)
	case "skip":
		run.State = "skipped"
		run.Note = cards.T("schedule.missed_skipped", "missed", told)
		if fresh, err := s.insertAnew(ctx, tx, one, last, run); err != nil || !fresh {
			return err
		}
		return s.notify(ctx, tx, one, cards.Card{Body: []cards.Text{run.Note}})
	}
	run.State = "asked"
	if fresh, err := s.insertAnew(ctx, tx, one, last, run); err != nil || !fresh {
		return err
	}
	return s.notify(ctx, tx, one, missedCard(one, last, told))
}

// move sets the next fire; whoever does has claimed the one before. It reports false
// where somebody else was first, or the schedule has changed.
func (s *Schedules) move(ctx context.Context, tx *store.Tx, one Schedule, next time.Time) (bool, error) {
	state := Active
	if next.IsZero() {
		state = Ended
	}
	changed, err := tx.Exec(ctx, "update schedule set next_at = $4, wake_at = $5, held = 0, state = $6 where id = $1 and next_at = $2 and version = $3 and state = 'active'",
		one.ID, store.Millis(one.Next), one.Version, store.Millis(next), store.Millis(s.wake(one.Terms, next)), string(state))
	return changed == 1, err
}

func (s *Schedules) postpone(ctx context.Context, tx *store.Tx, one Schedule, why WaitReason, until time.Time) error {
	_, err := tx.Exec(ctx, "update schedule set held = $4, wake_at = $5 where id = $1 and next_at = $2 and version = $3 and state = 'active'",
		one.ID, store.Millis(one.Next), one.Version, why, store.Millis(until))
	return err
}

// enqueue writes a run and the job that says its line. An instant that has had its run
// (the clock was stepped back) has no other, unless that was called off.
func (s *Schedules) enqueue(ctx context.Context, tx *store.Tx, one Schedule, f time.Time, run Run) error {
	run.State = "firing"
	fresh, err := s.insertAnew(ctx, tx, one, f, run)
	if err != nil || !fresh {
		return err
	}
	return s.Jobs.Enqueue(ctx, tx, fireJob, fireArgs{Schedule: one.ID, At: store.Millis(f)})
}
