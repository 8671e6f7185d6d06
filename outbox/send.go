package outbox

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"magpie/jobs"
	"magpie/store"
)

const (
	batchSize   = 200             // deliveries a job
	inFlight    = 8               // calls at once in a job
	maxTries    = 5               // of a call that WeChat answers with "busy"
	lateAfter   = time.Hour       // from the approval to the first call
	staleAfter  = 3 * time.Second // from the intent to the call, by wall clock
	longestWait = 30 * time.Second
	pausedPoll  = 500 * time.Millisecond
	// Nothing that is tried again, or has its slot, waits as long as this: what does was
	// noted by a clock that was set back since.
	neverAhead = 2 * time.Minute
	// The queue wakes a job that waits longer than this up to as much too late.
	schedulerWithin = 5 * time.Second
)

// sendJob carries out the deliveries of a request from seq Batch×200.
type sendJob struct {
	Request int64 `json:"request"`
	Batch   int   `json:"batch"`
}

// enqueueSends writes the jobs of a request's batches in the transaction that
// approved it.
func (o *Outbox) enqueueSends(ctx context.Context, tx *store.Tx, n int64) error {
	var deliveries int
	var name string
	var due int64
	if err := tx.QueryRow(ctx, "select kind, due_at, (select count(*) from delivery where request = request.n) from request where n = $1", n).Scan(&name, &due, &deliveries); err != nil {
		return err
	}
	queue := jobs.Calls
	switch {
	case o.kinds[name].slow:
		queue = jobs.Files
	case due > 0: // its instant does not wait for what people ask
		queue = jobs.FireCalls
	}
	for batch := range (deliveries + batchSize - 1) / batchSize {
		if err := o.Jobs.EnqueueIn(ctx, tx, queue, jobSend, sendJob{Request: n, Batch: batch}); err != nil {
			return fmt.Errorf("enqueue batch %d of request %d: %w", batch, n, err)
		}
	}
	return nil
}

// workSend calls WeChat for every waiting delivery of the batch. It returns nil when
// none waits any more, and snoozes while one is to be tried later.
func (o *Outbox) workSend(ctx context.Context, job sendJob) error {
	b, err := o.openBatch(ctx, job)
	if err != nil || b == nil {
		return err
	}
	if b.held {
		return jobs.After(lookAgain)
	}
	group := errgroup.Group{}
	group.SetLimit(inFlight)
	for _, d := range b.due {
		if o.isStopping() {
			break
		}
		group.Go(func() error { return o.deliver(ctx, b, d) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	wait, err := o.closeBatch(ctx, b)
	if err != nil || wait == 0 {
		return err
	}
	return jobs.After(wait)
}

func (o *Outbox) isStopping() bool {
	select {
	case <-o.stopping:
		return true
	default:
		return false
	}
}
