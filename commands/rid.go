package commands

import (
	"context"
	"regexp"
	"strings"

	"magpie/cards"
)

type ridArgs struct {
	RID string `arg:"" name:"RID" example:"61725984-6126f6f9-040f19c4"`
}

// rid explains the request id that a failure bears.
func rid() *Command {
	return asking(Command{
		Path:     "rid",
		Examples: []string{`rid 61725984-6126f6f9-040f19c4`},
		grammar:  func() any { return new(ridArgs) },
	}, func(ctx context.Context, b *Book, args any) (cards.Card, error) {
		id := strings.TrimSpace(strings.TrimPrefix(args.(*ridArgs).RID, "rid:"))
		r, err := b.wechat.RID(ctx, id)
		if err != nil {
			return cards.Card{}, err
		}
		return cards.Card{
			Title: cards.T("answer.rid", "rid", id),
			Fields: []cards.Field{
				{Label: cards.T("answer.rid_when"), Value: day(r.InvokeTime)},
				{Label: cards.T("answer.rid_took"), Value: cards.Plain(r.Cost.String())},
				{Label: cards.T("answer.rid_from"), Value: cards.Code(r.ClientIP)},
			},
			Content: contents{}.add("request_url", withoutToken(r.RequestURL)).add("request_body", r.RequestBody).add("response_body", r.ResponseBody),
		}, nil
	})
}

var tokenParam = regexp.MustCompile(`([?&])access_token=[^&]*&?`)

// withoutToken leaves out where the token stood, which is masked already.
func withoutToken(address string) string {
	return strings.TrimRight(tokenParam.ReplaceAllString(address, "$1"), "?&")
}
