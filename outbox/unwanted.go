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
func (o *Outbox) unwanted(ctx context.Context, q store.Queryer, account, recipient string, named []string) (cards.Text, error) {
	people := named
	if recipient != "" {
		people = append([]string{recipient}, named...)
	}
	gone, err := o.unsubscribed(ctx, q, account, people)
	switch {
	case err != nil || len(gone) == 0:
		return cards.Text{}, err
	case len(people) == 1:
		return cards.T("skipped.unsubscribed"), nil
	}
	return cards.T("reason.unsubscribed", "count", len(gone), "who", codes(gone)), nil
}

// stillWanted are those of a request's deliveries in a state that nobody whom they reach has
// unsubscribed from since.
func (o *Outbox) stillWanted(ctx context.Context, q store.Queryer, r *Request, state State) (wanted []Delivery, unwanted int, err error) {
	all, err := o.deliveries(ctx, q, r.N, state)
	if err != nil {
		return nil, 0, err
	}
	named, err := o.kinds[r.Kind].named(r.Payload)
	if err != nil {
		return nil, 0, err
	}
	people := slices.Clone(named)
	for _, d := range all {
		people = append(people, d.Recipient)
	}
	gone, err := o.unsubscribed(ctx, q, r.Account, people)
	if err != nil {
		return nil, 0, err
	}
	isGone := func(id string) bool { return slices.Contains(gone, id) }
	if !slices.ContainsFunc(named, isGone) {
		wanted = slices.DeleteFunc(slices.Clone(all), func(d Delivery) bool { return isGone(d.Recipient) })
	}
	return wanted, len(all) - len(wanted), nil
}

// wantedAgain has the unclear members of a broadcast's batches wait again who have not
// unsubscribed since, and counts them and the others.
func (o *Outbox) wantedAgain(ctx context.Context, tx *store.Tx, r *Request, batches map[int64]outcomes) (again, unwanted int, err error) {
	for batch, marks := range batches {
		var first int64
		if err := tx.QueryRow(ctx, "select first_row from broadcast_batch where request = $1 and n = $2", r.N, batch).Scan(&first); err != nil {
			return 0, 0, err
		}
		members, err := o.Audiences.Members(ctx, tx, r.Broadcast.Version, first-1, marks.len())
		if err != nil {
			return 0, 0, err
		}
		for i, m := range members {
			switch {
			case marks.at(i).state != markUnclear:
			case m.Unsubscribed:
				unwanted++
			default:
				marks.set(i, mark{state: markWaiting, doubt: true})
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
