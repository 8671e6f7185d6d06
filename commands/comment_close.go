package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

// commentClose lets nobody comment on an article any more.
func commentClose() *Command {
	return toComments("comment close", "comments_closed",
		func(ctx context.Context, w wechat.Account, of wechat.Commented) error {
			return w.CloseComments(ctx, of)
		},
		func(who cards.User, article string) cards.Text {
			return cards.T("comments.did_close", "who", who, "article", article)
		})
}
