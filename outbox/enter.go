package outbox

import (
	"context"
	"fmt"
	"strings"

	"magpie/store"
)

// also is a column that changes with a request's state.
type also struct {
	column string
	value  any
}

// enter brings a request to a state, and changes what changes with it. Here alone the state of
// one changes: who counts states, or tells of them, is told here. It is told once the
// transaction stands, and not where the request was in that state.
func (o *teller) enter(ctx context.Context, tx *store.Tx, n int64, state State, with ...also) error {
	set, args := []string{"state = $2"}, []any{n, string(state)}
	for _, a := range with {
		args = append(args, a.value)
		set = append(set, fmt.Sprintf("%s = $%d", a.column, len(args)))
	}
	var kind string
	var was State
	if err := tx.QueryRow(ctx, "select kind, state from request where n = $1", n).Scan(&kind, &was); err != nil {
		return fmt.Errorf("read the state of request %d: %w", n, err)
	}
	if _, err := tx.Exec(ctx, "update request set "+strings.Join(set, ", ")+" where n = $1", args...); err != nil {
		return fmt.Errorf("have request %d be %s: %w", n, state, err)
	}
	if was != state {
		o.entered(tx, kind, state)
		o.logEntered(ctx, tx, n, state)
	}
	return nil
}

// entered tells whoever counts that a request has come to a state.
func (o *teller) entered(tx *store.Tx, kind string, state State) {
	if o.Entered != nil {
		tx.OnCommit(func() { o.Entered(kind, state) })
	}
}
