package commands

import (
	"context"
	"regexp"

	"magpie/cards"
	"magpie/outbox"
)

type tokenArgs struct {
	Name string `arg:"" name:"NAME" example:"ci"`
}

// tokenName is what a token may be called.
var tokenName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$`)

// tokenNew makes a token by which another program says lines as whoever makes it.
func tokenNew() *Command {
	return &Command{
		Path:     "token new",
		Role:     outbox.Sender,
		Examples: []string{`token new ci`},
		grammar:  func() any { return new(tokenArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			name := args[0].(*tokenArgs).Name
			if !tokenName.MatchString(name) {
				return Answer{}, atField(cards.Refuse("fault.token_name", "name", cards.Code(name)), "NAME")
			}
			said, token, err := b.outbox.NewToken(ctx, call.press(0), name)
			if err != nil || token == "" {
				return answer(said, err)
			}
			return Answer{Card: cards.Card{
				Body:  []cards.Text{cards.T("answer.token", "name", cards.Code(name), "token", cards.Code(token))},
				Notes: []cards.Text{cards.T("answer.token_once", "line", cards.Code(b.index.command+" token revoke "+name))},
			}}, nil
		},
	}
}

type tokenRevokeArgs struct {
	Name string `arg:"" name:"NAME" example:"ci"`
	Who  string `name:"who" placeholder:"@USER"`
}

// tokenRevoke ends a token at once: one's own, or for an admin anybody's.
func tokenRevoke() *Command {
	return &Command{
		Path:     "token revoke",
		Role:     outbox.Everyone,
		Examples: []string{`token revoke ci`, `token revoke ci who=@USER`},
		grammar:  func() any { return new(tokenRevokeArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a, of := args[0].(*tokenRevokeArgs), ""
			if a.Who != "" {
				var err error
				if of, err = mentioned(a.Who, "who"); err != nil {
					return Answer{}, err
				}
			}
			return answer(b.outbox.RevokeToken(ctx, call.press(0), of, a.Name))
		},
	}
}

// tokens lists one's own tokens, and everybody's for an admin.
func tokens() *Command {
	return &Command{
		Path:     "tokens",
		Role:     outbox.Everyone,
		Examples: []string{`tokens`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			of := call.Who.ID
			if b.roles.May(call.Who, outbox.Admin) == nil {
				of = ""
			}
			all, err := b.outbox.Tokens(ctx, of)
			if err != nil {
				return Answer{}, err
			}
			if len(all) == 0 {
				return Answer{Card: cards.Card{Body: []cards.Text{cards.T("answer.tokens_none", "line", cards.Code(b.index.command+" token new NAME"))}}}, nil
			}
			rows := make([]cards.Text, len(all))
			for i, t := range all {
				rows[i] = cards.T("answer.tokens_row", "name", cards.Code(t.Name), "who", cards.User(t.Owner), "at", t.MadeAt)
			}
			return Answer{Card: cards.Card{Title: cards.T("answer.tokens"), Body: []cards.Text{lines(rows)}}}, nil
		},
	}
}
