package sending

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

// undoAbove is the audience above which there is time to stop a broadcast before its
// first call.
const undoAbove = 100

// HasUndo reports whether there is time to stop an order before its first call.
func (o *Order) HasUndo() bool {
	return o.Broadcast != nil && o.Progress.Calls > undoAbove && o.Due.IsZero()
}

// Begin has an order carried out: above 100 members of an audience a person has time to
// stop it, unless it is for an instant.
func (e *Engine) Begin(ctx context.Context, tx *store.Tx, r Order) error {
	at := r.Due
	if r.HasUndo() {
		now, err := e.dbNow(ctx, tx)
		if err != nil {
			return err
		}
		at = now.Add(e.UndoWindow)
		e.undo.open(r.N, e.Now().Add(e.UndoWindow))
	}
	if _, err := tx.Exec(ctx, "update sending set phase = 'going', begin_at = $2 where request = $1", r.N, store.Millis(at)); err != nil {
		return fmt.Errorf("begin order %d: %w", r.N, err)
	}
	return e.enqueueLanes(ctx, tx, r)
}

// beforeBegin is how long an order waits before its first call: for its instant, or for
// the time to undo it. A process that did not give that time itself takes what is left of
// it by the database's clock, and never more than the whole. What is too late to be sent
// waits no more.
func (e *Engine) beforeBegin(ctx context.Context, r Order) (time.Duration, error) {
	if r.Progress.Phase != Going || r.HasBegun() || r.Progress.BeginAt.IsZero() {
		e.undo.forget(r.N)
		return 0, nil
	}
	if !r.Due.IsZero() {
		return r.Progress.BeginAt.Sub(e.Now()), nil
	}
	if lapsed, err := e.Owner.Lapsed(ctx, e.DB, r); err != nil || !lapsed.IsZero() {
		e.undo.forget(r.N)
		return 0, err
	}
	end, known := e.undo.end(r.N)
	if !known {
		now, err := e.dbNow(ctx, e.DB)
		if err != nil {
			return 0, err
		}
		end = e.Now().Add(min(r.Progress.BeginAt.Sub(now), e.UndoWindow))
		e.undo.open(r.N, end)
	}
	left := end.Sub(e.Now()) // by the monotonic clock
	if left <= 0 {
		e.undo.forget(r.N)
	}
	return left, nil
}

// dbNow is the time by the clock that all processes share: the database's. SQLite's is
// this machine's.
func (e *ledger) dbNow(ctx context.Context, q store.Queryer) (time.Time, error) {
	if !e.DB.Postgres() {
		return e.Now(), nil
	}
	var now int64
	if err := q.QueryRow(ctx, "select (extract(epoch from clock_timestamp()) * 1000)::bigint").Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
	}
	return store.Time(now), nil
}
