package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/store"
)

// Oldest is since when the oldest request waits for approval, is being sent, and is unclear
// without anybody having decided about it; a state in which none is has no time.
func (o *reader) Oldest(ctx context.Context) (map[State]time.Time, error) {
	var waiting, sending, unclear int64
	err := o.DB.QueryRow(ctx, `select
		(select coalesce(min(asked_at), 0) from request where state = 'waiting'),
		(select coalesce(min(case when s.begun_at > 0 then s.begun_at else r.approved_at end), 0) from request r join sending s on s.request = r.n where r.state = 'sending'),
		(select coalesce(min(ended_at), 0) from request where state = 'unclear' and settled = 0)`).Scan(&waiting, &sending, &unclear)
	if err != nil {
		return nil, fmt.Errorf("look for the oldest requests: %w", err)
	}
	return map[State]time.Time{Waiting: store.Time(waiting), Sending: store.Time(sending), Unclear: store.Time(unclear)}, nil
}
