package commands

import (
	"context"

	"magpie/outbox"
)

type numberArgs struct {
	N Number `arg:"" name:"N" example:"17"`
}

func show() *Command {
	return &Command{
		Path:     "show",
		Role:     outbox.Everyone,
		Examples: []string{`show 17`},
		grammar:  func() any { return new(numberArgs) },
		do: func(ctx context.Context, b *Book, _ Call, args []any) (Answer, error) {
			n := int64(args[0].(*numberArgs).N)
			card, err := b.outbox.Show(ctx, n)
			if err != nil {
				return Answer{}, err
			}
			return Answer{Card: card, Request: n}, nil
		},
	}
}
