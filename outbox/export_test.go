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

// Workers is how many jobs of each sort are worked at once.
func Workers() map[string]int { return workers() }

// IsCalls and WasShared name the queue of calls, and the one that all neighbours shared.
const (
	IsCalls   = queueSend
	WasShared = queueNeighbour
)
