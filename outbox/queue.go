package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"magpie/store"
)

// Each sort of work has a queue of its own, so that none holds another up: neither a
// Slack outage a delivery, nor articles being written the clock.
const (
	queueSend    = "send"
	queueFile    = "file"
	queueTell    = "tell"
	queuePrepare = "prepare"
	queueLane    = "lane"
	queueHeard   = "heard"
	// queueNeighbour held all jobs of other rooms once; see sortOld.
	queueNeighbour = "neighbour"
)

// jobWithin ends a job that nothing else has ended: each call, statement and wait in one has
// a bound of its own, and the longest is an audience of a million that is filled.
const jobWithin = time.Hour

// Queue is the sort of a neighbour's job, and with it which others it waits for.
type Queue string

// The sorts of neighbours' jobs.
const (
	Fires    Queue = "fire"    // the clock's: short, and never to be late
	Cards    Queue = "card"    // what is drawn and shared at Slack
	Imports  Queue = "import"  // files and images that are fetched and read
	Fills    Queue = "fill"    // audiences, up to millions of members
	Writing  Queue = "write"   // minutes of waiting for the writer
	Pictures Queue = "picture" // a browser each: one for each core
	heardBy  Queue = queueHeard
	tells    Queue = queueTell
)

// workers is how many jobs of each sort a process works at once.
func workers() map[string]int {
	return map[string]int{
		queueSend: 8, queueFile: 4, queueTell: 8, queuePrepare: 2, queueLane: 3, queueHeard: 2, queueNeighbour: 1,
		string(Fires): 8, string(Cards): 4, string(Imports): 2, string(Fills): 2, string(Writing): 8, string(Pictures): runtime.GOMAXPROCS(0),
	}
}

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
	if err := migrateQueue(ctx, o.DB, log); err != nil {
		return nil, err
	}
	// PostgreSQL tells of new jobs; SQLite has to be asked, which a process at rest
	// should not notice. A broadcast may begin half a second later.
	poll, slowPoll := 200*time.Millisecond, 500*time.Millisecond
	if o.DB.Postgres() {
		poll, slowPoll = time.Second, time.Second
	}
	work := river.NewWorkers()
	river.AddWorker(work, &sender{outbox: o})
	river.AddWorker(work, &teller{outbox: o})
	river.AddWorker(work, &neighbour{outbox: o})
	river.AddWorker(work, &noticer{outbox: o})
	river.AddWorker(work, &preparer{outbox: o})
	river.AddWorker(work, &lane{outbox: o})
	river.AddWorker(work, &accountant{outbox: o})
	river.AddWorker(work, &leftOutSharer{outbox: o})
	river.AddWorker(work, &pictureFetcher{outbox: o})
	queues := map[string]river.QueueConfig{}
	for name, most := range workers() {
		queues[name] = river.QueueConfig{MaxWorkers: most, FetchPollInterval: slowPoll}
	}
	for _, name := range []string{queueSend, queueTell, string(Fires)} {
		queues[name] = river.QueueConfig{MaxWorkers: queues[name].MaxWorkers, FetchPollInterval: poll}
	}
	queueNow := o.QueueNow
	if queueNow == nil {
		queueNow = time.Now
	}
	client, err := river.NewClient(driver, &river.Config{
		ID:                o.process,
		Logger:            log,
		Workers:           work,
		Queues:            queues,
		FetchPollInterval: poll,
		FetchCooldown:     10 * time.Millisecond,
		JobTimeout:        jobWithin,
		// An error is a fault of ours or of the database: never give up on it.
		MaxAttempts: 1000,
		RetryPolicy: steady{queueNow},
		// What is put off comes back by the clock that it is looked for by.
		Test: river.TestConfig{Time: queueClock{queueNow}},
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
type steady struct{ now func() time.Time }

func (s steady) NextRetry(job *rivertype.JobRow) time.Time {
	return s.now().Add(min(time.Second<<min(len(job.Errors), 5), longestWait))
}

// queueClock is River's clock.
type queueClock struct{ now func() time.Time }

func (c queueClock) Now() time.Time { return c.now() }

// NowOrNil leaves it to the database to say what time it is there.
func (queueClock) NowOrNil() *time.Time { return nil }

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
