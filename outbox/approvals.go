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
