package sending

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
	// servedPoll is how soon a job looks again whether its account is served.
	servedPoll = 2 * time.Second
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
func (e *Engine) enqueueLanes(ctx context.Context, tx *store.Tx, r Order) error {
	waiting, err := e.Jobs.Waiting(ctx, tx, jobLane, "request", r.N)
	if err != nil {
		return err
	}
	var free, taken int64
	if err := tx.QueryRow(ctx, `select (select count(*) from delivery_batch where request = $1 and unclaimed = 1),
		(select count(*) from delivery_batch where request = $1 and job > 0)`, r.N).Scan(&free, &taken); err != nil {
		return err
	}
	for range max(min(free, lanes-taken), 1) - waiting {
		if err := e.Jobs.EnqueueIn(ctx, tx, e.queueOf(r), jobLane, laneJob{Request: r.N}); err != nil {
			return fmt.Errorf("enqueue a batch of order %d: %w", r.N, err)
		}
	}
	return nil
}

// queueOf is the queue in which an order is carried out, so that no sort waits for another.
func (e *Engine) queueOf(r Order) jobs.Queue {
	switch {
	case r.Broadcast != nil:
		return jobs.Batches
	case e.kinds[r.Kind].Slow:
		return jobs.Files
	case !r.Due.IsZero(): // its instant does not wait for what people ask
		return jobs.FireCalls
	}
	return jobs.Calls
}

// workLane carries out batches. After a crash the same job takes up the batch that it had.
func (e *Engine) workLane(ctx context.Context, job laneJob) error {
	n := job.Request
	if e.isStopping() {
		return jobs.After(time.Second)
	}
	r, err := e.order(ctx, e.DB, n)
	if err != nil {
		return err
	}
	// What was stopped is settled, which calls nobody.
	if !e.Serve(r.Account) && r.Progress.Phase != Over && r.Progress.RemainingAs == "" {
		return jobs.After(servedPoll)
	}
	wait, err := e.beforeBegin(ctx, r)
	if err != nil {
		return err
	}
	if wait > 0 {
		return comeBack(wait)
	}
	checker, err := e.newChecker(r)
	if err != nil {
		return err
	}
	var end time.Time
	handedOn := false // to another job
	for goes, first := true, true; goes; first = false {
		b, err := e.takeBatch(ctx, checker, jobs.Current(ctx).ID, first)
		if err != nil {
			return fmt.Errorf("take a batch of request %d: %w", n, err)
		}
		if b == nil {
			break
		}
		if first {
			end = time.Now().Add(turn)
		}
		left := b.feed(e, end.Add(grace))
		e.pool.leave(b)
		over := !time.Now().Before(end) || e.isStopping()
		if goes, err = e.closeBatchOf(ctx, b, left, over); err != nil {
			return err
		}
		handedOn = goes && over
		goes = goes && !over
	}
	if err := e.transition(ctx, n, nil); err != nil || handedOn {
		return err
	}
	wait, waits, err := e.untilBatchDue(ctx, n)
	if err != nil || !waits {
		return err
	}
	return comeBack(wait)
}

// comeBack has a job come back after a while: to the instant, for one that waits longer than
// the queue is exact about wakes before it.
func comeBack(wait time.Duration) error {
	if wait > soonest {
		wait = max(soonest, wait-5*time.Second)
	}
	return jobs.After(wait)
}

// untilBatchDue is how long what is left of an order waits, and whether anything does that
// no other job is sure to come for: what is to be called again later, or what was given back
// just when the order, or all, was held or let go on.
func (e *Engine) untilBatchDue(ctx context.Context, n int64) (wait time.Duration, waits bool, err error) {
	var left, due, paused int64
	if err := e.DB.QueryRow(ctx, `select count(*), coalesce(min(b.due_at), 0), (select count(*) from setting where name = 'paused')
		from delivery_batch b join sending s on s.request = b.request
		where b.request = $1 and b.unclaimed = 1 and s.phase = 'going' and s.remaining_as = ''`, n).Scan(&left, &due, &paused); err != nil || left == 0 {
		return 0, false, err
	}
	now := e.Now()
	if later := store.Time(due); paused == 0 && later.After(now) {
		return max(later.Sub(now), 100*time.Millisecond), true, nil
	}
	if paused > 0 {
		wait = servedPoll
	}
	err = e.DB.Update(ctx, func(tx *store.Tx) error {
		others, err := e.Jobs.Waiting(ctx, tx, jobLane, "request", n)
		waits = others == 0 // else one of them comes
		return err
	})
	return max(wait, 100*time.Millisecond), waits, err
}

