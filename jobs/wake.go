package jobs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
)

// River looks for jobs when it hears that there is one, and now and then. Its own word
// of a job is not enough to sleep by: it is left out where another was given a moment ago,
// though that one's transaction may have ended before, and nobody says when a job that was
// put off is due. So this process tells itself of every job that it wrote, once it stands,
// and of every instant at which one that it put off is due. The polls are left for what a
// process that died had put off, and for a machine that slept.
const (
	pollSQLite   = 30 * time.Second
	pollPostgres = 15 * time.Second
)

// A job that is due is looked for by the database's clock, which may be a little behind
// the one that the timer goes by.
var lookAfter = []time.Duration{2 * time.Millisecond, 100 * time.Millisecond}

// topicInsert is what River hears of new jobs under.
const topicInsert = "river_insert"

// waker is what River listens to: this process's own word, and on PostgreSQL the others'.
type waker struct {
	inner riverdriver.Listener // nil on SQLite, where there are no others
	ready chan struct{}

	mu      sync.Mutex
	pending []*riverdriver.Notification
	told    map[string]bool // the payloads that stand in pending
	cancel  context.CancelFunc
	heard   chan heard // of the wait at inner that is under way, nil: none is
}

type heard struct {
	notification *riverdriver.Notification
	err          error
}

func newWaker() *waker { return &waker{ready: make(chan struct{}, 1), told: map[string]bool{}} }

// wake has the workers of these queues look for jobs.
func (w *waker) wake(queues ...Queue) {
	w.mu.Lock()
	for _, queue := range queues {
		if payload := fmt.Sprintf(`{"queue":%q}`, queue); !w.told[payload] {
			w.told[payload] = true
			w.pending = append(w.pending, &riverdriver.Notification{Topic: topicInsert, Payload: payload})
		}
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// wakeAll has every worker look for jobs.
func (w *waker) wakeAll() {
	for queue := range Workers() {
		w.wake(queue)
	}
}

// wakeIn has the workers of a queue look for a job that is due after a while.
func (w *waker) wakeIn(queue Queue, wait time.Duration) {
	for _, late := range lookAfter {
		time.AfterFunc(max(wait, 0)+late, func() { w.wake(queue) })
	}
}

// follow wakes for the jobs that were put off or failed, when they are due.
func (w *waker) follow(events <-chan *river.Event, now func() time.Time) {
	for event := range events {
		w.wakeIn(Queue(event.Job.Queue), event.Job.ScheduledAt.Sub(now()))
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

// WaitForNotification fulfils River's listener.
func (w *waker) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if next := w.take(); next != nil {
			return next, nil
		}
		select {
		case <-w.ready:
		case h := <-w.hear():
			w.heard = nil
			w.cancel()
			return h.notification, h.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// hear waits for the others' word beside this process's own.
func (w *waker) hear() <-chan heard {
	if w.inner == nil || w.heard != nil {
		return w.heard
	}
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan heard, 1)
	w.cancel, w.heard = cancel, said
	go func() {
		notification, err := w.inner.WaitForNotification(ctx)
		said <- heard{notification, err}
	}()
	return said
}

// still ends the wait at inner: its connection is wanted for something else. River never
// asks for that while it waits.
func (w *waker) still() {
	if w.heard == nil {
		return
	}
	w.cancel()
	h := <-w.heard
	w.heard = nil
	if h.err == nil {
		w.mu.Lock()
		w.pending = append(w.pending, h.notification)
		w.mu.Unlock()
	}
}

// Connect fulfils River's listener. What was said before it heard is looked for.
func (w *waker) Connect(ctx context.Context) error {
	if w.inner != nil {
		if err := w.inner.Connect(ctx); err != nil {
			return err
		}
	}
	w.wakeAll()
	return nil
}

// Close fulfils River's listener.
func (w *waker) Close(ctx context.Context) error {
	return w.alone(func(l riverdriver.Listener) error { return l.Close(ctx) })
}

// Listen fulfils River's listener.
func (w *waker) Listen(ctx context.Context, topic string) error {
	return w.alone(func(l riverdriver.Listener) error { return l.Listen(ctx, topic) })
}

// Unlisten fulfils River's listener.
func (w *waker) Unlisten(ctx context.Context, topic string) error {
	return w.alone(func(l riverdriver.Listener) error { return l.Unlisten(ctx, topic) })
}

// Ping fulfils River's listener.
func (w *waker) Ping(ctx context.Context) error {
	return w.alone(func(l riverdriver.Listener) error { return l.Ping(ctx) })
}

func (w *waker) alone(do func(riverdriver.Listener) error) error {
	if w.inner == nil {
		return nil
	}
	w.still()
	return do(w.inner)
}

// Schema fulfils River's listener.
func (w *waker) Schema() string { return "" }

// SetAfterConnectExec fulfils River's listener, for River's own tests.
func (w *waker) SetAfterConnectExec(string) {}

// wakeful is River's driver, heard through a waker.
type wakeful[TTx any] struct {
	riverdriver.Driver[TTx]
	waker  *waker
	others bool // there are other processes
}

// GetListener fulfils River's driver.
func (d wakeful[TTx]) GetListener(params *riverdriver.GetListenenerParams) riverdriver.Listener {
	if d.others {
		d.waker.inner = d.Driver.GetListener(params)
	}
	return d.waker
}

// SupportsListenNotify fulfils River's driver: whether other processes are told.
func (d wakeful[TTx]) SupportsListenNotify() bool { return d.others }
