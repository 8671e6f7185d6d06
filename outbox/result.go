package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/sending"
)

// resultCard is the reply in the thread: what came of a request, per recipient up to
// ten, then counted with the reasons.
func (o *drawer) resultCard(ctx context.Context, r Request) (cards.Card, error) {
	k, known := o.kinds.of(r.Account, r.Kind)
	if !known {
		return cards.Card{}, fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
	}
	card := cards.Card{Account: r.Account, Title: cards.T("result.title", "n", r.N, "sign", k.sign(r), "state", k.standing(r))}
	a, err := o.decided(ctx, o.DB, r)
	if err != nil {
		return card, err
	}
	if a == nil { // a request from before acts were kept has none
		a = &Act{At: r.EndedAt}
	}
	switch r.State {
	case Rejected:
		card.Body = append(card.Body, cards.T("result.rejected", "who", cards.User(r.By), "by", a.by(), "at", a.At, "reason", cards.Plain(r.Reason)))
		return card, nil
	case Withdrawn:
		card.Body = append(card.Body, cards.T("result.withdrawn", "by", a.by(), "at", a.At))
		if !a.Note.IsZero() {
			card.Body = append(card.Body, a.Note)
		}
		return card, nil
	case Stopped:
		card.Body = append(card.Body, cards.T("result.stopped", "by", a.by(), "at", a.At))
	case Expired:
		card.Body = append(card.Body, cards.T("result.expired", "who", cards.User(r.By)))
		return card, nil
	}
	card.Body = append(card.Body, o.toldTo(k, r))
	if r.State == Done {
		next, err := k.next(r.Payload, r.EndedAt)
		if err != nil {
			return card, err
		}
		if !next.IsZero() {
			card.Body = append(card.Body, next)
		}
	}
	if r.Broadcast != nil {
		if err := o.listOutcomes(ctx, &card, r); err != nil {
			return card, err
		}
		card.Body = append(card.Body, skippedLines(r.Broadcast.Skipped)...)
		card.Buttons = append(card.Buttons, r.rowsButton()...)
	} else {
		ds, err := o.Engine.Deliveries(ctx, o.DB, r.Order)
		if err != nil {
			return card, err
		}
		o.listDeliveries(&card, r, ds)
	}
	if r.isOpen() {
		card.Body = append(card.Body, cards.T("result.unclear", "who", o.mentions(), "n", r.N))
	}
	return card, nil
}

// toldTo tells whoever asked what came of it, but for what the title says already.
func (o *drawer) toldTo(k kind, r Request) cards.Text {
	t := r.Tally
	switch {
	case r.State == Failed && r.Size > 1:
		return cards.T("result.none", "who", cards.User(r.By), "count", t.Failed)
	case r.State == Failed && k.sends():
		return cards.T("result.not_sent", "who", cards.User(r.By))
	case r.State == Failed:
		return cards.T("result.not_done", "who", cards.User(r.By))
	case r.State == Unclear && t.Done+t.Failed == 0:
		return cards.T("result.all_unclear", "who", cards.User(r.By), "count", t.Unclear)
	}
	return cards.T("result.tally", "who", cards.User(r.By))
}

// listOutcomes adds what became of a broadcast's members to a card: how many came to the
// same end for the same reason, and the first whose end nobody knows.
func (o *drawer) listOutcomes(ctx context.Context, card *cards.Card, r Request) error {
	counts, unclear, err := o.Engine.Summary(ctx, r.Order, namedRecipients)
	if err != nil {
		return err
	}
	all := make([]cards.Row, len(counts))
	for i, c := range counts {
		all[i] = reasonRow(int64(c.N), State(c.State), c.Why)
	}
	addReasons(card, r, all)
	if len(unclear) > 0 {
		card.Body = append(card.Body, cards.T("result.unclear_names", "count", r.Tally.Unclear, "who", cards.Codes(unclear)))
	}
	return nil
}

// listDeliveries adds deliveries to a card: each of up to ten, else each reason with
// its count.
func (o *drawer) listDeliveries(card *cards.Card, r Request, ds []sending.Delivery) {
	if len(ds) <= namedRecipients {
		for _, d := range ds {
			if len(ds) > 1 || d.State != sending.Done || !d.Reason.IsZero() {
				card.Body = append(card.Body, deliveryText(d))
			}
			k, _ := o.kinds.of(r.Account, r.Kind)
			if result := k.result; result != nil && d.Receipt != nil {
				card.Fields = append(card.Fields, result(d.Receipt)...)
			}
			if k.shows != nil && d.Receipt != nil {
				card.Image = k.shows(d.Receipt)
			}
		}
		return
	}
	addReasons(card, r, reasonsOf(ds))
}

func deliveryText(d sending.Delivery) cards.Text {
	who := cards.T("result.the_call")
	if d.Recipient != "" {
		who = cards.Code(d.Recipient)
	}
	if d.Reason.IsZero() {
		return cards.T("result.delivery", "to", who, "state", nowText(State(d.State)))
	}
	return cards.T("result.delivery_why", "to", who, "state", nowText(State(d.State)), "why", d.Reason)
}
