package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/sending"
)

// A card tells so many reasons apart; a button shows them all, page by page.
const namedReasons = 12

// Reasons draws why deliveries of request n failed or are unclear: a row for each reason, the
// most frequent first. Refuses with cards.NotFound where there is no such request.
func (o *drawer) Reasons(ctx context.Context, n int64) (cards.Card, error) {
	r, err := o.Asked(ctx, n)
	if err != nil {
		return cards.Card{}, err
	}
	card := cards.Card{Account: r.Account, Title: cards.T("reasons.title", "n", n), Columns: reasonColumns()}
	if r.Broadcast != nil {
		counts, _, err := o.Engine.Summary(ctx, r.Order, 0)
		for _, c := range counts {
			card.Rows = append(card.Rows, reasonRow(int64(c.N), State(c.State), c.Why))
		}
		return card, err
	}
	ds, err := o.Engine.Deliveries(ctx, o.DB, r.Order)
	card.Rows = reasonsOf(ds)
	return card, err
}

// addReasons adds the first of the reasons to a card's table, and says how many more there are.
func addReasons(card *cards.Card, r Request, all []cards.Row) {
	if len(all) == 0 {
		return
	}
	card.Columns, card.Rows = reasonColumns(), append(card.Rows, all[:min(len(all), namedReasons)]...)
	if more := len(all) - namedReasons; more > 0 {
		card.Body = append(card.Body, cards.T("result.more_reasons", "count", more))
		card.Buttons = append(card.Buttons, cards.Button{Label: cards.T("button.reasons"), Line: fmt.Sprintf("reasons %d", r.N)})
	}
}

func reasonColumns() []cards.Text {
	return []cards.Text{cards.T("result.column_count"), cards.T("result.column_state"), cards.T("result.column_why")}
}

// reasonRow says how many came to an end for a reason.
func reasonRow(count int64, state State, why cards.Text) cards.Row {
	return cards.Row{
		Text:  cards.T("result.reason", "count", count, "state", nowText(state), "why", why),
		Cells: []cards.Text{cards.T("result.cell_count", "count", count), nowText(state), why},
	}
}

// reasonsOf counts deliveries by their ends and reasons, the most frequent first, but for those
// about which there is nothing to say.
func reasonsOf(ds []sending.Delivery) (rows []cards.Row) {
	type group struct {
		d     sending.Delivery
		count int64
	}
	groups := map[string]*group{}
	var order []string
	for _, d := range ds {
		if d.State == sending.Done && d.Reason.IsZero() {
			continue
		}
		key := string(d.State) + d.Reason.JSON()
		if groups[key] == nil {
			groups[key] = &group{d: d}
			order = append(order, key)
		}
		groups[key].count++
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(groups[b].count, groups[a].count) })
	for _, key := range order {
		g := groups[key]
		rows = append(rows, reasonRow(g.count, State(g.d.State), g.d.Reason))
	}
	return rows
}
