package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

type articleMendArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	Code string        `arg:"" name:"CODE" example:"link.appstore"`
	Of   int64         `name:"of" placeholder:"REVISION"`
	Nth  int           `name:"nth"`
}

// articleMend mends one finding of `article check`. Its buttons say it.
func articleMend() *Command {
	return &Command{
		Path:     "article mend",
		Role:     outbox.Sender,
		Hidden:   true,
		Examples: []string{`article mend A3 source.appstore`},
		grammar:  func() any { return new(articleMendArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleMendArgs) (articles.Said, error) {
			return b.articles.Mend(ctx, call.act(a.N), a.Code, a.Of, a.Nth)
		}),
	}
}
