package outbox

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// approvedText tells whoever gave the last approval what becomes of a request now: it is
// carried out, at once or at its instant, or what it asks for is in force.
func (o *drawer) approvedText(ctx context.Context, tx *store.Tx, r Request) (cards.Text, error) {
	k, _ := o.kinds.of(r.Account, r.Kind)
	switch {
	case r.Due.After(o.Now()):
		return o.unlessHeld(ctx, tx, r.Account, "answer.approved_due", "n", r.N, "at", r.Due)
	case k.stands != nil:
		return o.unlessHeld(ctx, tx, r.Account, "answer.approved_stands", "n", r.N)
	}
	return o.unlessHeld(ctx, tx, r.Account, "answer.approved", "n", r.N)
}
