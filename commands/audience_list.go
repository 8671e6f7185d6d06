package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// audienceList lists the audiences; `audiences` is short for it.
func audienceList(path string) *Command {
	return &Command{
		Path:     path,
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{path},
		Hidden:   path != "audience list",
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			looking, cancel := context.WithTimeout(ctx, seeWithin)
			defer cancel()
			var left unseen
			sees := func(by string, where cards.Place, ofAccount bool) bool {
				err := b.sees(looking, call, origin{by: by, channel: where.Channel, open: ofAccount})
				if err != nil {
					left.add(err)
				}
				return err == nil
			}
			var card cards.Card
			for _, account := range b.accountsOf(call) {
				its, err := b.audiences.List(ctx, account, sees)
				if err != nil {
					return Answer{}, err
				}
				if call.Account != "" {
					card = its
					break
				}
				card.Title = its.Title
				card.Body = append(append(card.Body, cards.T("answer.of_account", "title", b.accounts.Of(account).Title)), its.Body...)
			}
			card.Notes = append(card.Notes, left.notes()...)
			return Answer{Card: card}, nil
		},
	}
}
