package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

type articleReviseArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	Wish string        `arg:"" name:"CHANGE" lines:"" example:"\"shorter, and say where the tea grows\""`
}

// articleRevise has the writer change an article.
func articleRevise() *Command {
	return &Command{
		Path:     "article revise",
		Role:     outbox.Sender,
		Examples: []string{`article revise A3 "shorter, and say where the tea grows"`},
		Asks:     true,
		grammar:  func() any { return new(articleReviseArgs) },
		do: changing(outbox.Sender, func(ctx context.Context, b *Book, call Call, a *articleReviseArgs) (articles.Said, error) {
			return b.articles.Revise(ctx, call.act(a.N), a.Wish)
		}),
	}
}
