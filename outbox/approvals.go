package outbox

import (
	"context"

	"magpie/store"
)

// ApprovedBy are the people whose approval of request n counts, in order.
func (o *Outbox) ApprovedBy(ctx context.Context, n int64) ([]string, error) {
	return approvedBy(ctx, o.DB, n)
}

func approvedBy(ctx context.Context, q store.Queryer, n int64) ([]string, error) {
	return store.Column[string](q.Query(ctx, "select who from approval where request = $1 order by at, who", n))
}

// enough reports whether enough people approved exactly the request's hash: itself, or
// the schedule's whose approval stands for it. Nobody's own counts.
func (o *Outbox) enough(ctx context.Context, q store.Queryer, r Request) (bool, error) {
	if r.Grant > 0 {
		granted, err := o.grants(ctx, q, r.Grant, r.By)
		return granted >= r.Need, err
	}
	var approvals int
	err := q.QueryRow(ctx, "select count(*) from approval where request = $1 and hash = $2 and who <> $3", r.N, r.Hash, r.By).Scan(&approvals)
	return approvals >= r.Need, err
}

type decidedKey struct{}

// withDecided notes for a kind's Do that nobody has tried this delivery, or that a
// person has looked and wants it tried again.
func withDecided(ctx context.Context, decided bool) context.Context {
	return context.WithValue(ctx, decidedKey{}, decided)
}

// Decided reports that this try is not a repetition by itself.
func Decided(ctx context.Context) bool {
	decided, _ := ctx.Value(decidedKey{}).(bool)
	return decided
}
