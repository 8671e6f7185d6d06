package cards

import "context"

type turnKey struct{}

// WithTurn names whoever draws, so that one who is told to come back later finds the turn
// that was kept: the same name each time, another for each message.
func WithTurn(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, turnKey{}, name)
}

// Turn is the name that WithTurn gave; "" where nobody will come back under it.
func Turn(ctx context.Context) string {
	name, _ := ctx.Value(turnKey{}).(string)
	return name
}
