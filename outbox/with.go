package outbox

import (
	"context"

	"magpie/store"
)

// With writes what belongs to request n in the transaction that writes it; its error
// undoes both, a *cards.Refusal too.
type With func(ctx context.Context, tx *store.Tx, n int64) error

// And is both, one after the other; either may be nil.
func (w With) And(other With) With {
	switch {
	case w == nil:
		return other
	case other == nil:
		return w
	}
	return func(ctx context.Context, tx *store.Tx, n int64) error {
		if err := w(ctx, tx, n); err != nil {
			return err
		}
		return other(ctx, tx, n)
	}
}

// undone is a refusal of a With. It hides the refusal from whoever accepts the line: kept
// as the line's answer, it would be committed with the request that it refuses.
type undone struct{ cause error }

func (u *undone) Error() string { return u.cause.Error() }
