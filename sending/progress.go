package sending

import (
	"context"
	"encoding/json"
	"fmt"

	"magpie/store"
)

const progressColumns = `s.calls, s.phase, s.resumed_at, s.begin_at, s.begun_at, s.remaining_as, s.remaining_why, s.hold_why, s.hold_until, s.rate, s.sending, s.done, s.failed, s.unclear, s.stopped,
	coalesce(b.audience, ''), coalesce(b.version, 0), coalesce(b.columns, ''), coalesce(b.total, 0), coalesce(b.failed_of, 0), coalesce(b.at_least, 0),
	coalesce(b.prepared_to, 0), coalesce(b.skipped, ''), coalesce(b.samples, ''), coalesce(b.quota, '')`

// Read completes an order: how far it has come, with its tally and its audience.
func (e *ledger) Read(ctx context.Context, q store.Queryer, r *Order) error {
	var b Broadcast
	var columns, skipped, samples, quota, remainingWhy, holdWhy string
	var begin, begun, until, resumed int64
	p, t := &r.Progress, &r.Tally
	err := q.QueryRow(ctx, "select "+progressColumns+" from sending s left join broadcast b on b.request = s.request where s.request = $1", r.N).Scan(
		&p.Calls, &p.Phase, &resumed, &begin, &begun, &p.RemainingAs, &remainingWhy, &holdWhy, &until, &p.Rate, &t.Sending, &t.Done, &t.Failed, &t.Unclear, &t.Stopped,
		&b.Audience, &b.Version, &columns, &b.Total, &b.FailedOf, &b.AtLeast, &b.PreparedTo, &skipped, &samples, &quota)
	if err != nil {
		return fmt.Errorf("read how far request %d has come: %w", r.N, err)
	}
	for text, into := range map[*string]any{&columns: &b.Columns, &skipped: &b.Skipped, &samples: &b.Samples, &quota: &b.Quota, &remainingWhy: &p.RemainingWhy, &holdWhy: &p.HoldWhy} {
		if *text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(*text), into); err != nil {
			return fmt.Errorf("read how far request %d has come: %w", r.N, err)
		}
	}
	p.BeginAt, p.BegunAt, p.HoldUntil, p.ResumedAt = store.Time(begin), store.Time(begun), store.Time(until), store.Time(resumed)
	remaining := p.Calls - t.Sending - t.Done - t.Failed - t.Unclear - t.Stopped
	switch p.Remaining = remaining; p.RemainingAs {
	case Stopped:
		t.Stopped += remaining
	case Failed:
		t.Failed += remaining
	default:
		t.Waiting = remaining
	}
	if b.Version > 0 {
		r.Broadcast = &b
	}
	return nil
}

// order reads an order, completed; sql.ErrNoRows where there is none.
func (e *ledger) order(ctx context.Context, q store.Queryer, n int64) (Order, error) {
	r, err := e.Owner.Order(ctx, q, n)
	if err != nil {
		return r, err
	}
	return r, e.Read(ctx, q, &r)
}

// writeProgress writes that nothing has been carried out so far of calls.
func (e *ledger) writeProgress(ctx context.Context, tx *store.Tx, n int64, phase Phase, calls int) error {
	if _, err := tx.Exec(ctx, "insert into sending (request, phase, calls) values ($1, $2, $3)", n, string(phase), calls); err != nil {
		return fmt.Errorf("write how far request %d has come: %w", n, err)
	}
	return nil
}
