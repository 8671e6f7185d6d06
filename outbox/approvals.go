package outbox

import (
	"context"
	"fmt"
	"math"
	"time"

	"magpie/store"
)

// ApprovedBy are the people whose approval of request n counts, in order.
func (o *Outbox) ApprovedBy(ctx context.Context, n int64) ([]string, error) {
	return approvedBy(ctx, o.DB, n)
}

func approvedBy(ctx context.Context, q store.Queryer, n int64) ([]string, error) {
	return store.Column[string](q.Query(ctx, "select who from approval where request = $1 order by at, who", n))
}

// Approval is that somebody approved a request.
type Approval struct {
	Who string // Slack user id
	At  time.Time
}

// Approvals are those of request n, in order.
func (o *Outbox) Approvals(ctx context.Context, n int64) ([]Approval, error) {
	rows, err := o.DB.Query(ctx, "select who, at from approval where request = $1 order by at, who", n)
	if err != nil {
		return nil, fmt.Errorf("read the approvals of request %d: %w", n, err)
	}
	defer rows.Close()
	var all []Approval
	for rows.Next() {
		var a Approval
		var at int64
		if err := rows.Scan(&a.Who, &at); err != nil {
			return nil, err
		}
		a.At = store.Time(at)
		all = append(all, a)
	}
	return all, rows.Err()
}

// ApprovedAnew is the newest fire of the schedule that request n approved whose changed
// content was approved since: later fires are held against that. 0 where there is none.
func (o *Outbox) ApprovedAnew(ctx context.Context, n int64) (later int64, err error) {
	err = o.DB.QueryRow(ctx, lastApproved, n, math.MaxInt64).Scan(&later)
	return later, ignoreNone(err)
}

// enough reports whether enough people approved exactly the request's hash: itself, or
// the schedule's whose approval stands for it. Nobody's own counts.
func (o *Outbox) enough(ctx context.Context, q store.Queryer, r Request) (bool, error) {
	if r.Grant > 0 {
		granted, err := o.grants(ctx, q, r.Grant, r)
		return granted >= r.Need, err
	}
	var approvals int
	err := q.QueryRow(ctx, "select count(*) from approval where request = $1 and hash = $2 and who <> $3", r.N, r.Hash, r.By).Scan(&approvals)
	return approvals >= r.Need, err
}
