package store_test

import (
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

// A loop that rests looks again when this process has written, at the latest after its
// longest rest, and ends where it is to stop.
func TestRest(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	never := make(chan struct{})
	if changed := db.Changed(); !store.Rest(never, changed, time.Hour, time.Millisecond) {
		t.Error("the longest rest: got an end, want the next look")
	}
	changed := db.Changed()
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "update setting set value = '1' where name = 'nobody'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
		t.Error("a transaction that changed no row woke who rests")
	default:
	}
	woke := make(chan bool, 1)
	go func() { woke <- store.Rest(never, changed, time.Millisecond, time.Hour) }()
	exec(t, db, "insert into setting (name, value) values ('nobody', '1')")
	if !<-woke {
		t.Error("after a write: got an end, want the next look")
	}
	stop := make(chan struct{})
	go func() { woke <- store.Rest(stop, db.Changed(), 0, time.Hour) }()
	close(stop)
	if <-woke {
		t.Error("once it is to stop: got the next look, want an end")
	}
}

// What is done every so often is done again and again, and no more once it is to stop.
func TestEvery(t *testing.T) {
	t.Parallel()
	stop, times := make(chan struct{}), 0
	store.Every(stop, time.Millisecond, func() {
		if times++; times == 3 {
			close(stop)
		}
	})
	if times < 3 {
		t.Errorf("done %d times before it was to stop, want 3", times)
	}
}
