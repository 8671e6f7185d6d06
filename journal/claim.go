package journal

import (
	"context"

	"magpie/store"
)

type claiming struct{}

// Claiming has the first act that is done with ctx, and each further one, claim something in its
// own transaction: an error of claim, which may be called again and again, undoes the act. What is
// refused claims nothing.
func Claiming(ctx context.Context, claim func(ctx context.Context, tx *store.Tx) error) context.Context {
	return context.WithValue(ctx, claiming{}, claim)
}

func claim(ctx context.Context, tx *store.Tx, e Entry) error {
	if fn, is := ctx.Value(claiming{}).(func(context.Context, *store.Tx) error); is && e.Why == nil {
		return fn(ctx, tx)
	}
	return nil
}
