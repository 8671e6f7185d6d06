package commands

import (
	"context"
	"strings"

	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
)

// Forgetter forgets people of WeChat's.
type Forgetter interface {
	// Forget removes a person from everywhere in the database, as who (a Slack id) wants, and says
	// what came of it: an answer of "still at it" where that takes longer than a person waits. It
	// refuses, without a code, while something would still write to the person.
	Forget(ctx context.Context, openid, who string) (cards.Text, error)
}

type forgetArgs struct {
	OpenID string `arg:"" name:"OPENID" example:"oAlpha"`
}

// forget removes a person from everywhere. It goes around the outbox: what that keeps of a line
// would name the person.
func forget() *Command {
	return &Command{
		Path:     "forget",
		Role:     outbox.Admin,
		looks:    true,
		Examples: []string{`forget OPENID`},
		grammar:  func() any { return new(forgetArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			if err := b.mayOrRefuse(ctx, call, outbox.Admin); err != nil {
				return Answer{}, err
			}
			openid := args[0].(*forgetArgs).OpenID
			if !audiences.IsOpenID(openid) {
				return Answer{}, atField(cards.Refuse("fault.forget_openid"), "OPENID")
			}
			said, err := b.forgetter.Forget(ctx, openid, call.Who.ID)
			if err != nil {
				return Answer{}, err
			}
			return Answer{Card: cards.Card{Body: []cards.Text{said}}}, nil
		},
	}
}

// onRecord is a line as the record keeps that it was refused: without whom to forget.
func onRecord(line string) string {
	if words := strings.Fields(line); len(words) > 1 && strings.EqualFold(words[0], "forget") {
		return "forget …"
	}
	return line
}
