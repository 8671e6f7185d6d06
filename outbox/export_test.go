package outbox

import (
	"context"

	"magpie/store"
)

// EnqueueLanes writes the jobs that approving a request writes.
func EnqueueLanes(o *Outbox, n int64) error {
	return o.DB.Update(context.Background(), func(tx *store.Tx) error {
		return o.enqueueLanes(context.Background(), tx, n)
	})
}
