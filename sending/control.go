package sending

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// Pause has no call of an order begin any more, and none go on by itself. It is called
// again where the engine holds it already.
func (e *Engine) Pause(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update sending set phase = 'held', hold_why = '', hold_until = 0 where request = $1", n); err != nil {
		return fmt.Errorf("pause order %d: %w", n, err)
	}
	return nil
}

// Resume has an order go on at once. The count of failures at which it is held begins anew.
func (e *Engine) Resume(ctx context.Context, tx *store.Tx, r Order) error {
	if _, err := tx.Exec(ctx, `update sending set phase = 'going', resumed_at = $2, hold_why = '', hold_until = 0, since_good = 0, since_bad = 0, rate_at = $2, rate_count = done + failed + unclear
		where request = $1`, r.N, store.Millis(e.Now())); err != nil {
		return fmt.Errorf("resume order %d: %w", r.N, err)
	}
	return e.enqueueLanes(ctx, tx, r)
}

// Stop ends an order: who has not been called never will be; calls under way are waited for.
func (e *Engine) Stop(ctx context.Context, tx *store.Tx, n int64) error {
	if err := e.lockBatches(ctx, tx, n); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update sending set phase = case when phase = 'over' then phase else 'held' end, remaining_as = 'stopped', hold_why = '', hold_until = 0
		where request = $1 and remaining_as = ''`, n); err != nil {
		return fmt.Errorf("stop order %d: %w", n, err)
	}
	return e.transitionIn(ctx, tx, n, nil)
}

// lockBatches locks the batches of an order in which doubtful ones may wait: whoever writes
// batches and progress locks them in this order.
func (e *ledger) lockBatches(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update delivery_batch set job = job where request = $1 and waiting > 0 and version > 0", n); err != nil {
		return fmt.Errorf("lock the batches of order %d: %w", n, err)
	}
	return nil
}

// Drop ends an order of which nobody has been called; as, with why, is what becomes of
// them, "" that nothing was to become of them.
func (e *Engine) Drop(ctx context.Context, tx *store.Tx, n int64, as State, why cards.Text) error {
	if _, err := tx.Exec(ctx, "update sending set phase = 'over', remaining_as = $2, remaining_why = $3 where request = $1", n, string(as), why); err != nil {
		return fmt.Errorf("drop order %d: %w", n, err)
	}
	return nil
}

// ResumeDue has orders go on whose time has come: those held until WeChat counts the day's
// calls anew.
func (e *Engine) ResumeDue(ctx context.Context, tx *store.Tx, now int64) error {
	due, err := store.Column[int64](tx.Query(ctx, "select request from sending where hold_until > 0 and hold_until <= $1 and phase = 'held' limit 20", now))
	if err != nil {
		return fmt.Errorf("look what is held until now: %w", err)
	}
	for _, n := range due {
		if err := e.Owner.Lock(ctx, tx, n); err != nil {
			return err
		}
		r, err := e.order(ctx, tx, n)
		if err != nil {
			return err
		}
		if r.Progress.Phase != Held || r.Progress.HoldUntil.IsZero() {
			continue
		}
		if err := e.Resume(ctx, tx, r); err != nil {
			return err
		}
		if err := e.Owner.LetGo(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// WakeAll has everything go on whose jobs ended when all was held.
func (e *Engine) WakeAll(ctx context.Context, tx *store.Tx) error {
	going, err := store.Column[int64](tx.Query(ctx, "select request from sending where phase = 'going'"))
	if err != nil {
		return fmt.Errorf("look what is under way: %w", err)
	}
	for _, n := range going {
		r, err := e.order(ctx, tx, n)
		if err != nil {
			return err
		}
		if err := e.enqueueLanes(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
