package commands

import (
	"context"

	"magpie/cards"
)

// commentUnreply takes the answer to a comment away.
func commentUnreply() *Command {
	return ofComments(Command{
		Path:     "comment unreply",
		Examples: []string{`comment unreply A3 12`},
		grammar:  func() any { return new(commentArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentArgs)
		of, err := b.commented(ctx, a.N)
		if err != nil {
			return Answer{}, err
		}
		return b.told(ctx, call, a.N, "comment_unreplied", string(a.ID), func() error { return b.wechat.DeleteReply(ctx, of, string(a.ID)) },
			cards.T("comments.did_unreply", "who", cards.User(call.Who.ID), "id", string(a.ID), "article", nameOf(a.N)))
	})
}
