package outbox_test

import (
	"testing"
	"time"

	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// counts waits until a query counts so many.
func (w *world) counts(want int, query string) {
	w.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for got := w.count(query); got != want; got = w.count(query) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: got %d, want %d", query, got, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// What a process that wakes is about to commit of a batch stands, though another takes the
// batch over at that very moment: it waits, and goes by what was committed.
func TestABatchIsTakenOverAsItStands(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.Postgres(t), &crowd{size: 3})
	release := make(chan struct{})
	defer close(release)
	w.answers(func(recipient string, _ int) error {
		if recipient == "o2" {
			<-release
		}
		return nil
	})
	n := w.mustBegin("test.send", "tea")
	w.counts(2, "select done from sending")
	if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
		var marks []byte
		if err := tx.QueryRow(t.Context(), "select outcomes from delivery_batch where request = $1", n).Scan(&marks); err != nil {
			return err
		}
		marks[0] = marks[8] // done, as its neighbour is
		if _, err := tx.Exec(t.Context(), "update delivery_batch set outcomes = $2, version = version + 1 where request = $1", n, marks); err != nil {
			return err
		}
		if _, err := tx.Exec(t.Context(), "update sending set sending = sending - 1, done = done + 1 where request = $1", n); err != nil {
			return err
		}
		// Somebody else takes the job over meanwhile.
		if err := w.db.Update(t.Context(), func(other *store.Tx) error {
			_, err := other.Exec(t.Context(), "update river_job set state = 'available' where kind = 'lane' and state = 'running'")
			return err
		}); err != nil {
			return err
		}
		if err := w.Jobs.Wake(t.Context(), "lane"); err != nil {
			return err
		}
		w.counts(1, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%delivery_batch%'")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if state, tally := w.ended(n); state != outbox.Done || tally != (outbox.Tally{Done: 3}) {
		t.Errorf("got %s, %+v, want 3 done", state, tally)
	}
}
