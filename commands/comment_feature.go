package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

// commentFeature has everybody see a comment below the article.
func commentFeature() *Command {
	return toComment("comment feature", "comment_featured",
		func(ctx context.Context, w wechat.Account, of wechat.Commented, id string) error {
			return w.FeatureComment(ctx, of, id)
		},
		func(who cards.User, id, article string) cards.Text {
			return cards.T("comments.did_feature", "who", who, "id", id, "article", article)
		})
}
