package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"

	"magpie/journal"
	"magpie/store"
)

// about is what the log says of an act on a request: what the request is and in which state
// the act leaves it.
func about(ctx context.Context, tx *store.Tx, e journal.Entry) ([]slog.Attr, error) {
	n, err := strconv.ParseInt(e.Subject, 10, 64)
	if err != nil || n == 0 { // of an account, of somebody's absence, or of none
		return []slog.Attr{slog.String("account", e.Account)}, nil
	}
	var kind, account, state string
	if err := tx.QueryRow(ctx, "select kind, account, state from request where n = $1", n).Scan(&kind, &account, &state); isNone(err) {
		return []slog.Attr{slog.Int64("request", n), slog.String("account", e.Account)}, nil
	} else if err != nil {
		return nil, fmt.Errorf("read request %d for the log: %w", n, err)
	}
	return []slog.Attr{slog.Int64("request", n), slog.String("kind", kind), slog.String("account", account), slog.String("state", state)}, nil
}
