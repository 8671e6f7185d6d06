package commands

import (
	"context"

	"magpie/outbox"
)

// articlesList lists the newest articles.
func articlesList() *Command {
	return &Command{
		Path:     "articles",
		Role:     outbox.Everyone,
		Examples: []string{`articles`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, _ Call, _ []any) (Answer, error) {
			card, err := b.articles.List(ctx, listed)
			return Answer{Card: card}, err
		},
	}
}
