package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// noRequest says that there is no request of a number, or none any more: when it was removed,
// and why.
func noRequest(ctx context.Context, q store.Queryer, n int64) error {
	var at int64
	var setting string
	err := q.QueryRow(ctx, "select removed_at, setting from removed_request where n = $1", n).Scan(&at, &setting)
	switch {
	case isNone(err):
		return cards.Refuse("fault.no_request", "n", n).WithCode(cards.NotFound)
	case err != nil:
		return fmt.Errorf("look whether request %d was removed: %w", n, err)
	}
	return cards.Refuse("fault.request_removed", "n", n, "at", store.Time(at), "setting", cards.Code("RETAIN="+setting)).WithCode(cards.NotFound)
}

// notGoing is the condition that a request is not being removed: one of a great many rows goes
// in several transactions, and is gone for everybody after the first.
const notGoing = "state <> 'removed'"
