package commands

import (
	"context"

	"magpie/outbox"
)

type approveArgs struct {
	N Number `arg:"" optional:"" name:"N" example:"17"`
}

// approve counts the person's approval of a request. Without a number it lists what waits for
// it.
func approve() *Command {
	return &Command{
		Path:     "approve",
		Role:     outbox.Approver,
		Examples: []string{`approve 17`, `approve`},
		looks:    true, // how many it reaches by now
		grammar:  func() any { return new(approveArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if n := args[0].(*approveArgs).N; n > 0 {
				said, err := b.outbox.Approve(ctx, call.press(n))
				return answer(said, err)
			}
			card, err := b.lists.list(ctx, b.served.anywhere(call), "waiting-for-me", 0)
			return Answer{Card: card}, err
		},
	}
}
