package commands

import (
	"context"

	"magpie/cards"
)

// commentUnfeature has a comment no more stand below the article for everybody.
func commentUnfeature() *Command {
	return ofComments(Command{
		Path:     "comment unfeature",
		Examples: []string{`comment unfeature A3 12`},
		grammar:  func() any { return new(commentArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentArgs)
		of, err := b.commented(ctx, a.N)
		if err != nil {
			return Answer{}, err
		}
		return b.told(ctx, call, a.N, "comment_unfeatured", string(a.ID), func() error { return b.wechat.UnfeatureComment(ctx, of, string(a.ID)) },
			cards.T("comments.did_unfeature", "who", cards.User(call.Who.ID), "id", string(a.ID), "article", nameOf(a.N)))
	})
}
