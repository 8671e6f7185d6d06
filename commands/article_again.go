package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

// articleAgain takes up what the writer did not finish, at the stage it had come to.
func articleAgain() *Command {
	return &Command{
		Path:     "article again",
		Role:     outbox.Sender,
		Examples: []string{`article again A3`},
		grammar:  func() any { return new(articleArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleArgs) (articles.Said, error) {
			return b.articles.Again(ctx, call.act(a.N))
		}),
	}
}
