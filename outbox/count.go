package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// Counting is how many a payload reaches where WeChat keeps that, as of a tag's followers: it
// is looked up anew when somebody approves, and before the call.
type Counting[T any] struct {
	// Now looks it up. Its error is one of before any call, as Do's would be.
	Now func(ctx context.Context, payload T) (int, error)
	// Shown is the payload with that number in the words of its Head.
	Shown func(payload T, n int) T
}

// countWithin is how long looking it up may take while somebody waits for an answer.
const countWithin = 2800 * time.Millisecond

// countFor looks up how many a request reaches by now which somebody is about to approve; 0
// where that does not change, or they may not approve. No transaction is open meanwhile.
func (o *reader) countFor(ctx context.Context, p Press) (int, error) {
	r, err := o.request(ctx, o.DB, p.N)
	if err != nil {
		return 0, ignoreNone(err)
	}
	k, _ := o.kinds.of(r.Account, r.Kind)
	count := k.count
	if count == nil || r.State != Waiting || r.isBehind(p.Who.ID) || o.mayApprove(p.Who, r) != nil || !o.Accounts.Serve(r.Account) {
		return 0, nil // the press is answered without it
	}
	looking, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	n, err := count(looking, r.Payload)
	switch {
	case err == nil:
		return max(1, n), nil
	case looking.Err() != nil:
		return 0, cards.Refuse("fault.uncounted", "n", r.N, "why", cards.T("reason.count_slow"))
	}
	return 0, cards.Refuse("fault.uncounted", "n", r.N, "why", sending.Explain(err))
}

// reaches notes that a waiting request reaches n people by now (0: as many as before), and
// has it need as many approvals as that takes.
func (o *reader) reaches(ctx context.Context, tx *store.Tx, r *Request, n int) error {
	if n == 0 || n == r.Size {
		return nil
	}
	r.Size = n
	r.need(r.quorum().Or(o.Needs(r.Account, r.Kind, n)))
	_, err := tx.Exec(ctx, "update request set size = $2 where n = $1", r.N, n)
	return err
}

// notGrown returns an error where a request reaches more people by now than its approvals
// are enough for.
func (o *reader) notGrown(ctx context.Context, k kind, r Request) error {
	if k.count == nil {
		return nil
	}
	n, err := k.count(ctx, r.Payload)
	if err != nil || n <= r.Size {
		return err
	}
	if need := o.Needs(r.Account, k.name, n); !r.quorum().Covers(need) {
		return &grown{n, r.quorum().Or(need).People}
	}
	return nil
}

// grown is that a request reaches more people than were approved.
type grown struct{ size, need int }

func (g *grown) Error() string {
	return fmt.Sprintf("it reaches %d by now, which needs %d approvals", g.size, g.need)
}

// Explain says it to people.
func (g *grown) Explain() cards.Text {
	return cards.T("reason.grown", "size", g.size, "count", g.need)
}

// sizeWas says on a card how many it reached when it was asked for, where they are others
// by now.
func (k kind) sizeWas(r Request) ([]cards.Text, error) {
	if k.count == nil {
		return nil, nil
	}
	was, err := k.size(r.Payload)
	if err != nil || was == r.Size {
		return nil, err
	}
	return []cards.Text{cards.T("card.size_was", "count", was)}, nil
}
