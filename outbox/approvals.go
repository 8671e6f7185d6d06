package outbox

import (
	"context"
	"fmt"
	"math"
	"time"

	"magpie/store"
)

// ApprovedBy are the people whose approval of request n counts, in order.
func (o *voices) ApprovedBy(ctx context.Context, n int64) ([]string, error) {
	return approvedBy(ctx, o.DB, n)
}

func approvedBy(ctx context.Context, q store.Queryer, n int64) ([]string, error) {
	return store.Column[string](q.Query(ctx, "select who from approval where request = $1 order by at, who", n))
}

// whoOf are the people of approvals.
func whoOf(all []Approval) []string {
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = a.Who
	}
	return ids
}

// Approval is that somebody approved a request.
type Approval struct {
	Who string    `db:"who"` // Slack user id
	At  time.Time `db:"at"`
	// For are those whom they stood in for: it counts in their sets too.
	For []string `db:"stands_for,words"`
}

// Approvals are those of request n, in order.
func (o *voices) Approvals(ctx context.Context, n int64) ([]Approval, error) {
	return approvals(ctx, o.DB, "request = $1", n)
}

func approvals(ctx context.Context, q store.Queryer, where string, args ...any) ([]Approval, error) {
	all, err := store.All[Approval](q.Query(ctx, "select who, at, stands_for from approval where "+where+" order by at, who", args...))
	if err != nil {
		return nil, fmt.Errorf("read approvals: %w", err)
	}
	return all, nil
}

// ApprovedAnew is the newest fire of the schedule that request n approved whose changed
// content was approved since: later fires are held against that. 0 where there is none.
func (o *voices) ApprovedAnew(ctx context.Context, n int64) (later int64, err error) {
	err = o.DB.QueryRow(ctx, lastApproved, n, math.MaxInt64).Scan(&later)
	return later, ignoreNone(err)
}

// enough reports whether enough people approved exactly the request's hash: itself, or
// the schedule's whose approval stands for it. Nobody's own counts.
func (o *voices) enough(ctx context.Context, q store.Queryer, r Request) (bool, error) {
	if r.Grant > 0 {
		granted, err := o.grants(ctx, q, r.Grant, r)
		return len(granted) >= r.Need, err
	}
	var approvals int // of sets each fills a place of its own: there are as many as people
	err := q.QueryRow(ctx, "select count(*) from approval where request = $1 and hash = $2 and who <> $3", r.N, r.Hash, r.By).Scan(&approvals)
	return approvals >= r.Need, err
}
