package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"

	"github.com/google/uuid"
)

const (
	// lanes are how many batches of one broadcast may be carried out at a time, by all
	// processes together.
	lanes = 16
	// turn is how long a lane goes on with one broadcast before others have their turn.
	turn = 2 * time.Second
	// grace is how much longer it may take to get a batch done that it has begun.
	grace = turn / 2
	// neverAhead: nothing that is tried again waits as long as this. What does was noted by
	// a clock that was set back since.
	neverAhead = 2 * time.Minute
	// soonest is how long a job may wait to be woken at its instant: the queue wakes one
	// that waits longer up to as much too late.
	soonest = 4 * time.Second
)

// laneJob carries out batches of a request, one after the other, whichever is next;
// when its turn is over another goes on.
type laneJob struct {
	Request int64 `json:"request"`
}

// enqueueLanes writes the jobs of a request that begins, goes on or is given a turn:
// as many as there are batches for, beside those that it has. One at least is sure to
// look again.
func (o *Outbox) enqueueLanes(ctx context.Context, tx *store.Tx, n int64) error {
	queue, err := o.queueOf(ctx, tx, n)
	if err != nil {
		return err
	}
	waiting, err := o.Jobs.Waiting(ctx, tx, jobLane, "request", n)
	if err != nil {
		return err
	}
	var free, taken int64
	if err := tx.QueryRow(ctx, `select (select count(*) from delivery_batch where request = $1 and unclaimed = 1),
		(select count(*) from delivery_batch where request = $1 and job > 0)`, n).Scan(&free, &taken); err != nil {
		return err
	}
	for range max(min(free, lanes-taken), 1) - waiting {
		if err := o.Jobs.EnqueueIn(ctx, tx, queue, jobLane, laneJob{Request: n}); err != nil {
			return fmt.Errorf("enqueue a batch of request %d: %w", n, err)
		}
	}
	return nil
}

// queueOf is the queue in which a request is carried out, so that no sort waits for another.
func (o *Outbox) queueOf(ctx context.Context, q store.Queryer, n int64) (jobs.Queue, error) {
	var kind string
	var due, broadcasts int64
	if err := q.QueryRow(ctx, "select kind, due_at, (select count(*) from broadcast where request = $1) from request where n = $1", n).Scan(&kind, &due, &broadcasts); err != nil {
		return "", fmt.Errorf("read of which kind request %d is: %w", n, err)
	}
	switch {
	case broadcasts > 0:
		return jobs.Batches, nil
	case o.kinds[kind].slow:
		return jobs.Files, nil
	case due > 0: // its instant does not wait for what people ask
		return jobs.FireCalls, nil
	}
	return jobs.Calls, nil
}

// workLane carries out batches. After a crash the same job takes up the batch that it had.
func (o *Outbox) workLane(ctx context.Context, job laneJob) error {
	n := job.Request
	if o.isStopping() {
		return jobs.After(time.Second)
	}
	r, err := o.request(ctx, o.DB, n)
	if err != nil {
		return err
	}
	// What was stopped is settled, which calls nobody.
	if !o.Accounts.Serve(r.Account) && !r.State.Ended() {
		return jobs.After(lookAgain)
	}
	wait, err := o.beforeBegin(ctx, r)
	if err != nil {
		return err
	}
	if wait > 0 {
		return jobs.After(min(wait, soonest))
	}
	fitting, err := o.newFitting(r)
	if err != nil {
		return err
	}
	var end time.Time
	for goes, first := true, true; goes; first = false {
		b, err := o.takeBatch(ctx, fitting, jobs.Current(ctx).ID, first)
		if err != nil {
			return fmt.Errorf("take a batch of request %d: %w", n, err)
		}
		if b == nil {
			break
		}
		if first {
			end = time.Now().Add(turn)
		}
		later := b.feed(o, end.Add(grace))
		o.carrier.leave(b)
		over := !time.Now().Before(end) || o.isStopping()
		if goes, err = o.closeBatchOf(ctx, b, later, over); err != nil {
			return err
		}
		goes = goes && !over
	}
	if err := o.transition(ctx, n, nil); err != nil {
		return err
	}
	if wait, err := o.untilBatchDue(ctx, n); err != nil || wait > 0 {
		return errors.Join(err, jobs.After(min(wait, soonest)))
	}
	return nil
}

// untilBatchDue is how long all that is left of a request waits to be called again; 0 where
// none does, or something can be called at once, for which another job is there.
func (o *Outbox) untilBatchDue(ctx context.Context, n int64) (time.Duration, error) {
	var due int64
	err := o.DB.QueryRow(ctx, `select coalesce(min(b.due_at), 0) from delivery_batch b join request r on r.n = b.request
		where b.request = $1 and b.unclaimed = 1 and r.state in ('approved', 'sending') and not exists (select 1 from setting where name = 'paused')`, n).Scan(&due)
	if err != nil || due == 0 {
		return 0, err
	}
	return max(store.Time(due).Sub(o.Now()), 100*time.Millisecond), nil
}