// takeBatch claims a batch: at first one that this very job had before a crash, else the
// next that is free. It returns nil where there is none to carry out.
func (e *Engine) takeBatch(ctx context.Context, checker *checker, job int64, first bool) (*claimedBatch, error) {
	r, n := checker.request, checker.request.N
	b := &claimedBatch{request: r, claim: uuid.NewString(), checker: checker}
	var from, size int64
	var named, dues string
	var sum []byte
	err := e.DB.Update(ctx, func(tx *store.Tx) error {
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
			if goes, err := e.mayGoOn(ctx, tx, r); err != nil || !goes {
				return err
			}
			next, err := e.nextFree(ctx, tx, n, job)
			if b.n = next; err != nil || next < 0 {
				return err
			}
		}
		if err := tx.QueryRow(ctx, "select first_row, members, named, sum, outcomes, version, dues from delivery_batch where request = $1 and n = $2", n, b.n).
			Scan(&from, &size, &named, &sum, &b.statuses, &b.version, &dues); err != nil {
			return err
		}
		return e.takeUpClaimed(ctx, tx, b)
	})
	if err != nil || b.n < 0 {
		return nil, err
	}
	if b.members, err = e.membersOf(ctx, e.DB, r, named, from, int(size)); err != nil {
		return nil, err
	}
	b.named = checker.named
	if b.dues, err = readDues(dues); err != nil {
		return nil, err
	}
	if b.gone, err = e.Unsubscribed(ctx, e.DB, r.Account, b.named); err != nil {
		return nil, err
	}
	if err := e.asApproved(ctx, b, sum); errors.Is(err, errDiffers) {
		e.Log.Error("a broadcast differs from what was approved; nothing more is sent", "request", n, "batch", b.n)
		if err := e.giveUp(ctx, n, cards.T("reason.differs")); err != nil {
			return nil, err
		}
		b.members = nil // what was under way is written, and no more
	} else if err != nil {
		return nil, err
	}
	b.back = make(chan returned, size)
	b.flag = e.pool.join(b)
	return b, nil
}

// mayGoOn reports whether a batch may be begun: the broadcast is to be sent, nobody
// holds it, and it is not too late for its first call.
func (e *Engine) mayGoOn(ctx context.Context, tx *store.Tx, r Order) (bool, error) {
	var goes, begun int64
	if err := tx.QueryRow(ctx, goesOn, r.N).Scan(&goes, &begun, new(int64)); err != nil || goes == 0 {
		return false, err
	}
	if begun > 0 {
		return true, nil
	}
	if err := e.Owner.Lock(ctx, tx, r.N); err != nil {
		return false, err
	}
	why, err := e.Owner.Lapsed(ctx, tx, r)
	if err == nil && !why.IsZero() {
		return false, e.failRemaining(ctx, tx, r.N, why)
	}
	return err == nil, err
}

// nextFree claims the first free batch for a job; -1 where there is none.
func (e *Engine) nextFree(ctx context.Context, tx *store.Tx, n, job int64) (int64, error) {
	now := e.Now()
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

// closeBatchOf gives a batch back: it is free again where members are left, from when the
// first of them may be called. It reports whether there is another to go on with; where
// this lane's turn is over, another job does.
func (e *Engine) closeBatchOf(ctx context.Context, b *claimedBatch, left []returned, over bool) (goes bool, err error) {
	later, dues, err := laterOf(left, e.Now())
	if err != nil {
		return false, err
	}
	err = e.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		goes = false
		given, err := tx.Exec(ctx, `update delivery_batch set job = 0, claim = '', due_at = $4, dues = $5, unclaimed = case when waiting > 0 then 1 else 0 end
			where request = $1 and n = $2 and claim = $3`, b.request.N, b.n, b.claim, store.Millis(later), dues)
		if err != nil || given == 0 {
			return err // another process has taken it over
		}
		if !later.IsZero() && b.request.Broadcast == nil { // why it waits stands on the card
			if err := e.Owner.Changed(ctx, tx, b.request.N); err != nil {
				return err
			}
		}
		var found int
		err = tx.QueryRow(ctx, `select 1 from delivery_batch b join sending s on s.request = b.request
			where b.request = $1 and b.unclaimed = 1 and b.due_at <= $2 and s.phase = 'going' and not exists (select 1 from setting where name = 'paused') limit 1`,
			b.request.N, store.Millis(e.Now())).Scan(&found)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		if goes = true; !over {
			return nil
		}
		return e.enqueueLanes(ctx, tx, b.request)
	})
	return goes, err
}
