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
		grammar:  func() any { return new(pageArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			looking, cancel := context.WithTimeout(ctx, seeWithin)
			defer cancel()
			var left unseen
			sees := func(by string, where cards.Place, ofAccount bool) bool {
				err := b.sight.sees(looking, call, origin{by: by, channel: where.Channel, open: ofAccount})
				if err != nil {
					left.add(err)
				}
				return err == nil
			}
			var card cards.Card
			for _, account := range accountsOf(b.outbox, call) {
				its, err := b.audiences.List(ctx, account, sees)
				if err != nil {
					return Answer{}, err
				}
				if call.Account != "" {
					card = its
					break
				}
				for i, row := range its.Rows {
					its.Rows[i].Text, row.Cells[0] = b.served.withTitle(call, account, row.Text), b.served.withTitle(call, account, row.Cells[0])
				}
				card.Title, card.Rows, card.Notes = its.Title, append(card.Rows, its.Rows...), its.Notes
				if len(its.Rows) > 0 {
					card.Columns = its.Columns
				} else if len(card.Rows) == 0 {
					card.Body = its.Body
				}
			}
			if len(card.Rows) > 0 && call.Account == "" {
				card.Body = nil
			}
			var note []cards.Text
			card.Rows, note, card.Buttons = pageOf(b, call, card.Rows, args[0].(*pageArgs).Page, path)
			card.Notes = append(append(note, card.Notes...), left.notes()...)
			return Answer{Card: card}, nil
		},
	}
}
