// Package jobs does what is done in the background. A job is written in the transaction
// of what it belongs to, worked by whichever process has room, tried again until it
// succeeds, and taken over from a process that died. It hosts River, which no other room
// speaks with.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"magpie/store"
)

// Queue is a sort of work, and with it which other jobs one waits for: those of its own
// queue alone. Neither does an outage of Slack hold up a call to WeChat, nor do articles
// that are being written hold up the clock.
type Queue string

// The queues.
const (
	Calls     Queue = "send"     // WeChat is called
	FireCalls Queue = "send_due" // WeChat is called at an instant that was set before
	Files     Queue = "file"     // files go to WeChat, which may take minutes
	Batches   Queue = "lane"     // batches of a broadcast
	Prepares  Queue = "prepare"  // audiences are read into batches
	Tells     Queue = "tell"     // people are told, in Slack
	Heard     Queue = "heard"    // what WeChat said is looked at again
	Fires     Queue = "fire"     // the clock's: short, and never to be late
	Cards     Queue = "card"     // what is kept and shared at Slack
	Imports   Queue = "import"   // files and images are fetched and read
	Fills     Queue = "fill"     // audiences, up to millions of members
	Writing   Queue = "write"    // minutes of waiting for the writer
	Pictures  Queue = "picture"  // a browser each: one for each core
)

// Workers is how many jobs of each queue a process works at once for one account.
func Workers() map[Queue]int {
	return map[Queue]int{
		Calls: 8, FireCalls: 4, Files: 4, Tells: 8, Prepares: 2, Batches: 3, Heard: 2,
		Fires: 8, Cards: 4, Imports: 2, Fills: 2, Writing: 8, Pictures: runtime.GOMAXPROCS(0),
	}
}

// Options are what Jobs need.
type Options struct {
	DB  *store.DB
	Now func() time.Time // the real time that jobs are put off by; nil: this machine's
	// Accounts is how many share the queues in which WeChat is called; see Share. 0: one.
	Accounts int
	// Failed is told of each attempt of a job that failed, by its queue; nil: nobody counts.
	Failed func(Queue)
	Log    *slog.Logger
}

// Jobs are the jobs of one database, and this process's share in doing them.
type Jobs struct {
	Options
	process  string // names this process to the others
	works    map[string]work
	queue    queue
	waker    *waker
	shares   shares
	replaced []func(ctx context.Context, tx *store.Tx, was, is int64) error
	life     context.Context // of saying to others that this process lives
	die      context.CancelFunc
	living   sync.WaitGroup
}

// New makes Jobs; what is to be done is registered next, then Open and Start.
func New(o Options) *Jobs {
	if o.Now == nil {
		o.Now = time.Now
	}
	j := &Jobs{Options: o, process: uuid.NewString(), works: map[string]work{}, waker: newWaker(), shares: shares{taken: map[share]int{}}}
	j.life, j.die = context.WithCancel(context.Background())
	return j
}

// Open makes the tables of jobs, and frees what the process before this one was doing.
// Jobs may be written from then on.
func (j *Jobs) Open(ctx context.Context) error {
	if err := j.openQueue(ctx); err != nil {
		return fmt.Errorf("open the job queue: %w", err)
	}
	if err := j.recover(ctx); err != nil {
		return fmt.Errorf("take up what was left: %w", err)
	}
	return nil
}

// Start begins to work jobs, until Stop.
func (j *Jobs) Start(ctx context.Context) error {
	if err := j.queue.start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	j.live()
	return nil
}

// Stop takes no further job up and waits for those under way, at most until ctx ends.
// Others may take over what is under way then.
func (j *Jobs) Stop(ctx context.Context) error {
	defer j.living.Wait()
	defer j.die()
	return j.queue.stop(ctx)
}

// Enqueue writes a job in the transaction of what it belongs to. args is a struct or a
// map: River on SQLite takes a JSON text that is no object for something else.
func (j *Jobs) Enqueue(ctx context.Context, tx *store.Tx, name string, args any) error {
	return j.EnqueueIn(ctx, tx, j.works[name].queue, name, args)
}

// EnqueueIn is Enqueue in another queue than the one that the job was registered for.
func (j *Jobs) EnqueueIn(ctx context.Context, tx *store.Tx, queue Queue, name string, args any) error {
	if _, known := j.works[name]; !known {
		return fmt.Errorf("enqueue %s: no such job is registered", name)
	}
	raw, err := json.Marshal(args)
	if err == nil && raw[0] != '{' {
		err = fmt.Errorf("its arguments are no object: %s", raw)
	}
	if err == nil {
		err = j.queue.insert(ctx, tx, queue, job{name, raw})
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", name, err)
	}
	return nil
}

// Waiting counts the jobs of a name that have not begun and have that number as their
// argument arg. None of them begins before tx ends: it is sure to see what tx writes.
func (j *Jobs) Waiting(ctx context.Context, tx *store.Tx, name, arg string, number int64) (int64, error) {
	return tx.Exec(ctx, `update river_job set state = state where kind = $1 and state in ('available', 'scheduled', 'retryable')
		and cast(args ->> '`+arg+`' as bigint) = $2`, name, number)
}

// Wake has the jobs of these names that wait for their time look at the clock again, as
// if they had never been put off: the queue sleeps by real time, and knows nothing of a
// clock that is stepped.
func (j *Jobs) Wake(ctx context.Context, names ...string) error {
	return j.DB.Update(ctx, func(tx *store.Tx) error {
		tx.OnCommit(j.waker.wakeAll)
		for _, name := range names {
			if _, err := tx.Exec(ctx, "update river_job set state = 'available', scheduled_at = created_at where kind = $1 and state in ('scheduled', 'available')", name); err != nil {
				return err
			}
		}
		return nil
	})
}

// WakeAll has every job that waits for its time look at the clock again: it waits by a
// wall clock that was stepped since. What is still too early waits anew.
func (j *Jobs) WakeAll(ctx context.Context) error {
	return j.DB.Update(ctx, func(tx *store.Tx) error {
		tx.OnCommit(j.waker.wakeAll)
		_, err := tx.Exec(ctx, "update river_job set state = 'available', scheduled_at = current_timestamp where state in ('scheduled', 'retryable', 'available')")
		return err
	})
}
