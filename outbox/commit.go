package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/store"
)

// commitGroups writes changes in groups until the carrier ends: what is about to be
// called and what came of calls share transactions.
func (o *Outbox) commitGroups() {
	c := o.carrier
	look := time.NewTicker(flagEvery)
	defer look.Stop()
	var group []change
	for {
		select {
		case first := <-c.changes:
			group = c.gather(append(group[:0], first))
			o.commitGroup(group)
		case <-look.C:
			o.lookAround()
		case <-c.end:
			return
		}
	}
}

// gather adds what comes within a group's age, or until there is enough.
func (c *carrier) gather(group []change) []change {
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
func (o *Outbox) commitGroup(group []change) {
	ctx, begun := context.Background(), time.Now()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		g := newGroup(group)
		err := o.DB.Update(ctx, func(tx *store.Tx) error { return o.writeGroup(ctx, tx, g) })
		if err == nil {
			g.release(o)
			for _, r := range g.requests {
				if r.transition {
					o.transitionSoon(ctx, r.request.N, r.problem)
					o.carrier.slowed = o.carrier.slowed || r.problem != nil && r.problem.Obstacle == TooFast
				}
			}
			return
		}
		o.Log.Error("outcomes not written yet", "count", len(group), "error", err)
		if o.isStopping() && time.Since(begun) > longestWait/6 {
			return
		}
		time.Sleep(wait)
	}
}

// goesOn is whether a broadcast is to be sent and nobody holds it, with when it began
// and when it last went on.
const goesOn = `select case when r.state in ('approved', 'sending') and s.remaining_as = '' and not exists (select 1 from setting where name = 'paused') then 1 else 0 end,
	s.begun_at, r.resumed_at from request r join sending s on s.request = r.n where r.n = $1`

// isLateSince reports whether those whom a request names, and who have not been called since
// it began, are not to be called any more: its hour has passed, and they would not know why
// it comes now. A broadcast goes on for as long as it takes.
func (o *Outbox) isLateSince(ctx context.Context, tx *store.Tx, r Request, begun int64) (bool, error) {
	if r.Broadcast != nil || begun == 0 || !o.isLate(r) {
		return false, nil
	}
	r, err := o.request(ctx, tx, r.N) // it may have been held, and gone on
	return err == nil && o.isLate(r), err
}

func (o *Outbox) writeGroup(ctx context.Context, tx *store.Tx, g *group) error {
	for _, r := range g.requests {
		n := r.request.N
		var err error
		var goes, begun, resumed int64
		if err := tx.QueryRow(ctx, goesOn, n).Scan(&goes, &begun, &resumed); err != nil {
			return err
		}
		if begun == 0 { // it may be withdrawn this moment, which it is not once it has begun
			if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
				return err
			}
			if err := tx.QueryRow(ctx, goesOn, n).Scan(&goes, &begun, &resumed); err != nil {
				return err
			}
		}
		r.held, r.resumed = goes == 0, store.Time(resumed)
		if r.late, err = o.isLateSince(ctx, tx, r.request, begun); err != nil {
			return err
		}
		slots, err := o.slots(ctx, tx, r)
		if err != nil {
			return err
		}
		for _, l := range r.batches {
			if err := o.writeBatch(ctx, tx, r, l, slots); err != nil {
				return fmt.Errorf("write batch %d of request %d: %w", l.n, n, err)
			}
		}
		if begun == 0 && r.total.sending > 0 {
			now := store.Millis(o.Now())
			if _, err := tx.Exec(ctx, "update sending set begun_at = $2, rate_at = $2 where request = $1 and begun_at = 0", n, now); err != nil {
				return err
			}
			r.transition = true
		}
		ended, err := o.addUp(ctx, tx, r.request, r.total)
		if err != nil {
			return err
		}
		r.transition = r.transition || ended || r.problem != nil && !r.held
	}
	return nil
}
