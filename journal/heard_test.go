package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/journal"
	"magpie/store/storetest"
)

// What is posted again, to whichever process, is heard once; what somebody died of is heard
// by the next; and nothing is kept for longer than it may come again.
func TestHeard(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		ctx, now := t.Context(), time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
		one := &journal.Heard{DB: db, Now: func() time.Time { return now }}
		two := &journal.Heard{DB: db, Now: func() time.Time { return now }}
		first := func(h *journal.Heard, key string, want bool) {
			t.Helper()
			if got, err := h.First(ctx, key); err != nil || got != want {
				t.Errorf("First(%s): got %t, %v, want %t", key, got, err, want)
			}
		}
		first(one, "a", true)
		waiting, cancel := context.WithTimeout(ctx, 120*time.Millisecond)
		defer cancel()
		if got, err := two.First(waiting, "a"); got || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("First of what is at work elsewhere: got %t, %v, want it to wait", got, err)
		}
		if err := one.Settle(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		first(two, "a", false)
		first(one, "a", false)

		first(one, "dead", true)
		now = now.Add(31 * time.Second)
		first(two, "dead", true)
		if err := two.Settle(ctx, "dead"); err != nil {
			t.Fatal(err)
		}
		now = now.Add(31 * time.Second)
		first(one, "dead", false)

		now = now.Add(2 * time.Hour)
		first(one, "late", true)
		if err := one.Settle(ctx, "late"); err != nil {
			t.Fatal(err)
		}
		var kept int
		if err := db.QueryRow(ctx, "select count(*) from slack_heard").Scan(&kept); err != nil || kept != 1 {
			t.Errorf("after two hours: %d are kept, %v, want the last", kept, err)
		}
	})
}

// Of many at once one is first, and the others know that it has done it.
func TestHeardAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		heard := &journal.Heard{DB: db, Now: time.Now}
		for round := range 5 {
			var firsts atomic.Int32
			var all sync.WaitGroup
			key := fmt.Sprint("Ev", round)
			for range 8 {
				all.Go(func() {
					is, err := heard.First(t.Context(), key)
					if err != nil {
						t.Errorf("First: %v", err)
					} else if is {
						firsts.Add(1)
						if err := heard.Settle(t.Context(), key); err != nil {
							t.Errorf("Settle: %v", err)
						}
					}
				})
			}
			if all.Wait(); firsts.Load() != 1 {
				t.Errorf("%d were first, want one", firsts.Load())
			}
		}
	})
}
