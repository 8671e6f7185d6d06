package sending

import (
	"context"
	"fmt"

	"magpie/store"
)

// Unfollowed counts those whom order n failed to reach and who belong to no follow-up.
func (e *ledger) Unfollowed(ctx context.Context, q store.Queryer, n int64) (left int, err error) {
	batches, err := e.statusesOf(ctx, q, n, "1 = 1")
	if err != nil {
		return 0, err
	}
	for batch, statuses := range batches {
		if statuses.count()[isFailed] == 0 {
			continue
		}
		if err := e.withoutFollowed(ctx, q, n, batch, statuses); err != nil {
			return 0, err
		}
		left += statuses.count()[isFailed]
	}
	return left, nil
}

// withoutFollowed takes those out of the failed in statuses, a batch of request n, who belong
// to a follow-up of it: it has called them, or is about to. Whom one that is over never
// called is free again.
func (e *ledger) withoutFollowed(ctx context.Context, q store.Queryer, n, batch int64, statuses outcomes) error {
	followers, err := store.All[struct {
		Outcomes outcomes `db:"outcomes"`
		Phase    Phase    `db:"phase"`
	}](q.Query(ctx, `select d.outcomes, s.phase from broadcast b join sending s on s.request = b.request
		join delivery_batch d on d.request = b.request and d.n = $2 where b.failed_of = $1`, n, batch))
	if err != nil {
		return fmt.Errorf("read the follow-ups of batch %d of request %d: %w", batch, n, err)
	}
	for _, f := range followers {
		for i := range min(statuses.len(), f.Outcomes.len()) {
			switch f.Outcomes.at(i).state {
			case isLeftOut:
				continue
			case isWaiting:
				if f.Phase == Over {
					continue
				}
			}
			if statuses.at(i).state == isFailed {
				statuses.set(i, status{state: isLeftOut})
			}
		}
	}
	return nil
}
