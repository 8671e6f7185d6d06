package schedules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// grace is how late a fire may be found, and its line said, and still go out by itself.
func (s *ledger) grace(spec Spec) time.Duration { return min(s.Grace, spec.Interval()/2) }

// due is the moment from which a run's lateness counts: its instant, or where it waited
// for the one before, when its turn came, or where it makes up for others, when that was
// decided.
func (r Run) due() time.Time {
	switch {
	case r.Missed > 0:
		return r.Found
	case r.Since.After(r.At): // what is asked about ahead may have waited for its turn before
		return r.Since
	}
	return r.At
}

// first is the first instant that a run stands for.
func (r Run) first() time.Time {
	if r.Missed > 0 {
		return r.Since
	}
	return r.At
}

// isMissed reports whether a due fire is found too late to go out by itself. One that
// waits for its turn is late by as much as nobody looked at it.
func (s *ledger) isMissed(one Schedule, spec Spec, now time.Time) bool {
	due := one.Next
	if one.Held == ItsTurn && one.Wake.After(due) {
		due = one.Wake
	}
	return now.Sub(due) > s.grace(spec)
}

// unsaid are the runs of a schedule that were claimed, and whose lines nobody came to say
// in time: the process slept, or was stopped.
func (s *ledger) unsaid(ctx context.Context, tx *store.Tx, id int64, spec Spec, now time.Time) ([]Run, error) {
	firing, err := store.All[Run](tx.Query(ctx, selectRuns+"schedule = $1 and state = 'firing' and who = '' order by fire_at", id))
	if err != nil {
		return nil, fmt.Errorf("read runs that wait to be said: %w", err)
	}
	return slices.DeleteFunc(firing, func(r Run) bool { return now.Sub(r.due()) <= s.grace(spec) }), nil
}

// takeBack takes runs from whoever was to say their lines, and returns how many fires
// they stand for, the first and the last of them. One that was said just now stays.
func (s *ledger) takeBack(ctx context.Context, tx *store.Tx, id int64, runs []Run) (count int, first, last time.Time, err error) {
	for _, r := range runs {
		taken, err := tx.Exec(ctx, "delete from schedule_run where schedule = $1 and fire_at = $2 and state = 'firing'", id, store.Millis(r.At))
		if err != nil {
			return 0, first, last, err
		}
		if taken == 0 {
			continue
		}
		if count += max(1, r.Missed); first.IsZero() || r.first().Before(first) {
			first = r.first()
		}
		last = r.At
	}
	return count, first, last, nil
}

// overtaken reports whether a fire that came after some runs has had its own run by now:
// what they stand for is not made up for beside it.
func (s *ledger) overtaken(ctx context.Context, tx *store.Tx, id int64, runs []Run, now time.Time) (bool, error) {
	if len(runs) == 0 {
		return false, nil
	}
	var later int
	if err := tx.QueryRow(ctx, "select count(*) from schedule_run where schedule = $1 and who = '' and fire_at > $2 and fire_at <= $3",
		id, store.Millis(runs[len(runs)-1].At), store.Millis(now)).Scan(&later); err != nil {
		return false, fmt.Errorf("read the runs after those that were missed: %w", err)
	}
	return later > 0, nil
}

// giveBack hands a run whose line was not said in time back to the clock, which finds it
// missed with all that was due since. Where the clock has gone on, it is settled alone.
func (s *ledger) giveBack(ctx context.Context, one Schedule, run Run) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	s.Log.Warn("a fire was not said in time", "schedule", one.Name, "at", run.At)
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update schedule set id = id where id = $1", one.ID); err != nil {
			return err // the row is locked now
		}
		return s.giveBackIn(ctx, tx, one, run, spec)
	})
}

