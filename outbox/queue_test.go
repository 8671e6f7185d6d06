package outbox_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// standing are jobs that stand in every queue but those of fires and calls, as many at
// once as are worked and as many again, until they are let go.
type standing struct {
	begun sync.WaitGroup
	goOn  chan struct{}
}

func (s *standing) register(o *outbox.Outbox) {
	for queue, most := range outbox.Workers() {
		if queue == outbox.IsCalls || queue == string(outbox.Fires) || queue == outbox.WasShared {
			continue
		}
		s.begun.Add(most)
		left := make(chan struct{}, most)
		for range most {
			left <- struct{}{}
		}
		outbox.RegisterJob(o, outbox.Queue(queue), "stand."+queue, func(ctx context.Context, _ int) error {
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
		})
	}
}

func (s *standing) fill(t *testing.T, w *world) {
	t.Helper()
	if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
		for queue, most := range outbox.Workers() {
			for i := range 2 * most {
				if queue == outbox.IsCalls || queue == string(outbox.Fires) || queue == outbox.WasShared {
					continue
				}
				if err := w.Enqueue(t.Context(), tx, "stand."+queue, i); err != nil {
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
			outbox.RegisterJob(o, outbox.Fires, "fire", func(context.Context, int) error {
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
			if err := w.db.Update(t.Context(), func(tx *store.Tx) error { return w.Enqueue(t.Context(), tx, "fire", i) }); err != nil {
				t.Fatal(err)
			}
			<-fired
			w.mustAsk("test.create", "U1", fmt.Sprint("tea ", i), "oA") // refused past its bound
			w.until("the call", func() bool { return len(w.calls) == i+1 })
			quickest = min(quickest, time.Since(began))
		}
		// The machine may be busy; that all five are late is no chance.
		if quickest > time.Second {
			t.Errorf("with full queues of every other sort: the quickest fire was called after %s, want 1s at most", quickest)
		}
	})
}

// A magpie of before kept the jobs of all neighbours in one queue.
func TestJobsOfTheOldQueueAreSorted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		fired, stands := make(chan int, 1), make(chan struct{})
		w := newWorld(t, url)
		w.stop()
		w.before = func(o *outbox.Outbox) {
			outbox.RegisterJob(o, outbox.Writing, "write", func(ctx context.Context, _ int) error {
				select {
				case <-stands:
				case <-ctx.Done():
				}
				return nil
			})
			outbox.RegisterJob(o, outbox.Fires, "fire", func(_ context.Context, n int) error {
				fired <- n
				return nil
			})
		}
		w.open()
		w.stop() // it left jobs behind, in the queue of old
		db, err := store.Open(t.Context(), url, w.options.Log)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			for i := range 20 {
				if err := w.Enqueue(t.Context(), tx, "write", i); err != nil {
					return err
				}
			}
			if err := w.Enqueue(t.Context(), tx, "fire", 7); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "update river_job set queue = $1", outbox.WasShared)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		db.Close()
		w.open()
		t.Cleanup(func() { close(stands) })
		select {
		case n := <-fired:
			if n != 7 {
				t.Errorf("the fire of before: got %d, want 7", n)
			}
		case <-time.After(15 * time.Second):
			t.Fatal("a fire of before waits behind articles that are being written")
		}
	})
}

func TestAJobWithoutAWorkedQueueIsNotRegistered(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("RegisterJob with a queue that nobody works: no panic")
		}
	}()
	outbox.RegisterJob(outbox.New(outbox.Options{}), "", "lost", func(context.Context, int) error { return nil })
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
		for i := range 2 * outbox.Workers()[outbox.IsCalls] {
			w.mustAsk("test.slow", "U1", fmt.Sprint(i))
		}
		<-begun
		w.mustAsk("test.create", "U1", "tea", "oA")
		w.until("the short call", func() bool { return len(w.calls) == 1 })
	})
}

// What failed three times by time-out is not taken up again by itself; other failures
// are, and do not count.
func TestThreeTimeoutsEndAJob(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		tries, cut := 0, 0
		gaveUp := make(chan int, 9)
		w := newWorld(t, url)
		w.stop()
		w.before = func(o *outbox.Outbox) {
			outbox.RegisterBoundedJob(o, outbox.Imports, "long", 50*time.Millisecond, func(ctx context.Context, _ int) error {
				mu.Lock()
				tries++
				first := tries == 1
				mu.Unlock()
				if first {
					return fmt.Errorf("Slack is away")
				}
				<-ctx.Done()
				mu.Lock()
				cut++
				mu.Unlock()
				return ctx.Err()
			}, func(_ context.Context, n int) error {
				gaveUp <- n
				return nil
			})
		}
		w.open()
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error { return w.Enqueue(t.Context(), tx, "long", 5) }); err != nil {
			t.Fatal(err)
		}
		if n := <-gaveUp; n != 5 {
			t.Errorf("given up: got %d, want 5", n)
		}
		w.stop() // waits for the job's end
		mu.Lock()
		defer mu.Unlock()
		if tries != 4 || cut != 3 || len(gaveUp) != 0 {
			t.Errorf("got %d tries, %d ended by time-out, %d times more given up; want 4, 3, 0", tries, cut, len(gaveUp))
		}
	})
}
