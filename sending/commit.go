package sending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"magpie/store"
	"magpie/traces"
)

// commitGroups writes changes in groups until the carrier ends: what is about to be
// called and what came of calls share transactions.
func (e *Engine) commitGroups() {
	c := e.pool
	look := time.NewTimer(flagEvery)
	defer look.Stop()
	var group []change
	for {
		select {
		case first := <-c.changes:
			group = c.gather(append(group[:0], first))
			e.commitGroup(group)
		case <-c.joined:
			look.Reset(flagEvery)
		case <-look.C:
			if e.lookAround() {
				look.Reset(flagEvery)
			}
		case <-c.end:
			return
		}
	}
}

// gather adds what comes within a group's age, or until there is enough.
func (c *pool) gather(group []change) []change {
	old := time.NewTimer(groupAge)
	defer old.Stop()
	for len(group) < groupEnough {
		select {
		case next := <-c.changes:
			group = append(group, next)
		case <-old.C:
			return group
		}
	}
	for len(group) < groupMost {
		select {
		case next := <-c.changes:
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

// commitGroup writes a group, trying until the database takes it: WeChat has acted. A
// magpie that stops gives up after a while; what it could not write is unclear then.
func (e *Engine) commitGroup(group []change) {
	ctx, begun := context.Background(), time.Now()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		g := newGroup(group)
		err := e.DB.Update(ctx, func(tx *store.Tx) error { return e.writeGroup(ctx, tx, g) })
		if err == nil {
			g.release(e)
			for _, r := range g.requests {
				if r.transition {
					e.transitionSoon(r.under(), r.request.N, r.problem)
					e.pool.slowed = e.pool.slowed || r.problem != nil && r.problem.Obstacle == TooFast
				}
			}
			return
		}
		if errors.Is(err, errHeldMeanwhile) {
			continue
		}
		e.Log.Error("outcomes not written yet", "count", len(group), "error", err)
		if e.isStopping() && time.Since(begun) > longestWait/6 {
			return
		}
		time.Sleep(wait)
	}
}

// errHeldMeanwhile has a group written anew, without the calls that may not be made.
var errHeldMeanwhile = errors.New("an order was held meanwhile")

// goesOn is whether a broadcast is to be sent and nobody holds it, with when it began
// and when it last went on.
const goesOn = `select case when phase = 'going' and remaining_as = '' and not exists (select 1 from setting where name in ('paused', $2)) then 1 else 0 end,
	begun_at, resumed_at from sending where request = $1`

// PausedAs is the setting by which everything of an account is held, of "" everything.
func PausedAs(account string) string {
	if account == "" {
		return "paused"
	}
	return "paused " + account
}

// lapsedSince is why those whom a line names, and who have not been called since their order
// began, are not to be called any more: its hour has passed, and they would not know why it
// comes now. A broadcast goes on for as long as it takes.
func (e *Engine) lapsedSince(ctx context.Context, tx *store.Tx, r Order, begun int64) (Lapse, error) {
	if r.Broadcast != nil || begun == 0 || e.Now().Sub(store.Time(begun)) < lapsesFrom {
		return Lapse{}, nil
	}
	r, err := e.order(ctx, tx, r.N) // it may have been held, and gone on
	if err != nil {
		return Lapse{}, err
	}
	return e.Owner.Lapsed(ctx, tx, r)
}

// lapsesFrom is how long after its beginning the owner is asked whether an order is late.
const lapsesFrom = time.Minute

func (e *Engine) writeGroup(ctx context.Context, tx *store.Tx, g *group) error {
	for _, r := range g.requests {
		n := r.request.N
		var err error
		ctx := traces.Below(ctx, r.under())
		var goes, begun, resumed int64
		if err := tx.QueryRow(ctx, goesOn, n, PausedAs(r.request.Account)).Scan(&goes, &begun, &resumed); err != nil {
			return err
		}
		if begun == 0 { // it may be withdrawn this moment, which it is not once it has begun
			if err := e.Owner.Lock(ctx, tx, n); err != nil {
				return err
			}
			if err := tx.QueryRow(ctx, goesOn, n, PausedAs(r.request.Account)).Scan(&goes, &begun, &resumed); err != nil {
				return err
			}
		}
		r.held, r.resumed = goes == 0, store.Time(resumed)
		if r.lapsed, err = e.lapsedSince(ctx, tx, r.request, begun); err != nil {
			return err
		}
		slots, err := e.slots(ctx, tx, r)
		if err != nil {
			return err
		}
		for _, l := range r.batches {
			if err := e.writeBatch(ctx, tx, r, l, slots); err != nil {
				return fmt.Errorf("write batch %d of request %d: %w", l.n, n, err)
			}
		}
		if begun == 0 && r.total.sending > 0 {
			now := store.Millis(e.Now())
			if _, err := tx.Exec(ctx, "update sending set begun_at = $2, rate_at = $2 where request = $1 and begun_at = 0", n, now); err != nil {
				return err
			}
			r.transition = true
		}
		ended, goesStill, err := e.addUp(ctx, tx, r.request, r.total)
		if err != nil {
			return err
		}
		if !goesStill && r.calls() > 0 {
			return errHeldMeanwhile // it was stopped or held since it was looked at
		}
		if d := r.total; !goesStill && r.request.Broadcast != nil && d.done+d.failed+d.unclear > 0 {
			if err := e.Owner.Changed(ctx, tx, n); err != nil { // the card of what is paused shows what came back since
				return err
			}
		}
		r.transition = r.transition || ended || r.problem != nil && !r.held
	}
	return nil
}
