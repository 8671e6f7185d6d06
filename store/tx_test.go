package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

// A COMMIT whose answer did not come says of itself, however it is told on, that what was
// asked may have been done.
func TestALostCommitSaysThatItMayBeDone(t *testing.T) {
	t.Parallel()
	silent := storetest.NewSilent(t, storetest.Postgres(t))
	db := storetest.Open(t, silent.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	err := db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into setting (name, value) values ('lost', '1')")
		silent.Swallow()
		return err
	})
	var unsure interface{ MaybeDone() bool }
	if !errors.Is(err, store.ErrUnknown) || !errors.As(fmt.Errorf("keep: %w", err), &unsure) || !unsure.MaybeDone() {
		t.Errorf("got %v, want an error that says that it may be done", err)
	}
}
