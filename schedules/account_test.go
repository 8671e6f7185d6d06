package schedules

import (
	"testing"
	"time"

	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/store/storetest"
)

// A schedule of an account that is not served keeps still and keeps its name from nobody;
// once its account is back its fire goes on, or follows the rule for missed ones.
func TestASchedulesAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		w := newWorld(t, url, at)
		one := w.add(Draft{Name: "tea", When: "every day at 9"})
		boxed := w.box.Options
		boxed.Accounts = outbox.Accounts{"wx12345678cdef"}
		boxed.Jobs = jobs.New(jobs.Options{DB: w.box.DB, Log: w.box.Log})
		boxed.Posts = posts.New(posts.Options{DB: boxed.DB, Jobs: boxed.Jobs, Teller: w, Now: boxed.Now, Log: boxed.Log})
		theirs := w.Options
		theirs.Jobs, theirs.Posts, theirs.Outbox = boxed.Jobs, boxed.Posts, outbox.New(boxed)
		other := New(theirs) // as a process with other settings is
		w.clock.set(one.Next)
		if err := other.tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs, err := other.Runs(t.Context(), one.ID, 9); err != nil || len(runs) > 0 {
			t.Errorf("runs of what is not served: %v, %v", runs, err)
		}
		if _, err := other.Get(t.Context(), "wx12345678cdef", "tea"); keyOf(err) != "account.unserved" {
			t.Errorf("Get: got %v", err)
		}
		if _, err := other.RunNow(t.Context(), alice, one, ByHand{}); keyOf(err) != "account.unserved" {
			t.Errorf("RunNow: got %v", err)
		}
		if listed, err := other.List(t.Context(), outbox.Accounts{"wx12345678cdef"}, 9); err != nil || len(listed) > 0 {
			t.Errorf("List: got %v, %v", listed, err)
		}
		if n, err := other.Elsewhere(t.Context(), outbox.Accounts{"wx12345678cdef"}); err != nil || n != 1 {
			t.Errorf("Elsewhere: got %d, %v", n, err)
		}
		if err := w.tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs, err := w.Runs(t.Context(), one.ID, 9); err != nil || len(runs) != 1 {
			t.Errorf("runs of what is served again: %v, %v", runs, err)
		}
	})
}

// Schedules of before are given to the account that is configured, once, on record.
func TestSchedulesOfBeforeAreAdopted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
		one := w.add(Draft{Name: "tea", When: "every day at 9"})
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update schedule set account = ''")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // each start
			if err := w.Adopt(t.Context(), "wx9"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Get(t.Context(), "wx9", "tea"); err != nil {
			t.Error(err)
		}
		acts, err := w.Acts(t.Context(), one.ID, 9)
		adopted := 0
		for _, a := range acts {
			if a.Verb == "adopted" {
				adopted++
			}
		}
		if err != nil || adopted != 1 {
			t.Errorf("the record says %d times that it was adopted: %v", adopted, err)
		}
	})
}