// takeBatch claims a batch: at first one that this very job had before a crash, else the
// next that is free. It returns nil where there is none to carry out.
func (o *Outbox) takeBatch(ctx context.Context, fitting *fitting, job int64, first bool) (*claimedBatch, error) {
	r, n := fitting.request, fitting.request.N
	b := &claimedBatch{request: r, claim: uuid.NewString(), fitting: fitting}
	var from, size int64
	var named string
	var sum []byte
	err := o.DB.Update(ctx, func(tx *store.Tx) error {
		b.n = -1
		if first {
			err := tx.QueryRow(ctx, "select n from delivery_batch where job = $1 and job > 0 and request = $2 order by n limit 1", job, n).Scan(&b.n)
			if err != nil && !isNone(err) {
				return err
			}
			// Held before it is read: a process that wakes may be about to commit what it
			// calls, and would be called again by what was read before.
			if held, err := tx.Exec(ctx, "update delivery_batch set job = job where request = $1 and n = $2 and job = $3", n, b.n, job); err != nil {
				return err
			} else if held == 0 {
				b.n = -1
			}
		}
		if b.n < 0 {
			if goes, err := o.mayGoOn(ctx, tx, r); err != nil || !goes {
				return err
			}
			next, err := o.nextFree(ctx, tx, n, job)
			if b.n = next; err != nil || next < 0 {
				return err
			}
		}
		if err := tx.QueryRow(ctx, "select first_row, members, named, sum, outcomes, version from delivery_batch where request = $1 and n = $2", n, b.n).
			Scan(&from, &size, &named, &sum, &b.marks, &b.version); err != nil {
			return err
		}
		return o.takeUpClaimed(ctx, tx, b)
	})
	if err != nil || b.n < 0 {
		return nil, err
	}
	if b.members, err = o.membersOf(ctx, o.DB, r, named, from, int(size)); err != nil {
		return nil, err
	}
	if b.named, err = fitting.kind.named(r.Payload); err != nil {
		return nil, err
	}
	if b.gone, err = o.unsubscribed(ctx, o.DB, r.Account, b.named); err != nil {
		return nil, err
	}
	if err := o.asApproved(ctx, b, sum); errors.Is(err, errDiffers) {
		o.Log.Error("a broadcast differs from what was approved; nothing more is sent", "request", n, "batch", b.n)
		if err := o.giveUp(ctx, n, cards.T("reason.differs")); err != nil {
			return nil, err
		}
		b.members = nil // what was under way is written, and no more
	} else if err != nil {
		return nil, err
	}
	b.back = make(chan returned, size)
	b.flag = o.carrier.join(b)
	return b, nil
}

// mayGoOn reports whether a batch may be begun: the broadcast is to be sent, nobody
// holds it, and it is not too late for its first call.
func (o *Outbox) mayGoOn(ctx context.Context, tx *store.Tx, r Request) (bool, error) {
	var goes, begun int64
	if err := tx.QueryRow(ctx, goesOn, r.N).Scan(&goes, &begun, new(int64)); err != nil || goes == 0 {
		return false, err
	}
	if begun > 0 {
		return true, nil
	}
	why, err := o.lapsed(ctx, tx, r)
	switch {
	case err != nil:
		return false, err
	case !why.IsZero():
		return false, o.failRestOf(ctx, tx, r.N, why)
	case o.isLate(r):
		return false, o.failRestOf(ctx, tx, r.N, r.lateText())
	}
	return true, nil
}

// nextFree claims the first free batch for a job; -1 where there is none.
func (o *Outbox) nextFree(ctx context.Context, tx *store.Tx, n, job int64) (int64, error) {
	now := o.Now()
	for {
		var next int64
		err := tx.QueryRow(ctx, "select n from delivery_batch where request = $1 and unclaimed = 1 and (due_at <= $2 or due_at > $3) order by n limit 1",
			n, store.Millis(now), store.Millis(now.Add(neverAhead))).Scan(&next)
		if isNone(err) {
			return -1, nil
		} else if err != nil {
			return -1, err
		}
		claimed, err := tx.Exec(ctx, "update delivery_batch set unclaimed = 0, job = $3 where request = $1 and n = $2 and unclaimed = 1", n, next, job)
		if err != nil || claimed == 1 {
			return next, err
		}
	}
}

// closeBatchOf gives a batch back: it is free again where members are left, from later on.
// It reports whether there is another to go on with; where this lane's turn is over,
// another job does.
func (o *Outbox) closeBatchOf(ctx context.Context, b *claimedBatch, later time.Time, over bool) (goes bool, err error) {
	err = o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		goes = false
		given, err := tx.Exec(ctx, `update delivery_batch set job = 0, claim = '', due_at = $4, unclaimed = case when waiting > 0 then 1 else 0 end
			where request = $1 and n = $2 and claim = $3`, b.request.N, b.n, b.claim, store.Millis(later))
		if err != nil || given == 0 {
			return err // another process has taken it over
		}
		if !later.IsZero() && b.request.Broadcast == nil { // why it waits stands on the card
			if err := o.enqueueTells(ctx, tx, b.request.N); err != nil {
				return err
			}
		}
		var found int
		err = tx.QueryRow(ctx, `select 1 from delivery_batch b join request r on r.n = b.request
			where b.request = $1 and b.unclaimed = 1 and b.due_at <= $2 and r.state in ('approved', 'sending') and not exists (select 1 from setting where name = 'paused') limit 1`,
			b.request.N, store.Millis(o.Now())).Scan(&found)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		if goes = true; !over {
			return nil
		}
		return o.enqueueLanes(ctx, tx, b.request.N)
	})
	return goes, err
}
