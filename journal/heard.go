package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"magpie/store"
)

const (
	// heardFor is longer than anything is posted again: Slack repeats an event at once, after
	// a minute and after five, and a signature is taken for ten at most.
	heardFor = time.Hour
	// diedAfter is longer than anybody takes to acknowledge; who has not by then has died.
	diedAfter  = 30 * time.Second
	heardSweep = 10 * time.Minute
)

// Heard is what any process on this database has taken from Slack, by its key: what is
// posted again, to another process or after a restart, is heard once. What is at work
// elsewhere, and not acknowledged within 30 s, is given to whoever meets it next.
type Heard struct {
	DB  *store.DB
	Now func() time.Time

	swept atomic.Int64
}

// First takes what is called key, and reports whether nobody had. Where another process is
// at it, First waits until that has acknowledged it, or returns ctx's error.
func (h *Heard) First(ctx context.Context, key string) (bool, error) {
	for {
		first, settled, err := h.take(ctx, key)
		switch {
		case err != nil:
			return false, fmt.Errorf("take %s: %w", key, err)
		case first:
			return true, nil
		case settled:
			return false, nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return false, fmt.Errorf("%s is at work elsewhere: %w", key, ctx.Err())
		}
	}
}

func (h *Heard) take(ctx context.Context, key string) (first, settled bool, err error) {
	now := h.Now()
	err = h.DB.Update(ctx, func(tx *store.Tx) error {
		var state int64
		err := tx.QueryRow(ctx, `insert into slack_heard (key, at) values ($1, $2)
			on conflict (key) do update set at = $2 where slack_heard.settled = 0 and slack_heard.at < $3
			returning settled`, key, store.Millis(now), store.Millis(now.Add(-diedAfter))).Scan(&state)
		if !errors.Is(err, sql.ErrNoRows) {
			first = err == nil
			return err
		}
		first = false
		err = tx.QueryRow(ctx, "select settled from slack_heard where key = $1", key).Scan(&state)
		settled = state == 1
		return err
	})
	return first, settled, err
}

// Settle notes that what is called key was acknowledged.
func (h *Heard) Settle(ctx context.Context, key string) error {
	now, last := h.Now(), h.swept.Load()
	sweeps := now.Sub(store.Time(last)) >= heardSweep && h.swept.CompareAndSwap(last, store.Millis(now))
	err := h.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update slack_heard set settled = 1 where key = $1", key); err != nil {
			return err
		}
		if !sweeps {
			return nil
		}
		_, err := tx.Exec(ctx, "delete from slack_heard where at < $1", store.Millis(now.Add(-heardFor)))
		return err
	})
	if err != nil {
		return fmt.Errorf("settle %s: %w", key, err)
	}
	return nil
}
