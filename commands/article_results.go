package commands

import (
	"context"

	"magpie/outbox"
)

// articleResults tells how an article is read, in every account or in one.
func articleResults() *Command {
	return &Command{
		Path:     "article results",
		Role:     outbox.Everyone,
		Examples: []string{`article results A3`},
		looks:    true,
		grammar:  func() any { return new(articleArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			of := b.outbox.Accounts
			if call.Account != "" {
				of = outbox.Accounts{call.Account}
			}
			ctx, cancel := context.WithTimeout(ctx, lookWithin)
			defer cancel()
			card, err := b.outcomes.Results(ctx, of, int64(args[0].(*articleArgs).N), b.served.Title)
			return Answer{Card: card}, unread(ctx, err)
		},
	}
}
