// Package sending carries out deliveries: in batches, each call written down before it is
// made and what came of it after it, never twice by guess. What is sent, to whom, and
// whether it may be, its owner says.
package sending

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
	"magpie/traces"
)

// State is what has become of a delivery.
type State string

// The states of a delivery.
const (
	Waiting State = "waiting" // to be called
	Sending State = "sending" // being called
	Done    State = "done"
	Failed  State = "failed"
	Unclear State = "unclear" // nobody knows
	Stopped State = "stopped" // never called
)

// Tally counts deliveries by state.
type Tally struct {
	Waiting int
	Sending int `db:"sending"`
	Done    int `db:"done"`
	Failed  int `db:"failed"`
	Unclear int `db:"unclear"`
	Stopped int `db:"stopped"`
}

// Ended counts the deliveries that have come to an end by a call.
func (t Tally) Ended() int { return t.Done + t.Failed + t.Unclear }

// Order is what is to be sent, as its owner has it.
type Order struct {
	N       int64           `db:"n"`
	Account string          `db:"account"` // the AppID of the WeChat account that is called
	Kind    string          `db:"kind"`
	Payload json.RawMessage `db:"payload"`
	Hash    string          `db:"hash"` // of account, kind, payload and recipients; "" while an audience is read
	AskedAt time.Time       `db:"asked_at"`
	Due     time.Time       `db:"due_at"` // the instant before which nothing is called; zero: at once
	Trace   string          `db:"trace"`  // the span in which it was asked; "": no traces were made

	Progress  Progress
	Tally     Tally
	Broadcast *Broadcast // nil: the line names its recipients, or there are none
}

// Progress is how far an order has been carried out.
type Progress struct {
	Calls        int        `db:"calls"` // in all; 0 while its audience is read
	Phase        Phase      `db:"phase"`
	BeginAt      time.Time  `db:"begin_at"`   // no call before
	BegunAt      time.Time  `db:"begun_at"`   // the first call
	ResumedAt    time.Time  `db:"resumed_at"` // when it went on last
	Remaining    int        // who have not been called
	RemainingAs  State      `db:"remaining_as"`  // what became of those who were never called: Stopped or Failed
	RemainingWhy cards.Text `db:"remaining_why"` // why
	HoldWhy      cards.Text `db:"hold_why"`      // why it is paused, where the engine paused it
	HoldUntil    time.Time  `db:"hold_until"`    // when it goes on by itself
	Rate         int        `db:"rate"`          // outcomes a second, lately
}

// Phase is how far the engine has come with an order.
type Phase string

// The phases of an order.
const (
	Preparing Phase = "preparing" // its audience is read
	Ready     Phase = "ready"     // to be begun
	Going     Phase = "going"
	Held      Phase = "held"
	Over      Phase = "over"
)

// HasBegun reports whether somebody has been called, or is about to be. Of those whom a
// line names it is seen: a call that never left was none.
func (o *Order) HasBegun() bool {
	return o.Tally.Ended()+o.Tally.Sending > 0 || o.Broadcast != nil && !o.Progress.BegunAt.IsZero()
}

// Lapse is why an order is not called any more. Late says to code that the time has passed in
// which it might begin; people read Why.
type Lapse struct {
	Why  cards.Text
	Late bool
}

// IsZero reports whether an order may be called.
func (l Lapse) IsZero() bool { return l.Why.IsZero() }

// Owner is whoever has orders carried out. What it writes in a transaction that it is given
// is committed with what the engine writes.
type Owner interface {
	// Order reads an order; sql.ErrNoRows where there is none. The engine completes it.
	Order(ctx context.Context, q store.Queryer, n int64) (Order, error)
	// Lock has nobody else change an order before tx ends.
	Lock(ctx context.Context, tx *store.Tx, n int64) error
	// Approved reports whether enough people approved what has an order's hash.
	Approved(ctx context.Context, q store.Queryer, o Order) (bool, error)
	// Lapsed is why an order may not begin any more, or goes on to nobody who has not been
	// called; zero where it may.
	Lapsed(ctx context.Context, q store.Queryer, o Order) (Lapse, error)
	// MayCall returns an error of before any call where more people would be reached by now
	// than were approved.
	MayCall(ctx context.Context, o Order) error
	// Prepared takes an order whose audience has been read; it begins it, or has it wait.
	Prepared(ctx context.Context, tx *store.Tx, o Order) error
	// Began is told of the first call, Held that the engine goes on no more, by itself from
	// until on or not (zero), and why; LetGo that it goes on by itself, Ended of the end,
	// and of another one where a late answer changed it; told is whether that is news. Heard
	// is told of WeChat's later word on a delivery, EndedAnew that those have been gathered,
	// Changed that the progress is another.
	Began(ctx context.Context, tx *store.Tx, o Order) error
	Held(ctx context.Context, tx *store.Tx, o Order, why cards.Text, failing bool) error
	LetGo(ctx context.Context, tx *store.Tx, n int64) error
	Ended(ctx context.Context, tx *store.Tx, o Order) (told bool, err error)
	Heard(ctx context.Context, tx *store.Tx, o Order, word State, note bool) error
	EndedAnew(ctx context.Context, tx *store.Tx, n int64) error
	Changed(ctx context.Context, tx *store.Tx, n int64) error
	// Thread is where the report of an order goes; false while it is not there yet. none
	// says that there is no such place.
	Thread(ctx context.Context, n int64) (at cards.Place, ready, none bool, err error)
}

