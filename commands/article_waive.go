package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

type articleWaiveArgs struct {
	N      ArticleNumber `arg:"" name:"A" example:"A3"`
	K      int           `arg:"" name:"K" example:"1"`
	Reason string        `name:"reason" required:"" lines:"" loose:"" placeholder:"\"…\""`
}

// articleWaive lets a fact mark stand. Said without a reason, as the button says it, it
// asks for one.
func articleWaive() *Command {
	return &Command{
		Path:     "article waive",
		Role:     outbox.Approver,
		Examples: []string{`article waive A3 1 reason="the farm confirmed it by phone"`},
		Asks:     true,
		grammar:  func() any { return new(articleWaiveArgs) },
		do: changing(outbox.Approver, func(ctx context.Context, b *Book, call Call, a *articleWaiveArgs) (articles.Said, error) {
			return b.articles.Waive(ctx, call.act(a.N), a.K, a.Reason)
		}),
	}
}
