package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// rows gives a file of all rows that a broadcast leaves out.
func rows() *Command {
	return &Command{
		Path:     "rows",
		Role:     outbox.Sender,
		stands:   true,
		Examples: []string{`rows 17`},
		grammar:  func() any { return new(numberArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			n, where := int64(args[0].(*numberArgs).N), call.Where
			where.User = call.Who.ID // theirs, where the bot may not post
			if err := b.outbox.ShareRows(ctx, n, where); err != nil {
				return Answer{}, err
			}
			return Answer{Card: cards.Card{Body: []cards.Text{cards.T("answer.rows", "n", n)}}, Request: n}, nil
		},
	}
}