// Sharer puts files into threads; bot fulfils it.
type Sharer interface {
	ShareFile(ctx context.Context, at cards.Place, name, title string, data io.Reader, size int64) error
}

// Options are what an Engine needs.
type Options struct {
	DB    *store.DB
	Jobs  *jobs.Jobs
	Owner Owner
	// Serve reports whether the work of an account is done here; others' is held.
	Serve func(account string) bool
	// UndoWindow is how long a broadcast waits for somebody to stop it, Rates how fast each
	// kind is sent, FailureLimit the share at which a broadcast stops and asks.
	UndoWindow   time.Duration
	Rates        Rates
	FailureLimit FailureLimit
	// Sharer puts files into threads, Say puts texts into the words of what is shared; nil:
	// nothing is shared.
	Sharer Sharer
	Say    func(cards.Text) string
	// Tell has a card posted at a place once tx has committed.
	Tell func(ctx context.Context, tx *store.Tx, at cards.Place, card cards.Card) error
	// Audiences lends named audiences; nil: there are none.
	Audiences Audiences
	// Delivered is told of n deliveries of a kind that have come to an outcome: of each once,
	// and once more where a person has it called again. nil: nobody counts.
	Delivered func(kind string, outcome State, n int)
	Traces    *traces.Traces // nil: none are made
	Now       func() time.Time
	Log       *slog.Logger
}

// Engine carries out orders. It stands on floors, each of which calls only those below it.
type Engine struct{ reporter }

// ledger is what the engine stands on: what it was made with, the kinds, and what is written
// of deliveries, their reasons and their counts.
type ledger struct {
	Options
	kinds    kinds
	pool     *pool
	undo     windows
	stopping chan struct{} // closed when no new call may begin
}

// reporter tells how a broadcast goes, and shares files of what came of it and who is left out.
type reporter struct{ ledger }

// New makes an Engine; kinds are registered next, then Start.
func New(o Options) *Engine {
	e := &Engine{reporter{ledger{Options: o, kinds: kinds{}, pool: newPool(), stopping: make(chan struct{})}}}
	jobs.Register(o.Jobs, jobs.Calls, jobLane, e.workLane)
	jobs.Register(o.Jobs, jobs.Calls, jobSend, e.workLane)
	jobs.Register(o.Jobs, jobs.Prepares, jobPrepare, e.workPrepare)
	jobs.Register(o.Jobs, jobs.Tells, jobReport, e.workReport)
	jobs.Register(o.Jobs, jobs.Tells, jobLeftOut, e.workLeftOut)
	jobs.Register(o.Jobs, jobs.Heard, jobHeard, e.hearAgain)
	// A batch is carried out by the job that claimed it.
	o.Jobs.OnReplace(func(ctx context.Context, tx *store.Tx, was, is int64) error {
		_, err := tx.Exec(ctx, "update delivery_batch set job = $2 where job = $1", was, is)
		return err
	})
	return e
}

// The jobs of the engine.
const (
	jobLane    = "lane"
	jobSend    = "send" // of before all orders were carried out alike
	jobPrepare = "prepare"
	jobReport  = "account"
	jobLeftOut = "left_out"
	jobHeard   = "heard"
)

// Jobs are the names of those that make calls.
var Jobs = []string{jobLane, jobSend}

// Start begins to call, once the jobs have started.
func (e *Engine) Start() { e.pool.start(e) }

// BeginNone begins no new call. Once the jobs have stopped, Close ends the senders.
func (e *Engine) BeginNone() { close(e.stopping) }

// Close ends the senders, which nobody feeds any more.
func (e *Engine) Close() { e.pool.stop() }

func (e *ledger) isStopping() bool {
	select {
	case <-e.stopping:
		return true
	default:
		return false
	}
}

// kind is how messages of an order's kind are sent.
func (e *ledger) kind(r Order) (Kind, error) {
	k, known := e.kinds.of(r.Account, r.Kind)
	if !known {
		return k, fmt.Errorf("kind %s of account %s is not known to this magpie", r.Kind, r.Account)
	}
	return k, nil
}
