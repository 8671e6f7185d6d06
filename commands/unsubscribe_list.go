package commands

import (
	"context"

	"magpie/outbox"
)

type unsubscribeListArgs struct {
	Next string `name:"next" placeholder:"OPENID"`
}

// unsubscribeList shows who gets nothing more, and who saw to it.
func unsubscribeList() *Command {
	return &Command{
		Path:     "unsubscribe list",
		Role:     outbox.Sender,
		Examples: []string{`unsubscribe list`},
		grammar:  func() any { return new(unsubscribeListArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			card, err := b.audiences.UnsubscribeList(ctx, call.Account, args[0].(*unsubscribeListArgs).Next)
			return Answer{Card: card}, err
		},
	}
}
