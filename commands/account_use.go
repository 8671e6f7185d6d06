package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
)

// noAccount takes a channel's account back.
const noAccount = "none"

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
			if name == noAccount {
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

// withAccounts has the form of account use offer the accounts, by their titles, and none.
func (s *served) withAccounts(form *cards.Form) {
	in := form.Input("NAME")
	if form.Line != "account use" || in == nil {
		return
	}
	for _, a := range s.accounts {
		in.Choices = append(in.Choices, cards.Choice{Value: a.Name, Label: cards.Plain(a.Title)})
	}
	in.Choices = append(in.Choices, cards.Choice{Value: noAccount, Label: cards.T("form.account_none")})
	in.Example = ""
}
