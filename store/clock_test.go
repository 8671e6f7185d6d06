package store_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"magpie/store/storetest"
)

// stepped is a moment at which the wall clock has gone on by so much more than the
// monotonic one, in whole seconds; the time package keeps the seconds from bit 30 on.
func stepped(t time.Time, by time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(int64(by/time.Second)) << 30
	return t
}

// A machine whose clock is off goes by the database's, one that is nearly right by its own;
// a step of the clock is noticed before anything goes by it.
func TestClockGoesByTheDatabases(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.Postgres(t))
	var by atomic.Int64
	clock := db.Clock(func() time.Time { return stepped(time.Now(), time.Duration(by.Load())) }, slog.New(slog.DiscardHandler))
	for _, c := range []struct{ off, ahead time.Duration }{
		{0, 0}, {time.Second, 0}, {90 * time.Second, 90 * time.Second}, {-90 * time.Second, -90 * time.Second}, {8 * time.Hour, 8 * time.Hour}, {0, 0},
	} {
		by.Store(int64(c.off))
		now, want := clock.Now(), time.Now() // nobody has compared since the step
		if got := now.Round(0).Sub(want.Round(0)); c.ahead != 0 && got.Abs() > time.Second || c.ahead == 0 && got.Abs() > apartMost {
			t.Errorf("a clock %s off: got %s off", c.off, got)
		}
		if err := clock.Compare(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := clock.Ahead(); (got - c.ahead).Abs() > time.Second {
			t.Errorf("a clock %s off: got ahead %s, want %s", c.off, got, c.ahead)
		}
	}
}

// apartMost is how far off a clock may be without being told of, and some.
const apartMost = 2100 * time.Millisecond

// What is told is told at first and once for each change, and again where it failed.
func TestClockTellsOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.Postgres(t))
	clock := db.Clock(func() time.Time { return time.Now().Add(-time.Minute) }, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan time.Duration, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		clock.Watch(ctx, func(_ context.Context, ahead time.Duration) error {
			told <- ahead
			return nil
		})
	}()
	if ahead := <-told; ahead > -59*time.Second || ahead < -61*time.Second {
		t.Errorf("told: got %s, want -1m", ahead)
	}
	cancel()
	<-ended
}

// On SQLite the machine's clock is the only one.
func TestClockOnSQLite(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := storetest.Open(t, storetest.SQLite(t)).Clock(func() time.Time { return at }, slog.New(slog.DiscardHandler))
	if err := clock.Compare(t.Context()); err != nil || !clock.Now().Equal(at) || clock.Ahead() != 0 {
		t.Errorf("got %s, %s ahead, %v, want %s", clock.Now(), clock.Ahead(), err, at)
	}
}
