package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"magpie/traces"
)

// work is how a job is done, and in which queue.
type work struct {
	queue  Queue
	do     func(context.Context, json.RawMessage) error
	within time.Duration // 0: jobWithin
	gaveUp func(context.Context, json.RawMessage) error
}

// maxTimeouts is how many attempts may end by time-out before a job is given up.
const maxTimeouts = 3

// jobWithin ends a job that nothing else has ended: each call, statement and wait in one has
// a bound of its own, and the longest is an audience of a million that is filled.
const jobWithin = time.Hour

var errTimedOut = errors.New("it took longer than it may")

// Register makes a job known, before Open: its name, in which queue it stands and how it
// is done. do is tried again after a while, a second at first and 30 at most, for as long
// as it returns an error, and after a crash: it must bear that. An error made by After
// only puts the job off. Register panics on a name that is taken, on a queue that nobody
// works, and on one whose jobs RegisterBounded makes known.
func Register[T any](j *Jobs, queue Queue, name string, do func(context.Context, T) error) {
	if queue == Imports || queue == Fills {
		panic("jobs: an input may make it long, and it has no limit: " + name)
	}
	register(j, queue, name, do)
}

func register[T any](j *Jobs, queue Queue, name string, do func(context.Context, T) error) {
	if _, taken := j.works[name]; taken {
		panic("jobs: registered twice: " + name)
	}
	if Workers()[queue] == 0 {
		panic("jobs: nobody works the queue of " + name)
	}
	j.works[name] = work{queue: queue, do: withArgs(name, do)}
}

// RegisterBounded is Register for what an input may make long: each attempt has a limit.
// Where three attempts have ended by it, the job is not taken up again; gaveUp tells
// people, who may have it tried again.
func RegisterBounded[T any](j *Jobs, queue Queue, name string, within time.Duration, do, gaveUp func(context.Context, T) error) {
	register(j, queue, name, do)
	bounded := j.works[name]
	bounded.within, bounded.gaveUp = within, withArgs(name, gaveUp)
	j.works[name] = bounded
}

func withArgs[T any](name string, do func(context.Context, T) error) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, raw json.RawMessage) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return fmt.Errorf("read arguments of job %s: %w", name, err)
		}
		return do(ctx, args)
	}
}

// Attempt is which job is being done.
type Attempt struct {
	ID      int64
	PutOffs int // how often it has been put off by After
}

type attemptKey struct{}

// Current is the attempt whose context this is.
func Current(ctx context.Context) Attempt {
	attempt, _ := ctx.Value(attemptKey{}).(Attempt)
	return attempt
}

// After is what a job returns that is to come back after a while, without having failed.
func After(wait time.Duration) error { return river.JobSnooze(wait) }

// job is a job as River keeps it: its kind is the name.
type job struct {
	name string
	args json.RawMessage
}

func (j job) Kind() string                          { return j.name }
func (j job) MarshalJSON() ([]byte, error)          { return j.args, nil }
func (j *job) UnmarshalJSON(raw []byte) (err error) { j.args = append(j.args[:0], raw...); return nil }

// worker does the jobs of one name.
type worker struct {
	river.WorkerDefaults[job]
	jobs *Jobs
	name string
	work work
}

func (w *worker) Work(ctx context.Context, row *river.Job[job]) error {
	meta := metadataOf(row.JobRow)
	ctx = context.WithValue(traces.Resume(ctx, meta.Trace), attemptKey{}, Attempt{ID: row.ID, PutOffs: meta.Snoozes})
	if w.work.within == 0 {
		return comeBack(w.work.do(ctx, row.Args.args))
	}
	timeouts := 0
	for _, before := range row.Errors {
		if strings.HasPrefix(before.Error, errTimedOut.Error()) {
			timeouts++
		}
	}
	// Where telling it failed, the work itself is not begun once more.
	if timeouts < maxTimeouts {
		within, cancel := context.WithTimeoutCause(ctx, w.work.within, errTimedOut)
		defer cancel()
		err := w.work.do(within, row.Args.args)
		if err == nil || context.Cause(within) != errTimedOut {
			return comeBack(err)
		}
		if timeouts++; timeouts < maxTimeouts {
			return fmt.Errorf("%w: %w", errTimedOut, err)
		}
		w.jobs.Log.Warn("a job is given up, for it takes too long", "job", w.name, "error", err)
	}
	if err := w.work.gaveUp(ctx, row.Args.args); err != nil {
		return fmt.Errorf("%w, and telling it failed: %w", errTimedOut, err)
	}
	return nil
}

// comeBack makes a job that only has to wait for its turn come back then, without having
// failed: its error has Paced() bool and RetryAfter() time.Duration.
func comeBack(err error) error {
	var paced interface {
		Paced() bool
		RetryAfter() time.Duration
	}
	if errors.As(err, &paced) && paced.Paced() {
		return After(paced.RetryAfter())
	}
	return err
}
