package commands

import (
	"context"

	"magpie/cards"
	"magpie/wechat"
)

// commentOpen lets people comment on an article.
func commentOpen() *Command {
	return toComments("comment open", "comments_opened",
		func(ctx context.Context, w wechat.Account, of wechat.Commented) error { return w.OpenComments(ctx, of) },
		func(who cards.User, article string) cards.Text {
			return cards.T("comments.did_open", "who", who, "article", article)
		})
}
