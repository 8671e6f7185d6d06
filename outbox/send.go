package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

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

	queue string
}

func (sendJob) Kind() string { return "send" }

func (j sendJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: j.queue} }

// enqueueSends writes the jobs of a request's batches in the transaction that
// approved it.
func (o *Outbox) enqueueSends(ctx context.Context, tx *store.Tx, n int64) error {
	var deliveries int
	var name string
	if err := tx.QueryRow(ctx, "select kind, (select count(*) from delivery where request = request.n) from request where n = $1", n).Scan(&name, &deliveries); err != nil {
		return err
	}
	queue := queueSend
	if o.kinds[name].slow {
		queue = queueFile
	}
	for batch := range (deliveries + batchSize - 1) / batchSize {
		if err := o.queue.insert(ctx, tx, sendJob{Request: n, Batch: batch, queue: queue}); err != nil {
			return fmt.Errorf("enqueue batch %d of request %d: %w", batch, n, err)
		}
	}
	return nil
}

// sender works sendJobs.
type sender struct {
	river.WorkerDefaults[sendJob]
	outbox *Outbox
}

// Work calls WeChat for every waiting delivery of the batch. It returns nil when
// none waits any more, and snoozes while one is to be tried later.
func (s *sender) Work(ctx context.Context, job *river.Job[sendJob]) error {
	o := s.outbox
	b, err := o.openBatch(ctx, job.Args)
	if err != nil || b == nil {
		return err
	}
	if b.held {
		return river.JobSnooze(lookAgain)
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
	return river.JobSnooze(wait)
}

func (o *Outbox) isStopping() bool {
	select {
	case <-o.stopping:
		return true
	default:
		return false
	}
}
