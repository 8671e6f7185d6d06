package sending

import (
	"context"
	"fmt"
	"time"

	"magpie/jobs"
	"magpie/store"
	"magpie/traces"
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
	k, _ := e.kinds.of(r.Account, r.Kind)
	switch {
	case r.Broadcast != nil:
		return jobs.Batches
	case k.Slow:
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
	done, ok := e.Jobs.Share(e.queueOf(r), r.Account)
	if !ok {
		return jobs.Later()
	}
	defer done()
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
	last := ctx       // below the span of the batch that was carried out last
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
		left := e.feedTraced(ctx, b, end.Add(grace))
		e.pool.leave(b)
		last = traces.Below(ctx, b.under)
		over := !time.Now().Before(end) || e.isStopping()
		if goes, err = e.closeBatchOf(ctx, b, left, over); err != nil {
			return err
		}
		handedOn = goes && over
		goes = goes && !over
	}
	if err := e.transition(last, n, nil); err != nil || handedOn {
		return err
	}
	wait, waits, err := e.untilBatchDue(ctx, r)
	if err != nil || !waits {
		return err
	}
	return comeBack(wait)
}

// feedTraced is feed in a span of its own: in the trace of whoever had the batch sent, or of who
// asked for the request.
func (e *Engine) feedTraced(ctx context.Context, b *claimedBatch, end time.Time) []returned {
	ctx, span := e.Traces.Continue(ctx, b.request.Trace, "batch")
	defer span.End()
	span.Number("magpie.request", b.request.N)
	span.Number("magpie.batch", b.n)
	span.Number("magpie.members", int64(len(b.members)))
	span.Text("magpie.kind", b.request.Kind)
	span.Text("magpie.account", b.request.Account)
	b.under = traces.Below(b.under, ctx)
	return b.feed(e, end)
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
func (e *Engine) untilBatchDue(ctx context.Context, r Order) (wait time.Duration, waits bool, err error) {
	var left, due, paused int64
	if err := e.DB.QueryRow(ctx, `select count(*), coalesce(min(b.due_at), 0), (select count(*) from setting where name in ('paused', $2))
		from delivery_batch b join sending s on s.request = b.request
		where b.request = $1 and b.unclaimed = 1 and s.phase = 'going' and s.remaining_as = ''`, r.N, PausedAs(r.Account)).Scan(&left, &due, &paused); err != nil || left == 0 {
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
		others, err := e.Jobs.Waiting(ctx, tx, jobLane, "request", r.N)
		waits = others == 0 // else one of them comes
		return err
	})
	return max(wait, 100*time.Millisecond), waits, err
}
