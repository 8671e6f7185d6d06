package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
)

// River looks for jobs when it hears that there is one, and now and then. Its own word
// of a job is not enough to sleep by: it is left out where another was given a moment ago,
// though that one's transaction may have ended before, and nobody says when a job that was
// put off is due. So this process tells itself of every job that it wrote, once it stands,
// and of every instant at which one that it put off is due. What all of these miss, one look
// a second at everything that is due finds; see lookForDue.
const pollEvery = 30 * time.Second

// A job that is due is looked for by the database's clock, which may be a little behind
// the one that the timer goes by.
var lookAfter = []time.Duration{2 * time.Millisecond, 100 * time.Millisecond}

const (
	topicInsert = "river_insert" // what River hears of new jobs under
	topicLeader = "river_leadership"

	hearWithin = 10 * time.Second // a connection that says nothing is asked whether it lives
)

// waker is what River listens to: this process's own word, and what others say.
type waker struct {
	ready chan struct{}

	mu      sync.Mutex
	pending []*riverdriver.Notification
	told    map[string]bool // the payloads that stand in pending
}

func newWaker() *waker { return &waker{ready: make(chan struct{}, 1), told: map[string]bool{}} }

// wake has the workers of these queues look for jobs.
func (w *waker) wake(queues ...Queue) {
	for _, queue := range queues {
		w.say(&riverdriver.Notification{Topic: topicInsert, Payload: fmt.Sprintf(`{"queue":%q}`, queue)})
	}
}

// wakeAll has every worker look for jobs.
func (w *waker) wakeAll() {
	for queue := range Workers() {
		w.wake(queue)
	}
}

func (w *waker) say(one *riverdriver.Notification) {
	w.mu.Lock()
	if !w.told[one.Payload] {
		w.told[one.Payload] = true
		w.pending = append(w.pending, one)
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// take is the next word, nil: there is none.
func (w *waker) take() *riverdriver.Notification {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 {
		return nil
	}
	next := w.pending[0]
	w.pending = w.pending[1:]
	delete(w.told, next.Payload)
	return next
}

// follow wakes for the jobs that were put off or failed, when they are due.
func (w *waker) follow(events <-chan *river.Event, now func() time.Time) {
	for event := range events {
		queue, wait := Queue(event.Job.Queue), max(event.Job.ScheduledAt.Sub(now()), 0)
		for _, late := range lookAfter {
			time.AfterFunc(wait+late, func() { w.wake(queue) })
		}
	}
}

// hearOthers passes on what other processes say, until ctx ends. A connection that is lost
// is made anew every second: River itself would wait up to a minute.
func (w *waker) hearOthers(ctx context.Context, others riverdriver.Listener, log *slog.Logger) {
	for {
		if err := w.hear(ctx, others); ctx.Err() == nil {
			log.Warn("what other processes say of new jobs is not heard; it is looked for every second", "error", err)
		}
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		_ = others.Close(closing) // it is broken, or nobody's any more
		cancel()
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

func (w *waker) hear(ctx context.Context, others riverdriver.Listener) error {
	connecting, cancel := context.WithTimeout(ctx, hearWithin)
	defer cancel()
	if err := others.Connect(connecting); err != nil {
		return err
	}
	for _, topic := range []string{topicInsert, topicLeader} {
		if err := others.Listen(connecting, topic); err != nil {
			return err
		}
	}
	w.wakeAll()
	for {
		waiting, cancel := context.WithTimeout(ctx, hearWithin)
		said, err := others.WaitForNotification(waiting)
		silent := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			w.say(said)
		case ctx.Err() != nil || !silent:
			return err
		default:
			asking, cancel := context.WithTimeout(ctx, 3*time.Second)
			err := others.Ping(asking)
			cancel()
			if err != nil {
				return err
			}
		}
	}
}

// WaitForNotification fulfils River's listener.
func (w *waker) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if next := w.take(); next != nil {
			return next, nil
		}
		select {
		case <-w.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Connect, Close, Listen, Unlisten, Ping, Schema and SetAfterConnectExec fulfil River's
// listener: this one is there as long as its process.
func (*waker) Connect(context.Context) error          { return nil }
func (*waker) Close(context.Context) error            { return nil }
func (*waker) Listen(context.Context, string) error   { return nil }
func (*waker) Unlisten(context.Context, string) error { return nil }
func (*waker) Ping(context.Context) error             { return nil }
func (*waker) Schema() string                         { return "" }
func (*waker) SetAfterConnectExec(string)             {}

// wakeful is River's driver, heard through a waker.
type wakeful[TTx any] struct {
	riverdriver.Driver[TTx]
	waker  *waker
	others bool // there are other processes
}

// GetListener fulfils River's driver.
func (d wakeful[TTx]) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.waker
}

// SupportsListenNotify fulfils River's driver: whether other processes are told.
func (d wakeful[TTx]) SupportsListenNotify() bool { return d.others }
