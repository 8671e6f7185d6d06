package commands

import (
	"context"
	"slices"

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
			looking, cancel := context.WithTimeout(ctx, lookWithin)
			defer cancel()
			var left unseen
			seen := slices.DeleteFunc(found, func(a articles.Article) bool {
				return !b.lists(looking, call, origin{by: a.By, channel: a.Where.Channel}, &left)
			})
			card, err := b.articles.List(ctx, seen[:min(len(seen), listed)])
			card.Notes = append(card.Notes, left.notes()...)
			return Answer{Card: card}, err
		},
	}
}
