package commands

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/outbox"
)

type reasonsArgs struct {
	N    Number  `arg:"" name:"N" example:"17"`
	Page *Number `name:"page" example:"2"`
}

// reasons lists why deliveries of a request failed or are unclear, page by page.
func reasons() *Command {
	return &Command{
		Path:     "reasons",
		Role:     outbox.Everyone,
		Examples: []string{`reasons 17`, `reasons 17 page=2`},
		grammar:  func() any { return new(reasonsArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*reasonsArgs)
			n := int64(a.N)
			card, err := b.outbox.Reasons(ctx, n)
			if err != nil {
				return Answer{}, err
			}
			if len(card.Rows) == 0 {
				card.Body = []cards.Text{cards.T("reasons.none", "n", n)}
			}
			card.Rows, card.Notes, card.Buttons = pageOf(b, call, card.Rows, a.Page, fmt.Sprintf("reasons %d", n))
			return Answer{Card: card, Request: n}, nil
		},
	}
}
