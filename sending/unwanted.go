package sending

import (
	"context"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// Unsubscribed are those of some people who want nothing more by now.
func (e *ledger) Unsubscribed(ctx context.Context, q store.Queryer, account string, people []string) ([]string, error) {
	if e.Audiences == nil || len(people) == 0 {
		return nil, nil
	}
	return e.Audiences.Unsubscribed(ctx, q, account, people)
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
	return cards.T("reason.unsubscribed", "count", len(gone), "who", cards.Codes(gone))
}

// wantedAgain has the members in a state of a request's batches wait again who have not
// unsubscribed since, and counts them and the others.
func (e *ledger) wantedAgain(ctx context.Context, tx *store.Tx, r Order, batches map[int64]outcomes, state State) (again, unwanted int, err error) {
	checker, err := e.newChecker(r)
	if err != nil {
		return 0, 0, err
	}
	gone, err := e.Unsubscribed(ctx, tx, r.Account, checker.named)
	if err != nil {
		return 0, 0, err
	}
	for batch, statuses := range batches {
		var first int64
		var list string
		if err := tx.QueryRow(ctx, "select first_row, named from delivery_batch where request = $1 and n = $2", r.N, batch).Scan(&first, &list); err != nil {
			return 0, 0, err
		}
		members, err := e.membersOf(ctx, tx, r, list, first, statuses.len())
		if err != nil {
			return 0, 0, err
		}
		for i, m := range members {
			switch {
			case statuses.at(i).state == isWaiting || states[statuses.at(i).state] != state:
			case m.Unsubscribed || len(gone) > 0:
				unwanted++
			default:
				statuses.set(i, status{state: isWaiting, doubt: state == Unclear})
				again++
			}
		}
	}
	return again, unwanted, nil
}
