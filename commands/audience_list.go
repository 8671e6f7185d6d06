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
			card, err := b.audiences.List(ctx, call.Account, func(by string, where cards.Place, ofAccount bool) bool {
				err := b.sees(looking, call, origin{by: by, channel: where.Channel, open: ofAccount})
				if err != nil {
					left.add(err)
				}
				return err == nil
			})
			card.Notes = append(card.Notes, left.notes()...)
			return Answer{Card: card}, err
		},
	}
}
