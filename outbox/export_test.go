package outbox

import (
	"context"

	"magpie/store"
)

// EnqueueSends writes the jobs that approving a request writes.
func EnqueueSends(o *Outbox, n int64) error {
	return o.DB.Update(context.Background(), func(tx *store.Tx) error {
		return o.enqueueSends(context.Background(), tx, n)
	})
}
