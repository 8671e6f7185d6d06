package outbox_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// standing are jobs that stand in every queue but those of fires and their calls, as many at
// once as are worked and as many again, until they are let go.
type standing struct {
	begun sync.WaitGroup
	goOn  chan struct{}
}

func (s *standing) register(o *outbox.Outbox) {
	for queue, most := range jobs.Workers() {
		if queue == jobs.FireCalls || queue == jobs.Fires {
			continue
		}
		s.begun.Add(most)
		left := make(chan struct{}, most)
		for range most {
			left <- struct{}{}
		}
		jobs.RegisterBounded(o.Jobs, queue, "stand."+string(queue), time.Hour, func(ctx context.Context, _ struct{}) error {
			select {
			case <-left:
				s.begun.Done()
			default: // one of those that wait
			}
			select {
			case <-s.goOn:
			case <-ctx.Done():
			}
			return nil
		}, nil)
	}
}

func (s *standing) fill(t *testing.T, w *world) {
	t.Helper()
	if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
		for queue, most := range jobs.Workers() {
			for range 2 * most {
				if queue == jobs.FireCalls || queue == jobs.Fires {
					continue
				}
				if err := w.Jobs.Enqueue(t.Context(), tx, "stand."+string(queue), struct{}{}); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.begun.Wait()
}

// Seen: with 8 articles being written, a schedule that was due was not called within
// 120 s.
func TestNothingStarvesTheClock(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		others := &standing{goOn: make(chan struct{})}
		fired := make(chan struct{})
		w := newWorld(t, url)
		w.stop()
		w.before = func(o *outbox.Outbox) {
			others.register(o)
			jobs.Register(o.Jobs, jobs.Fires, "fire", func(context.Context, struct{}) error {
				fired <- struct{}{}
				return nil
			})
		}
		w.open()
		t.Cleanup(func() { close(others.goOn) })
		others.fill(t, w)
		quickest := time.Hour
		for i := range 5 {
			began := time.Now()
			if err := w.db.Update(t.Context(), func(tx *store.Tx) error { return w.Jobs.Enqueue(t.Context(), tx, "fire", struct{}{}) }); err != nil {
				t.Fatal(err)
			}
			<-fired
			if _, err := patiently(func() (outbox.Said, error) { // refused past its bound
				return w.Ask(t.Context(), outbox.Ask{
					Account: "wx1", Kind: "test.create", Payload: note{fmt.Sprint("tea ", i)}, Recipients: []string{"oA"}, Line: "tea", Who: person("U1"), Where: cards.Place{Channel: "C1"}, Due: time.Now(),
				})
			}); err != nil {
				t.Fatal(err)
			}
			w.until("the call", func() bool { return len(w.calls) == i+1 })
			quickest = min(quickest, time.Since(began))
		}
		// The machine may be busy; that all five are late is no chance.
		if quickest > time.Second {
			t.Errorf("with full queues of every other sort: the quickest fire was called after %s, want 1s at most", quickest)
		}
	})
}

// A filing that takes minutes holds no message up.
func TestSlowCallsHoldNoShortOnes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		goOn, begun := make(chan struct{}), make(chan struct{}, 100)
		w := newWorld(t, url)
		w.stop()
		w.before = func(o *outbox.Outbox) {
			outbox.Register(o, outbox.Kind[note]{
				Name: "test.slow", Keeps: outbox.InTheLine[note](), Slow: true, Repeat: outbox.RepeatHarmless,
				Do: func(context.Context, note, string) (outbox.Receipt, error) {
					begun <- struct{}{}
					<-goOn
					return nil, nil
				},
				Content: func(note) []cards.Content { return nil },
			})
		}
		w.open()
		t.Cleanup(func() { close(goOn) })
		for i := range 2 * jobs.Workers()[jobs.Calls] {
			w.mustAsk("test.slow", "U1", fmt.Sprint(i))
		}
		<-begun
		w.mustAsk("test.create", "U1", "tea", "oA")
		w.until("the short call", func() bool { return len(w.calls) == 1 })
	})
}
