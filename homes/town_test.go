package homes

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// town is a pretend Slack, and a thing that homes show.
type town struct {
	t  *testing.T
	db *store.DB

	mu        sync.Mutex
	changed   *sync.Cond
	state     string
	draws     int
	published []shown
	underWay  map[string]bool
	fails     func(person string) error
	partial   bool

	ahead atomic.Int64
}

type shown struct {
	person, text string
	at           time.Time
}

func (w *town) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func newTown(t *testing.T, url string) *town {
	w := &town{t: t, db: storetest.Open(t, url), state: "new", underWay: map[string]bool{}}
	w.changed = sync.NewCond(&w.mu)
	return w
}

// process is one more that publishes homes.
func (w *town) process() *Homes {
	log := io.Discard
	if testing.Verbose() {
		log = w.t.Output()
	}
	h := New(Options{
		DB: w.db, Draw: w.draw, Publisher: w, Now: w.now, Log: slog.New(slog.NewTextHandler(log, nil)),
		Concerned: func(_ context.Context, owner string, subjects []string) ([]string, error) {
			if owner != "thing" {
				return nil, nil
			}
			return subjects, nil
		},
	})
	return h
}

// run runs a process until the test, or what it returns, ends it.
func (w *town) run(h *Homes) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); h.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(stop)
	return stop
}

func (w *town) draw(_ context.Context, readers []Reader) ([]cards.Home, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]cards.Home, len(readers))
	for i, r := range readers {
		w.draws++
		all[i] = cards.Home{Notes: []cards.Text{cards.Plain(r.Filter + w.state)}, Partial: w.partial}
	}
	w.partial = false
	w.changed.Broadcast()
	return all, nil
}

// Publish is Slack's views.publish.
func (w *town) Publish(_ context.Context, person string, home cards.Home) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.underWay[person] {
		w.t.Errorf("two publish the home of %s", person)
	}
	w.underWay[person] = true
	w.changed.Broadcast()
	defer func() { w.underWay[person] = false }()
	if w.fails != nil {
		if err := w.fails(person); err != nil {
			return err
		}
	}
	for _, s := range w.published {
		if gap := time.Since(s.at); s.person == person && gap < apart-5*time.Millisecond {
			w.t.Errorf("the home of %s is published again after %v", person, gap)
		}
	}
	w.published = append(w.published, shown{person, home.Notes[0].Words[""], time.Now()})
	return nil
}

func (w *town) set(state string) {
	w.mu.Lock()
	w.state = state
	w.mu.Unlock()
}

func (w *town) failsBy(fails func(string) error) {
	w.mu.Lock()
	w.fails = fails
	w.mu.Unlock()
}

// until waits until somebody's newest home shows a text.
func (w *town) until(person, text string) {
	w.t.Helper()
	w.eventually(person+" sees "+text, func() bool {
		for _, s := range slices.Backward(w.published) {
			if s.person == person {
				return s.text == text
			}
		}
		return false
	})
}

func (w *town) eventually(what string, ok func() bool) {
	w.t.Helper()
	const patience = 40 * time.Second
	late := time.AfterFunc(patience, w.changed.Broadcast)
	defer late.Stop()
	begun := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !ok() {
		if time.Since(begun) >= patience {
			w.t.Fatalf("waited in vain: %s; published: %v", what, w.published)
		}
		w.changed.Wait()
	}
}

func (w *town) open(h *Homes, person string) {
	w.t.Helper()
	if err := h.Open(w.t.Context(), person); err != nil {
		w.t.Fatal(err)
	}
}

// count is how often somebody's home was published.
func (w *town) count(person string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.published {
		if s.person == person {
			n++
		}
	}
	return n
}
