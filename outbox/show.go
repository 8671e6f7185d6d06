package outbox

import (
	"context"
	"slices"

	"magpie/cards"
)

// Show draws one request as others script against it: its state by its English name, what is
// sent to the letter, its deliveries and its whole record. Refuses with
// cards.NotFound where there is no such request.
func (o *drawer) Show(ctx context.Context, n int64) (cards.Card, error) {
	r, err := o.request(ctx, o.DB, n)
	if isNone(err) {
		return cards.Card{}, noRequest(ctx, o.DB, n)
	} else if err != nil {
		return cards.Card{}, err
	}
	card, err := o.requestCard(ctx, r)
	if err != nil {
		return card, err
	}
	if card.Content, err = o.exactly(ctx, r); err != nil {
		return card, err
	}
	card.Fields = append([]cards.Field{{Label: cards.T("field.state"), Value: o.stateLine(r)}}, card.Fields...)
	if r.Broadcast != nil && r.State != Waiting {
		if err := o.listOutcomes(ctx, &card, r); err != nil {
			return card, err
		}
	} else if !slices.Contains([]State{Waiting, Rejected, Withdrawn, Expired}, r.State) { // of these nothing was to be called
		ds, err := o.Engine.Deliveries(ctx, o.DB, r.Order)
		if err != nil {
			return card, err
		}
		o.listDeliveries(&card, r, ds)
	}
	for _, row := range card.Rows { // in sentences, as others script against them
		card.Body = append(card.Body, row.Text)
	}
	card.Rows, card.Columns = nil, nil
	acts, err := o.record(ctx, o.DB, n)
	if err != nil {
		return card, err
	}
	for _, a := range acts {
		card.Body = append(card.Body, actText(a))
	}
	return card, nil
}

func (o *drawer) stateLine(r Request) cards.Text {
	if t := r.Tally; t.Done+t.Failed+t.Unclear+t.Stopped == 0 {
		return stateText(r.State)
	}
	return cards.T("card.state", "state", stateText(r.State), "tally", tallyText(r.Tally))
}

func (o *drawer) approvalsLine(r Request) cards.Text {
	if r.Grant > 0 {
		return cards.T("card.granted", "n", r.Grant)
	}
	if len(r.Approvals) == 0 {
		if len(r.Sets) > 0 && r.State == Waiting {
			return cards.T("card.approvals_sets_none", "count", r.Need, "missing", r.missingText())
		}
		return cards.T("card.approvals_none", "count", r.Need)
	}
	by := make([]cards.Text, len(r.Approvals))
	for i, a := range r.Approvals {
		by[i] = approvalText(a)
	}
	if len(r.Sets) > 0 && r.State == Waiting {
		return cards.T("card.approvals_sets", "have", len(by), "count", r.Need, "by", by, "missing", r.missingText())
	}
	return cards.T("card.approvals", "have", len(by), "count", r.Need, "by", by)
}
