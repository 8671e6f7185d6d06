package outbox

import (
	"context"

	"magpie/store"
)

// Sent is request n, with what WeChat returned for each of its deliveries; refuses
// with cards.NotFound where there is none.
func (o *reader) Sent(ctx context.Context, n int64) (Request, []Receipt, error) {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return r, nil, noRequest(ctx, o.DB, n)
	} else if err != nil || r.Broadcast != nil {
		return r, nil, err
	}
	ds, err := o.Engine.Deliveries(ctx, o.DB, r.Order)
	var receipts []Receipt
	for _, d := range ds {
		if d.Receipt != nil {
			receipts = append(receipts, d.Receipt)
		}
	}
	return r, receipts, err
}

// IsVoid reports whether nothing came of request n, and nothing can any more: it was turned
// down, or failed, or people have left what nobody knows of it.
func (o *reader) IsVoid(ctx context.Context, q store.Queryer, n int64) (bool, error) {
	r, err := o.request(ctx, q, n)
	return r.State.Ended() && r.Tally.Done == 0 && (r.Tally.Unclear == 0 || r.Settled), err
}
