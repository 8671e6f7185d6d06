package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

// commentUnreply takes the answer to a comment away.
func commentUnreply() *Command {
	return toComment("comment unreply", "comment_unreplied",
		func(ctx context.Context, w wechat.Account, of wechat.Commented, id string) error {
			return w.DeleteReply(ctx, of, id)
		},
		func(who cards.User, id, article string) cards.Text {
			return cards.T("comments.did_unreply", "who", who, "id", id, "article", article)
		})
}
