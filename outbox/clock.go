package outbox

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

const (
	tick     = 500 * time.Millisecond // between two looks where something is written
	idleTick = time.Second            // and where nothing is: a clock may be stepped
	stepFrom = 5 * time.Second        // of a clock that was stepped: less is waited for
)

// watchClock expires what nobody approved in time and reminds at half the time and before
// its end.
func (o *Outbox) watchClock() {
	defer close(o.clock)
	ctx := context.Background()
	ahead := time.Until(o.Now())
	stepped := steps{o.Now()}
	for changed, rest := o.DB.Changed(), tick; store.Rest(o.stopping, changed, tick, rest); {
		changed = o.DB.Changed()
		// One slow pass must not hold the next up for ever.
		pass, cancel := context.WithTimeout(ctx, 10*time.Second)
		if err := o.dueBy(pass, o.Now()); err != nil {
			o.Log.Error("expire and remind", "error", err)
		}
		if by := stepped.since(o.Now()); by.Abs() > stepFrom {
			o.Log.Warn("the machine slept, or its clock was stepped", "by", by.Round(time.Second))
			if err := o.Jobs.WakeAll(pass); err != nil {
				o.Log.Error("wake what waits by a clock that was stepped", "error", err)
			}
		}
		if now := time.Until(o.Now()); now-ahead > stepFrom {
			if err := o.Jobs.Wake(pass, sending.Jobs...); err != nil {
				o.Log.Error("wake what waits by a clock that was stepped", "error", err)
			} else {
				ahead = now
			}
		} else {
			ahead = min(ahead, now) // it may be set back
		}
		rest = o.untilDue(pass)
		cancel()
	}
}

// untilDue is how long the clock may rest: an idle tick, or until something comes due earlier,
// for of a request that waits for seconds an eighth is less than a tick.
func (o *teller) untilDue(ctx context.Context) time.Duration {
	now, next := o.Now(), int64(0)
	err := o.DB.QueryRow(ctx, `select coalesce(min(case when remind_at > 0 and remind_at < expires_at then remind_at else expires_at end), 0)
		from request where state = 'waiting'`).Scan(&next)
	if err != nil || next == 0 {
		return idleTick // what is wrong with the database, the next pass tells
	}
	rest := store.Time(next).Sub(now)
	if rest < -tick {
		return idleTick // it could not be done, and is tried again
	}
	return min(max(rest, tick/10), idleTick)
}

// dueBy expires and reminds what has come due. Whoever changes the row does it, so
// several processes may watch.
func (o *Outbox) dueBy(ctx context.Context, now time.Time) error {
	if err := o.eachDue(ctx, "expires_at <= $1", now, func(tx *store.Tx, n int64) error {
		if err := o.noteSelf(ctx, tx, n, "expired", cards.Text{}); err != nil {
			return err
		}
		return o.end(ctx, tx, n, Expired, "")
	}, "update request set n = n where n = $1 and state = 'waiting' and expires_at <= $2"); err != nil {
		return err
	}
	if err := o.DB.Update(ctx, func(tx *store.Tx) error { return o.Engine.ResumeDue(ctx, tx, store.Millis(now)) }); err != nil {
		return err
	}
	if err := o.endAbsences(ctx, now); err != nil {
		return err
	}
	return o.remindBy(ctx, now)
}

func (o *teller) eachDue(ctx context.Context, where string, now time.Time, then func(*store.Tx, int64) error, claim string) error {
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

// steps watches a clock for steps of the wall clock: by how much it goes on otherwise
// than the monotonic one.
type steps struct{ last time.Time }

// since is by how much the wall clock was stepped since it was asked last. A machine
// that slept looks stepped on: its monotonic clock stood still.
func (s *steps) since(now time.Time) time.Duration {
	by := now.Round(0).Sub(s.last.Round(0)) - now.Sub(s.last)
	if s.last.IsZero() {
		by = 0
	}
	s.last = now
	return by
}
