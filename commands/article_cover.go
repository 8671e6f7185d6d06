package commands

import (
	"context"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articleCoverArgs struct {
	N     ArticleNumber `arg:"" name:"A" example:"A3"`
	File  string        `name:"file" files:"1" placeholder:"FILE"`
	Drawn *string       `name:"drawn" enum:"yes"`
}

// articleCover asks for a cover. The form without a file has one drawn of the title.
func articleCover() *Command {
	c := &Command{
		Path:     "article cover",
		Role:     outbox.Sender,
		Examples: []string{`article cover A3`, `article cover A3 drawn=yes`},
		grammar:  func() any { return new(articleCoverArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*articleCoverArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		if a.File == "" && a.Drawn == nil && !call.Form {
			return Answer{Form: c.form("article cover "+nameOf(a.N), []string{"file"})}, nil
		}
		files := separated(a.File)
		if len(files) > 1 {
			return Answer{}, atField(cards.Refuse("fault.article_files", "count", len(files)), "file")
		}
		var said articles.Said
		var err error
		if len(files) == 1 {
			said, err = b.articles.Cover(ctx, call.act(a.N), files[0])
		} else {
			said, err = b.articles.Cover(ctx, call.act(a.N), "")
		}
		return answerOf(said, err)
	}
	return c
}
