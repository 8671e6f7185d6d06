package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"magpie/store"
)

// Jobs that carry out and jobs that tell have queues of their own: a Slack outage
// never holds a delivery up.
const (
	queueSend      = "send"
	queueTell      = "tell"
	queueNeighbour = "neighbour"
	queuePrepare   = "prepare"
	queueLane      = "lane"
)

// queue is the little of River that the outbox needs, the same on both databases.
type queue interface {
	insert(ctx context.Context, tx *store.Tx, args river.JobArgs) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
}

type riverQueue[TTx any] struct {
	client *river.Client[TTx]
	of     func(*store.Tx) TTx
}

func (o *Outbox) openQueue(ctx context.Context) error {
	var err error
	if o.DB.Postgres() {
		o.queue, err = openRiver(ctx, o, riverpgxv5.New(o.DB.Pool), func(tx *store.Tx) pgx.Tx { return tx.PG })
	} else {
		o.queue, err = openRiver(ctx, o, riversqlite.New(o.DB.Writer), func(tx *store.Tx) *sql.Tx { return tx.SQL })
	}
	if err != nil {
		return fmt.Errorf("open the job queue: %w", err)
	}
	return nil
}

func openRiver[TTx any](ctx context.Context, o *Outbox, driver riverdriver.Driver[TTx], of func(*store.Tx) TTx) (queue, error) {
	// River reports every poll that an outside lock delayed; its warnings are enough.
	log := slog.New(quiet{o.Log.Handler()})
	if err := migrateQueue(ctx, o.DB, driver, log); err != nil {
		return nil, err
	}
	// PostgreSQL tells of new jobs; SQLite has to be asked, which a process at rest
	// should not notice. A broadcast may begin half a second later.
	poll, slowPoll := 200*time.Millisecond, 500*time.Millisecond
	if o.DB.Postgres() {
		poll, slowPoll = time.Second, time.Second
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &sender{outbox: o})
	river.AddWorker(workers, &teller{outbox: o})
	river.AddWorker(workers, &neighbour{outbox: o})
	river.AddWorker(workers, &noticer{outbox: o})
	river.AddWorker(workers, &preparer{outbox: o})
	river.AddWorker(workers, &lane{outbox: o})
	river.AddWorker(workers, &accountant{outbox: o})
	river.AddWorker(workers, &leftOutSharer{outbox: o})
	client, err := river.NewClient(driver, &river.Config{
		ID:      o.process,
		Logger:  log,
		Workers: workers,
		Queues: map[string]river.QueueConfig{queueSend: {MaxWorkers: 8}, queueTell: {MaxWorkers: 8}, queueNeighbour: {MaxWorkers: 8},
			queuePrepare: {MaxWorkers: 2, FetchPollInterval: slowPoll}, queueLane: {MaxWorkers: 3, FetchPollInterval: slowPoll}},
		FetchPollInterval: poll,
		FetchCooldown:     10 * time.Millisecond,
		JobTimeout:        -1, // every call has its own
		// An error is a fault of ours or of the database: never give up on it.
		MaxAttempts: 1000,
		RetryPolicy: steady{},
	})
	if err != nil {
		return nil, err
	}
	return &riverQueue[TTx]{client: client, of: of}, nil
}

func (q *riverQueue[TTx]) insert(ctx context.Context, tx *store.Tx, args river.JobArgs) error {
	_, err := q.client.InsertTx(ctx, q.of(tx), args, nil)
	return err
}

func (q *riverQueue[TTx]) start(ctx context.Context) error { return q.client.Start(ctx) }

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
type steady struct{}

func (steady) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Second<<min(len(job.Errors), 5), longestWait))
}

// quiet passes warnings and errors on.
type quiet struct{ slog.Handler }

func (quiet) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.Handler.WithGroup(name)} }

// snoozes is how often a job has been put off.
func snoozes(job *rivertype.JobRow) int {
	var meta struct {
		Snoozes int `json:"snoozes"`
	}
	if err := json.Unmarshal(job.Metadata, &meta); err != nil {
		return 0
	}
	return meta.Snoozes
}
