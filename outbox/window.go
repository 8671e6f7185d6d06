package outbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"magpie/store"
)

// windows are the times to undo broadcasts that this process counts, by request: when
// each ends, with the monotonic reading that it was begun by. So neither a clock that is
// stepped nor a machine that sleeps takes the time away from whoever wants to undo it.
type windows struct {
	mu   sync.Mutex
	ends map[int64]time.Time
}

// open notes when a window ends.
func (w *windows) open(n int64, end time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ends == nil {
		w.ends = map[int64]time.Time{}
	}
	w.ends[n] = end
}

func (w *windows) end(n int64) (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	end, known := w.ends[n]
	return end, known
}

func (w *windows) forget(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.ends, n)
}

// beforeBegin is how long a broadcast waits before its first call: for its scheduled
// instant, or for the time to undo it. A process that did not give that time itself
// takes what is left of it by the database's clock, and never more than the whole. What
// is too late to be sent waits no more.
func (o *Outbox) beforeBegin(ctx context.Context, r Request) (time.Duration, error) {
	if r.State != Approved || r.Progress.BeginAt.IsZero() || o.isLate(r) {
		o.windows.forget(r.N)
		return 0, nil
	}
	if !r.Due.IsZero() {
		return r.Progress.BeginAt.Sub(o.Now()), nil
	}
	end, known := o.windows.end(r.N)
	if !known {
		now, err := o.dbNow(ctx, o.DB)
		if err != nil {
			return 0, err
		}
		end = o.Now().Add(min(r.Progress.BeginAt.Sub(now), o.UndoWindow))
		o.windows.open(r.N, end)
	}
	left := end.Sub(o.Now()) // by the monotonic clock
	if left <= 0 {
		o.windows.forget(r.N)
	}
	return left, nil
}

// dbNow is the time by the clock that all processes share: the database's. SQLite's is
// this machine's.
func (o *Outbox) dbNow(ctx context.Context, q store.Queryer) (time.Time, error) {
	if !o.DB.Postgres() {
		return o.Now(), nil
	}
	var now int64
	if err := q.QueryRow(ctx, "select (extract(epoch from clock_timestamp()) * 1000)::bigint").Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return store.Time(now), nil
}

// steps watches a clock for steps of the wall clock: by how much it goes on otherwise
// than the monotonic one.
type steps struct{ last time.Time }

// since is by how much the wall clock was stepped since it was asked last. A machine
// that slept looks stepped on: its monotonic clock stood still.
func (s *steps) since(now time.Time) time.Duration {
	by := now.Round(0).Sub(s.last.Round(0)) - now.Sub(s.last)
	if s.last.IsZero() {
		by = 0
	}
	s.last = now
	return by
}
