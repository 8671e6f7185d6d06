package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

// articlesList lists the newest articles.
func articlesList() *Command {
	return &Command{
		Path:     "articles",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`articles`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			found, err := b.articles.Articles(ctx, 5*listed)
			if err != nil {
				return Answer{}, err
			}
			seen, left := visibleOf(ctx, b.sight, call, found, listed, func(a articles.Article) origin {
				return origin{by: a.By, channel: a.Where.Channel}
			})
			card, err := b.articles.List(ctx, seen)
			card.Notes = append(card.Notes, left.notes()...)
			return Answer{Card: card}, err
		},
	}
}
