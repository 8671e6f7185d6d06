package commands

import (
	"context"

	"magpie/outbox"
)

type detailsArgs struct {
	N    Number `arg:"" name:"N" example:"17"`
	Page int    `name:"page" example:"2"`
}

// details shows a request to the letter: pressed in a modal that pages, said in a private
// answer.
func details() *Command {
	return &Command{
		Path:     "details",
		Role:     outbox.Everyone,
		Examples: []string{`details 17`},
		grammar:  func() any { return new(detailsArgs) },
		do: func(ctx context.Context, b *Book, _ Call, args []any) (Answer, error) {
			a := args[0].(*detailsArgs)
			card, err := b.outbox.Details(ctx, int64(a.N))
			if err != nil {
				return Answer{}, err
			}
			return Answer{Card: card, Sheet: true, Page: max(1, a.Page), Request: int64(a.N)}, nil
		},
	}
}
