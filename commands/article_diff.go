package commands

import (
	"context"

	"magpie/outbox"
)

type articleDiffArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	From int64         `name:"from" placeholder:"REVISION"`
	To   int64         `name:"to" placeholder:"REVISION"`
}

// articleDiff shows what has changed, since the last approval where there is one.
func articleDiff() *Command {
	return &Command{
		Path:     "article diff",
		Role:     outbox.Everyone,
		Examples: []string{`article diff A3`, `article diff A3 from=1 to=3`},
		grammar:  func() any { return new(articleDiffArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*articleDiffArgs)
			card, err := b.articles.Diff(ctx, call.Account, int64(a.N), a.From, a.To)
			return Answer{Card: card}, err
		},
	}
}
