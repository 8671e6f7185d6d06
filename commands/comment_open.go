package commands

import (
	"context"

	"magpie/cards"
)

// commentOpen lets people comment on an article.
func commentOpen() *Command {
	return ofComments(Command{
		Path:     "comment open",
		Examples: []string{`comment open A3`},
		grammar:  func() any { return new(articleArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		n := args.(*articleArgs).N
		of, err := b.commented(ctx, n)
		if err != nil {
			return Answer{}, err
		}
		return b.told(ctx, call, n, "comments_opened", "", func() error { return b.wechat.OpenComments(ctx, of) }, cards.T("comments.did_open", "who", cards.User(call.Who.ID), "article", nameOf(n)))
	})
}
