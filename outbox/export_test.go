package outbox

import (
	"context"

	"magpie/store"
)

// WakeAll writes the jobs that approving requests writes.
func WakeAll(o *Outbox) error {
	return o.DB.Update(context.Background(), func(tx *store.Tx) error { return o.Engine.WakeAll(context.Background(), tx) })
}

// PictureTooLong is called where fetching a request's picture took too long three times.
func PictureTooLong(o *Outbox, n int64) error {
	return o.pictureTooLong(context.Background(), pictureJob{Request: n})
}
