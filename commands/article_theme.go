package commands

import (
	"context"

	"magpie/articles"
	"magpie/outbox"
)

type articleThemeArgs struct {
	N     ArticleNumber `arg:"" name:"A" example:"A3"`
	Theme string        `arg:"" name:"NAME" optional:"" example:"forest"`
	Code  string        `name:"code" placeholder:"STYLE"`
	Lines *string       `name:"lines" enum:"on,off"`
}

// articleTheme changes how an article is drawn. Without anything to change it shows what
// there is.
func articleTheme() *Command {
	return &Command{
		Path:     "article theme",
		Role:     outbox.Sender,
		Examples: []string{`article theme A3`, `article theme A3 forest`, `article theme A3 code=github lines=on`},
		grammar:  func() any { return new(articleThemeArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*articleThemeArgs)
			if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
				return Answer{}, err
			}
			if a.Theme == "" && a.Code == "" && a.Lines == nil {
				card, err := b.articles.Looks(ctx, int64(a.N))
				return Answer{Card: card}, err
			}
			var said articles.Said
			said, err := b.articles.Dress(ctx, call.act(a.N), a.Theme, a.Code, orNone(a.Lines))
			return answerOf(said, err)
		},
	}
}