func (s *ledger) giveBackIn(ctx context.Context, tx *store.Tx, one Schedule, run Run, spec Spec) error {
	given, err := tx.Exec(ctx, `update schedule set next_at = $4, wake_at = $4, held = 0, state = 'active' where id = $1 and version = $2 and state in ('active', 'ended')
		and not exists (select 1 from schedule_run where schedule = $1 and who = '' and fire_at > $3)`,
		one.ID, run.Version, store.Millis(run.At), store.Millis(run.first()))
	if err != nil {
		return err
	}
	if given == 1 {
		if _, _, last, err := s.takeBack(ctx, tx, one.ID, []Run{run}); err != nil || last.IsZero() {
			return errors.Join(err, errNotYet) // unless it is said already
		}
		return nil
	}
	return s.missedAlone(ctx, tx, one, run, spec)
}

// missedAhead hands the runs of a schedule to the clock whose requests were approved ahead
// of their instants and could not begin in their grace: they are missed, all together, with
// all else that was.
func (s *ledger) missedAhead(ctx context.Context, one Schedule) error {
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	runs, err := s.endedAhead(ctx, one, spec)
	if err != nil || len(runs) == 0 {
		return err // more of them are about to end
	}
	s.Log.Warn("what was approved ahead could not begin in time", "schedule", one.Name, "fires", len(runs))
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update schedule set id = id where id = $1", one.ID); err != nil {
			return err
		}
		for _, run := range runs {
			if first, err := s.setRun(ctx, tx, one.ID, run.At, "open", "firing", 0, cards.Text{}); err != nil || !first {
				return err
			}
		}
		looks, err := tx.Exec(ctx, "update schedule set wake_at = $3 where id = $1 and version = $2 and state = 'active' and next_at > 0", one.ID, one.Version, store.Millis(s.Now()))
		if err != nil || looks > 0 {
			return err
		}
		for _, run := range runs {
			if err := s.giveBackIn(ctx, tx, one, run, spec); err != nil {
				return err
			}
		}
		return nil
	})
}

// endedAhead are the runs of a schedule whose requests were approved ahead and ended
// without a call; none while another of them is past its grace and has not ended.
func (s *ledger) endedAhead(ctx context.Context, one Schedule, spec Spec) ([]Run, error) {
	open, err := store.All[Run](s.DB.Query(ctx, selectRuns+"schedule = $1 and state = 'open' and who = '' and version = $2 and fire_at < $3 order by fire_at",
		one.ID, one.Version, store.Millis(s.Now().Add(-s.grace(spec)))))
	if err != nil {
		return nil, err
	}
	var missed []Run
	for _, r := range open {
		state, _, err := s.Outbox.StateOf(ctx, r.Request)
		if err != nil || state == outbox.Approved {
			return nil, err
		}
		if late, err := s.Outbox.Missed(ctx, r.Request); err != nil {
			return nil, err
		} else if late {
			missed = append(missed, r)
		}
	}
	return missed, nil
}

// missedAlone settles one run that was not said in time, after which others came.
func (s *ledger) missedAlone(ctx context.Context, tx *store.Tx, one Schedule, run Run, spec Spec) error {
	told := missedText(one, max(1, run.Missed), run.At, spec.Zone)
	to, note := "skipped", cards.T("schedule.missed_overtaken", "missed", told)
	card := cards.Card{Body: []cards.Text{note}}
	switch one.Terms.Missed {
	case "ask":
		to, note, card = "asked", cards.Text{}, missedCard(one, run.At, told)
	case "skip":
		note = cards.T("schedule.missed_skipped", "missed", told)
		card.Body = []cards.Text{note}
	}
	first, err := s.setRun(ctx, tx, one.ID, run.At, "firing", to, 0, note)
	if err != nil || !first {
		return err
	}
	if _, err := tx.Exec(ctx, "update schedule_run set missed = $3, since = $4 where schedule = $1 and fire_at = $2",
		one.ID, store.Millis(run.At), max(1, run.Missed), store.Millis(run.first())); err != nil {
		return err
	}
	return s.notify(ctx, tx, one, card)
}
