package commands

import (
	"context"
	"slices"
	"strconv"

	"magpie/cards"
	"magpie/outbox"
)

type requestsArgs struct {
	State *string `arg:"" optional:"" name:"STATE" enum:"preparing,waiting,approved,sending,paused,done,partly,failed,unclear,stopped,rejected,expired,withdrawn"`
}

// listed is how many requests are listed at most.
const listed = 20

func requests() *Command {
	return &Command{
		Path:     "requests",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`requests`, `requests waiting`},
		grammar:  func() any { return new(requestsArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			state := outbox.State(orNone(args[0].(*requestsArgs).State))
			accounts := b.accountsOf(call)
			found, err := b.outbox.Requests(ctx, accounts, state, 5*listed)
			if err != nil {
				return Answer{}, err
			}
			seen, left := visibleOf(ctx, b, call, found, listed, func(r outbox.Request) origin {
				return origin{by: r.By, channel: r.Where.Channel}
			})
			card := b.list(call, seen, state)
			card.Notes = append(card.Notes, left.notes()...)
			elsewhere, err := b.outbox.Elsewhere(ctx, b.outbox.Accounts, state)
			if err != nil {
				return Answer{}, err
			}
			if elsewhere > 0 {
				card.Notes = append(card.Notes, cards.T("answer.requests_elsewhere", "count", elsewhere))
			}
			card, err = b.underHold(ctx, card)
			return Answer{Card: card}, err
		},
	}
}

// underHold has a list begin with what is held.
func (b *Book) underHold(ctx context.Context, card cards.Card) (cards.Card, error) {
	holds, err := b.outbox.Holds(ctx)
	for _, h := range slices.Backward(holds) {
		card.Body = append([]cards.Text{b.outbox.HoldText(h)}, card.Body...)
	}
	return card, err
}

// list shows requests, a line each, the newest first.
func (b *Book) list(call Call, found []outbox.Request, state outbox.State) cards.Card {
	card := cards.Card{Title: cards.T("answer.requests")}
	if state != "" {
		card.Title = cards.T("answer.requests_state", "state", cards.T("state."+string(state)))
	}
	if len(found) == 0 {
		card.Body = []cards.Text{cards.T("answer.requests_none")}
		return card
	}
	rows := make([]cards.Text, len(found))
	for i, r := range found {
		rows[i] = b.withTitle(call, r.Account, cards.T("answer.request", "n", r.N, "kind", cards.T("kind."+r.Kind), "count", r.Size,
			"state", cards.T("state."+string(r.State)), "who", cards.User(r.By), "at", r.AskedAt))
	}
	card.Body = []cards.Text{lines(rows)}
	if len(found) == listed {
		card.Notes = append(card.Notes, cards.T("answer.requests_more", "count", listed))
	}
	card.Notes = append(card.Notes, cards.T("answer.requests_show", "line", cards.Code(b.said("show "+strconv.FormatInt(found[0].N, 10)))))
	return card
}
