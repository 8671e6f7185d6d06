package sending

import (
	"context"
	"fmt"

	"magpie/store"
)

// progressRow is how far an order has come, of one to an audience with what it goes to.
type progressRow struct {
	Progress
	Tally
	Broadcast
}

var selectProgress = "select " + store.ColumnsOf[struct {
	Progress
	Tally
}]("s.") + `, coalesce(b.audience, '') as audience, coalesce(b.version, 0) as version, coalesce(b.columns, '') as columns,
	coalesce(b.total, 0) as total, coalesce(b.failed_of, 0) as failed_of, coalesce(b.at_least, 0) as at_least, coalesce(b.prepared_to, 0) as prepared_to,
	coalesce(b.skipped, '') as skipped, coalesce(b.samples, '') as samples, coalesce(b.quota, '') as quota
	from sending s left join broadcast b on b.request = s.request where s.request = $1`

// Read completes an order: how far it has come, with its tally and its audience.
func (e *ledger) Read(ctx context.Context, q store.Queryer, r *Order) error {
	row, err := store.One[progressRow](ctx, q, selectProgress, r.N)
	if err != nil {
		return fmt.Errorf("read how far request %d has come: %w", r.N, err)
	}
	r.Progress, r.Tally = row.Progress, row.Tally
	p, t := &r.Progress, &r.Tally
	remaining := p.Calls - t.Sending - t.Done - t.Failed - t.Unclear - t.Stopped
	switch p.Remaining = remaining; p.RemainingAs {
	case Stopped:
		t.Stopped += remaining
	case Failed:
		t.Failed += remaining
	default:
		t.Waiting = remaining
	}
	if row.Broadcast.Version > 0 {
		r.Broadcast = &row.Broadcast
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
