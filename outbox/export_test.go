package outbox

import (
	"context"

	"magpie/store"
)

// WakeAll writes the jobs that approving requests writes.
func WakeAll(o *Outbox) error {
	return o.DB.Update(context.Background(), func(tx *store.Tx) error { return o.Engine.WakeAll(context.Background(), tx) })
}
