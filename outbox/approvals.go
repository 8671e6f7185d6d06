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
	rows, err := q.Query(ctx, "select who from approval where request = $1 order by at, who", n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var who string
		if err := rows.Scan(&who); err != nil {
			return nil, err
		}
		ids = append(ids, who)
	}
	return ids, rows.Err()
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
