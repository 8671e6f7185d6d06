package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"magpie/cards"
	"magpie/store"
)

// neighbourJob is a job of another room, in the queue of its sort.
type neighbourJob struct {
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`

	queue Queue
}

func (neighbourJob) Kind() string { return "neighbour" }

func (j neighbourJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: string(j.queue)}
}

// neighbourWork is how a neighbour's job is done, and among which others.
type neighbourWork struct {
	queue  Queue
	do     func(context.Context, json.RawMessage) error
	within time.Duration // 0: as long as it takes
	gaveUp func(context.Context, json.RawMessage) error
}

// maxTimeouts is how many attempts may end by time-out before a job is given up.
const maxTimeouts = 3

var errTimedOut = errors.New("it took longer than it may")

// RegisterJob makes a neighbour's job known, before Start: of which sort it is, and how
// it is done. work is tried again after a while for as long as it returns an error, and
// after a crash: it must bear that. It panics on a name that is taken.
func RegisterJob[T any](o *Outbox, queue Queue, name string, work func(context.Context, T) error) {
	if _, taken := o.jobs[name]; taken {
		panic("outbox: job registered twice: " + name)
	}
	if workers()[string(queue)] == 0 {
		panic("outbox: nobody works the queue of job " + name)
	}
	o.jobs[name] = neighbourWork{queue: queue, do: withArgs(name, work)}
}

// RegisterBoundedJob is RegisterJob for what an input may make long: each attempt has a
// limit. Where three attempts have ended by it, the job is not taken up again; gaveUp
// tells people, who may have it tried again.
func RegisterBoundedJob[T any](o *Outbox, queue Queue, name string, within time.Duration, work, gaveUp func(context.Context, T) error) {
	RegisterJob(o, queue, name, work)
	bounded := o.jobs[name]
	bounded.within, bounded.gaveUp = within, withArgs(name, gaveUp)
	o.jobs[name] = bounded
}

func withArgs[T any](name string, work func(context.Context, T) error) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, raw json.RawMessage) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return fmt.Errorf("read arguments of job %s: %w", name, err)
		}
		return work(ctx, args)
	}
}

// Enqueue writes a neighbour's job in the transaction of what it belongs to.
func (o *Outbox) Enqueue(ctx context.Context, tx *store.Tx, name string, args any) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", name, err)
	}
	work, known := o.jobs[name]
	if !known {
		return fmt.Errorf("enqueue %s: no such job is registered", name)
	}
	return o.queue.insert(ctx, tx, neighbourJob{Name: name, Args: raw, queue: work.queue})
}

// sortOld gives each job that stands in the queue that all neighbours once shared the
// queue of its sort. A magpie of before leaves such jobs; beside one that still runs on
// the same PostgreSQL there come more.
func (o *Outbox) sortOld(ctx context.Context, tx *store.Tx) error {
	args := "json(args)"
	if o.DB.Postgres() {
		args = "args::text"
	}
	rows, err := tx.Query(ctx, "select id, "+args+" from river_job where queue = $1 and state in ('available', 'retryable', 'scheduled') order by id limit 1000", queueNeighbour)
	if err != nil {
		return err
	}
	defer rows.Close()
	to := map[int64]Queue{}
	for rows.Next() {
		var id int64
		var raw []byte
		var job neighbourJob
		if err := rows.Scan(&id, &raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &job); err != nil {
			return fmt.Errorf("read job %d: %w", id, err)
		}
		if work, known := o.jobs[job.Name]; known {
			to[id] = work.queue
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for id, queue := range to {
		if _, err := tx.Exec(ctx, "update river_job set queue = $2 where id = $1 and queue = $3 and state in ('available', 'retryable', 'scheduled')", id, string(queue), queueNeighbour); err != nil {
			return err
		}
	}
	return nil
}

type neighbour struct {
	river.WorkerDefaults[neighbourJob]
	outbox *Outbox
}

func (n *neighbour) Work(ctx context.Context, job *river.Job[neighbourJob]) error {
	work, known := n.outbox.jobs[job.Args.Name]
	if !known {
		return fmt.Errorf("job %q is not registered", job.Args.Name)
	}
	ctx = cards.WithTurn(ctx, fmt.Sprintf("job %d", job.ID))
	if work.within == 0 {
		return comeBack(work.do(ctx, job.Args.Args))
	}
	timeouts := 0
	for _, before := range job.Errors {
		if strings.HasPrefix(before.Error, errTimedOut.Error()) {
			timeouts++
		}
	}
	// Where telling it failed, the work itself is not begun once more.
	if timeouts < maxTimeouts {
		within, cancel := context.WithTimeoutCause(ctx, work.within, errTimedOut)
		defer cancel()
		err := work.do(within, job.Args.Args)
		if err == nil || context.Cause(within) != errTimedOut {
			return comeBack(err)
		}
		if timeouts++; timeouts < maxTimeouts {
			return fmt.Errorf("%w: %w", errTimedOut, err)
		}
		n.outbox.Log.Warn("a job is given up, for it takes too long", "job", job.Args.Name, "error", err)
	}
	if err := work.gaveUp(ctx, job.Args.Args); err != nil {
		return fmt.Errorf("%w, and telling it failed: %w", errTimedOut, err)
	}
	return nil
}

// comeBack makes a job whose card is to wait for its turn come back then, without having
// failed; one for an account that is not served looks again in a moment.
func comeBack(err error) error {
	if errors.As(err, new(*Unserved)) {
		return river.JobSnooze(lookAgain)
	}
	var asked interface{ RetryAfter() time.Duration }
	if isPaced(err) && errors.As(err, &asked) {
		return river.JobSnooze(asked.RetryAfter())
	}
	return err
}

// noticeJob posts a card that belongs to no request, or draws it over a message.
type noticeJob struct {
	Place cards.Place `json:"place"`
	Card  cards.Card  `json:"card"`
}

func (noticeJob) Kind() string                 { return "notice" }
func (noticeJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueTell} }

// Notify posts a card at a place once tx has committed, as soon as Slack takes it.
// Where the bot may not post, it goes to the place's person, if one is named.
func (o *Outbox) Notify(ctx context.Context, tx *store.Tx, place cards.Place, card cards.Card) error {
	return o.queue.insert(ctx, tx, noticeJob{Place: place, Card: card})
}

// Renew draws a card over a notice that was posted before, at the message that place
// names, once tx has committed.
func (o *Outbox) Renew(ctx context.Context, tx *store.Tx, place cards.Place, card cards.Card) error {
	return o.queue.insert(ctx, tx, noticeJob{Place: place, Card: card})
}

type noticer struct {
	river.WorkerDefaults[noticeJob]
	outbox *Outbox
}

func (n *noticer) Work(ctx context.Context, job *river.Job[noticeJob]) error {
	o, at := n.outbox, job.Args.Place
	ctx = cards.WithTurn(ctx, fmt.Sprintf("notice %d", job.ID))
	if at.TS != "" {
		err := o.Teller.Update(ctx, at, job.Args.Card)
		if err == nil || isGone(err) || cannotPost(err) {
			return nil
		}
		return river.JobSnooze(o.later(place{role: "notice", at: at, fails: snoozes(job.JobRow)}, err))
	}
	_, err := o.Teller.Post(ctx, at, job.Args.Card)
	if cannotPost(err) && at.Channel != "" && at.User != "" {
		at = cards.Place{User: at.User}
		_, err = o.Teller.Post(ctx, at, job.Args.Card)
	}
	switch {
	case err == nil:
		return nil
	case cannotPost(err):
		o.Log.Error("a notice could not be posted anywhere", "channel", at.Channel, "person", at.User, "error", err)
		return nil
	}
	return river.JobSnooze(o.later(place{role: "notice", at: at, fails: snoozes(job.JobRow)}, err))
}
