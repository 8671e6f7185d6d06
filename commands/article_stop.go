package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

// articleStop has the writer stop; what it wrote is kept.
func articleStop() *Command {
	return &Command{
		Path:     "article stop",
		Role:     outbox.Sender,
		Examples: []string{`article stop A3`},
		grammar:  func() any { return new(articleArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleArgs) (articles.Said, error) {
			return b.articles.StopWriting(ctx, call.act(a.N))
		}),
	}
}
