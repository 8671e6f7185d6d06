package outbox

import (
	"context"
	"sync"
	"time"

	"magpie/cards"
	"magpie/store"
)

const (
	tick     = 500 * time.Millisecond
	stepFrom = 5 * time.Second // of a clock that was stepped: less is waited for
)

// watchClock expires what nobody approved in time and reminds at half the time and before its end; on
// PostgreSQL this process lives beside others meanwhile.
func (o *Outbox) watchClock() {
	defer close(o.clock)
	if o.DB.Postgres() {
		var beside sync.WaitGroup
		defer beside.Wait()
		beside.Go(o.beat)
		beside.Go(o.watchOthers)
	}
	ctx := context.Background()
	timer := time.NewTimer(tick)
	defer timer.Stop()
	ahead := time.Until(o.Now())
	stepped := steps{o.Now()}
	for {
		select {
		case <-o.stopping:
			return
		case <-timer.C:
		}
		// One slow pass must not hold the next up for ever.
		pass, cancel := context.WithTimeout(ctx, 10*time.Second)
		if err := o.dueBy(pass, o.Now()); err != nil {
			o.Log.Error("expire and remind", "error", err)
		}
		if by := stepped.since(o.Now()); by.Abs() > stepFrom {
			o.Log.Warn("the machine slept, or its clock was stepped", "by", by.Round(time.Second))
			if err := o.wakeAll(pass); err != nil {
				o.Log.Error("wake what waits by a clock that was stepped", "error", err)
			}
		}
		if now := time.Until(o.Now()); now-ahead > stepFrom {
			if err := o.wake(pass); err != nil {
				o.Log.Error("wake what waits by a clock that was stepped", "error", err)
			} else {
				ahead = now
			}
		} else {
			ahead = min(ahead, now) // it may be set back
		}
		timer.Reset(o.untilDue(pass))
		cancel()
	}
}

// untilDue is how long the clock may rest: a tick, or until something comes due earlier,
// for of a request that waits for seconds an eighth is less than a tick.
func (o *Outbox) untilDue(ctx context.Context) time.Duration {
	now, next := o.Now(), int64(0)
	err := o.DB.QueryRow(ctx, `select coalesce(min(case when remind_at > 0 and remind_at < expires_at then remind_at else expires_at end), 0)
		from request where state = 'waiting'`).Scan(&next)
	if err != nil || next == 0 {
		return tick // what is wrong with the database, the next pass tells
	}
	rest := store.Time(next).Sub(now)
	if rest < -tick {
		return tick // it could not be done, and is tried again
	}
	return min(max(rest, tick/10), tick)
}

// dueBy expires and reminds what has come due. Whoever changes the row does it, so
// several processes may watch.
func (o *Outbox) dueBy(ctx context.Context, now time.Time) error {
	if err := o.eachDue(ctx, "expires_at <= $1", now, func(tx *store.Tx, n int64) error {
		if err := o.noteSelf(ctx, tx, n, "expired", cards.Text{}); err != nil {
			return err
		}
		return o.end(ctx, tx, n, Expired, "")
	}, "update request set state = 'expired' where n = $1 and state = 'waiting' and expires_at <= $2"); err != nil {
		return err
	}
	if err := o.DB.Update(ctx, func(tx *store.Tx) error { return o.goOnBy(ctx, tx, store.Millis(now)) }); err != nil {
		return err
	}
	return o.remindBy(ctx, now)
}

func (o *Outbox) eachDue(ctx context.Context, where string, now time.Time, then func(*store.Tx, int64) error, claim string) error {
	due, err := store.Column[int64](o.DB.Query(ctx, "select n from request where state = 'waiting' and "+where+" order by n limit 100", store.Millis(now)))
	if err != nil {
		return err
	}
	for _, n := range due {
		if err := o.DB.Update(ctx, func(tx *store.Tx) error {
			claimed, err := tx.Exec(ctx, claim, n, store.Millis(now))
			if err != nil || claimed == 0 {
				return err
			}
			return then(tx, n)
		}); err != nil {
			return err
		}
	}
	return nil
}

// wake has the deliveries that wait for their time look at the clock again: the queue
// sleeps by real time, and knows nothing of a Now that is stepped.
func (o *Outbox) wake(ctx context.Context) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update river_job set state = 'available', scheduled_at = created_at where kind in ($1, $2) and state in ('scheduled', 'available')", sendJob{}.Kind(), laneJob{}.Kind())
		return err
	})
}

// wakeAll has every job that waits for its time look at the clock again: it waits by a
// wall clock that was stepped since. What is still too early waits anew.
func (o *Outbox) wakeAll(ctx context.Context) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update river_job set state = 'available', scheduled_at = current_timestamp where state in ('scheduled', 'retryable', 'available')")
		return err
	})
}

// recover frees, at start, what the process before this one held. On SQLite that is
// everything: this process has the file to itself. The scheduler's lease would hold
// jobs that wait for their time for some 18 s.
func (o *Outbox) recover(ctx context.Context) error {
	if o.DB.Postgres() {
		if err := o.sayAlive(ctx); err != nil {
			return err
		}
		return o.takeOver(ctx)
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		for _, statement := range []string{
			"update river_job set state = 'available' where state = 'running'",
			"delete from river_leader",
			"update place set drawing_until = 0 where drawing_until > 0",
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return o.sortOld(ctx, tx)
	})
}
