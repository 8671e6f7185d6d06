package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

// articleRemove puts an article away. What WeChat has of it stays there.
func articleRemove() *Command {
	return &Command{
		Path:     "article remove",
		Role:     outbox.Sender,
		Examples: []string{`article remove A3`},
		grammar:  func() any { return new(articleArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleArgs) (articles.Said, error) {
			return b.articles.Remove(ctx, call.act(a.N))
		}),
	}
}
