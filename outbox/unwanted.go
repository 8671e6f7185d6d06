package outbox

import (
	"context"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// unsubscribed are those of some people who want nothing more by now.
func (o *Outbox) unsubscribed(ctx context.Context, q store.Queryer, account string, people []string) ([]string, error) {
	if o.Audiences == nil || len(people) == 0 {
		return nil, nil
	}
	return o.Audiences.Unsubscribed(ctx, q, account, people)
}

// unwanted is why a call may not be made to its recipient and those whom its payload names:
// one of them wants nothing more; zero where all take it.
func (b *claimedBatch) unwanted(m Member) cards.Text {
	gone := b.gone
	if m.Unsubscribed && !slices.Contains(gone, m.OpenID) {
		gone = append([]string{m.OpenID}, gone...)
	}
	people := len(b.named)
	if m.OpenID != "" {
		people++
	}
	switch {
	case len(gone) == 0:
		return cards.Text{}
	case people == 1:
		return cards.T("skipped.unsubscribed")
	}
	return cards.T("reason.unsubscribed", "count", len(gone), "who", codes(gone))
}

// wantedAgain has the members in a state of a request's batches wait again who have not
// unsubscribed since, and counts them and the others.
func (o *Outbox) wantedAgain(ctx context.Context, tx *store.Tx, r *Request, batches map[int64]outcomes, state State) (again, unwanted int, err error) {
	named, err := o.kinds[r.Kind].named(r.Payload)
	if err != nil {
		return 0, 0, err
	}
	gone, err := o.unsubscribed(ctx, tx, r.Account, named)
	if err != nil {
		return 0, 0, err
	}
	for batch, marks := range batches {
		var first int64
		var list string
		if err := tx.QueryRow(ctx, "select first_row, named from delivery_batch where request = $1 and n = $2", r.N, batch).Scan(&first, &list); err != nil {
			return 0, 0, err
		}
		members, err := o.membersOf(ctx, tx, *r, list, first, marks.len())
		if err != nil {
			return 0, 0, err
		}
		for i, m := range members {
			switch {
			case marks.at(i).state == markWaiting || markStates[marks.at(i).state] != state:
			case m.Unsubscribed || len(gone) > 0:
				unwanted++
			default:
				marks.set(i, mark{state: markWaiting, doubt: state == Unclear})
				again++
			}
		}
	}
	return again, unwanted, nil
}

// noneWanted refuses to send again what nobody wants any more.
func noneWanted(n int64) error { return cards.Refuse("fault.again_unsubscribed", "n", n) }

// againText says how many calls are made again, and how many are not since their people
// want nothing more.
func (o *Outbox) againText(ctx context.Context, tx *store.Tx, n int64, count, unwanted int) (cards.Text, error) {
	text, err := o.unlessHeld(ctx, tx, "answer.again", "n", n, "count", count)
	if err != nil || unwanted == 0 {
		return text, err
	}
	return cards.T("answer.again_without", "sent", text, "count", unwanted), nil
}
