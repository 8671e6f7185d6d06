package commands

import (
	"context"

	"magpie/cards"
)

// commentClose lets nobody comment on an article any more.
func commentClose() *Command {
	return ofComments(Command{
		Path:     "comment close",
		Examples: []string{`comment close A3`},
		grammar:  func() any { return new(articleArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		n := args.(*articleArgs).N
		of, err := b.commented(ctx, n)
		if err != nil {
			return Answer{}, err
		}
		return b.told(ctx, call, n, "comments_closed", "", func() error { return b.wechat.CloseComments(ctx, of) }, cards.T("comments.did_close", "who", cards.User(call.Who.ID), "article", nameOf(n)))
	})
}
