package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

type accountUseArgs struct {
	Name string `arg:"" name:"NAME" example:"shop-mini"`
}

// accountUse has the lines of the channel in which it is said be for an account: an admin's.
func accountUse() *Command {
	return &Command{
		Path:     "account use",
		Role:     outbox.Admin,
		Examples: []string{`account use shop-mini`, `account use none`},
		grammar:  func() any { return new(accountUseArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			name := args[0].(*accountUseArgs).Name
			if call.Where.Channel == "" {
				return Answer{}, cards.Refuse("fault.account_no_channel")
			}
			if name == "none" {
				said, err := b.outbox.UseAccount(ctx, call.press(0), "", "")
				return answer(said, err)
			}
			a, known := b.served.accounts.Named(name)
			if !known {
				return Answer{}, atField(b.served.unknownAccount(name), "NAME")
			}
			said, err := b.outbox.UseAccount(ctx, call.press(0), a.AppID(), a.Title)
			return answer(said, err)
		},
	}
}
