package commands

import (
	"context"

	"magpie/cards"
)

// commentFeature has everybody see a comment below the article.
func commentFeature() *Command {
	return ofComments(Command{
		Path:     "comment feature",
		Examples: []string{`comment feature A3 12`},
		grammar:  func() any { return new(commentArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentArgs)
		of, err := b.commented(ctx, a.N)
		if err != nil {
			return Answer{}, err
		}
		return b.told(ctx, call, a.N, "comment_featured", string(a.ID), func() error { return b.wechat.FeatureComment(ctx, of, string(a.ID)) },
			cards.T("comments.did_feature", "who", cards.User(call.Who.ID), "id", string(a.ID), "article", nameOf(a.N)))
	})
}
