package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

// commentUnfeature takes a comment out of those that everybody sees.
func commentUnfeature() *Command {
	return toComment("comment unfeature", "comment_unfeatured",
		func(ctx context.Context, w wechat.Account, of wechat.Commented, id string) error {
			return w.UnfeatureComment(ctx, of, id)
		},
		func(who cards.User, id, article string) cards.Text {
			return cards.T("comments.did_unfeature", "who", who, "id", id, "article", article)
		})
}
