package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"magpie/store"
	"magpie/traces"
)

// longestWait is how long a job that failed rests at most.
const longestWait = 30 * time.Second

// queue is the little of River that is needed, the same on both databases.
type queue interface {
	insert(ctx context.Context, tx *store.Tx, queue Queue, one job) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
}

type riverQueue[TTx any] struct {
	client *river.Client[TTx]
	of     func(*store.Tx) TTx
	jobs   *Jobs
	others riverdriver.Listener // nil on SQLite, where there are none
}

func (j *Jobs) openQueue(ctx context.Context) (err error) {
	if j.DB.Postgres() {
		j.queue, err = openRiver(ctx, j, riverpgxv5.New(j.DB.Pool), func(tx *store.Tx) pgx.Tx { return tx.PG })
	} else {
		j.queue, err = openRiver(ctx, j, riversqlite.New(j.DB.Writer), func(tx *store.Tx) *sql.Tx { return tx.SQL })
	}
	return err
}

func openRiver[TTx any](ctx context.Context, j *Jobs, driver riverdriver.Driver[TTx], of func(*store.Tx) TTx) (queue, error) {
	// River reports every poll that an outside lock delayed; its warnings are enough.
	log := slog.New(quiet{j.Log.Handler()})
	if err := migrate(ctx, j.DB, log); err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	for name, w := range j.works {
		river.AddWorkerArgs(workers, job{name: name}, &worker{jobs: j, name: name, work: w})
	}
	queues := map[string]river.QueueConfig{}
	for name := range Workers() {
		queues[string(name)] = river.QueueConfig{MaxWorkers: workersOf(name, j.Accounts)}
	}
	client, err := river.NewClient(wakeful[TTx]{driver, j.waker, j.DB.Postgres()}, &river.Config{
		ID:                j.process,
		Logger:            log,
		Workers:           workers,
		Queues:            queues,
		FetchPollInterval: pollEvery,
		FetchCooldown:     10 * time.Millisecond,
		JobTimeout:        jobWithin,
		// An error is a fault of ours or of the database: never give up on it.
		MaxAttempts:  1000,
		RetryPolicy:  steady{j.Now},
		ErrorHandler: failures{j.Failed},
		// What is put off comes back by the clock that it is looked for by.
		Test: river.TestConfig{Time: clock{j.Now}},
	})
	if err != nil {
		return nil, err
	}
	q := &riverQueue[TTx]{client: client, of: of, jobs: j}
	if j.DB.Postgres() {
		q.others = driver.GetListener(&riverdriver.GetListenenerParams{})
	}
	return q, nil
}

func (q *riverQueue[TTx]) insert(ctx context.Context, tx *store.Tx, queue Queue, one job) error {
	tx.OnCommit(func() { q.jobs.waker.wake(queue) })
	opts := &river.InsertOpts{Queue: string(queue)}
	if trace := traces.Carry(ctx); trace != "" {
		opts.Metadata = []byte(`{"traceparent":"` + trace + `"}`) // hexadecimal and hyphens
	}
	_, err := q.client.InsertTx(ctx, q.of(tx), one, opts)
	return err
}

func (q *riverQueue[TTx]) start(ctx context.Context) error {
	events, _ := q.client.Subscribe(river.EventKindJobSnoozed, river.EventKindJobFailed) // until it stops
	go q.jobs.waker.follow(events, q.jobs.Now)
	if q.others != nil {
		q.jobs.living.Go(func() { q.jobs.waker.hearOthers(q.jobs.life, q.others, q.jobs.Log) })
	}
	return q.client.Start(ctx)
}

func (q *riverQueue[TTx]) stop(ctx context.Context) error {
	if err := q.client.Stop(ctx); err != nil {
		cut, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		return q.client.StopAndCancel(cut)
	}
	return nil
}

// steady tries a job that failed by a fault of ours again after a while, for as long
// as it takes.
type steady struct{ now func() time.Time }

func (s steady) NextRetry(row *rivertype.JobRow) time.Time {
	return s.now().Add(min(time.Second<<min(len(row.Errors), 5), longestWait))
}

// clock is River's clock.
type clock struct{ now func() time.Time }

func (c clock) Now() time.Time { return c.now() }

// NowOrNil leaves it to the database to say what time it is there.
func (clock) NowOrNil() *time.Time { return nil }

// quiet passes warnings and errors on.
type quiet struct{ slog.Handler }

func (quiet) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.Handler.WithGroup(name)} }

// metadata is what River, and we, note beside a job.
type metadata struct {
	Snoozes int    `json:"snoozes"`     // how often it has been put off
	Trace   string `json:"traceparent"` // the span in which it was enqueued
}

func metadataOf(row *rivertype.JobRow) (m metadata) {
	if err := json.Unmarshal(row.Metadata, &m); err != nil {
		return metadata{}
	}
	return m
}
