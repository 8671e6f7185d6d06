package commands

import (
	"cmp"
	"context"
	"errors"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/sending"
)

type articleUploadArgs struct {
	Articles ArticleNumbers `arg:"" name:"A" placeholder:"A3[,A4,…]" example:"A3"`
	To       *string        `name:"to" enum:"draftbox,uploadnews"`
	Accounts string         `name:"accounts" placeholder:"NAME[,NAME…]" said:""`
}

// articleUpload asks to file 1 to 8 articles as one message, in the draft box or by
// uploadnews.
func articleUpload() *Command {
	return &Command{
		Path:     "article upload",
		Role:     outbox.Sender,
		Examples: []string{`article upload A3`, `article upload A3,A4 to=uploadnews`, `article upload A3 accounts=main,shop`},
		grammar:  func() any { return new(articleUploadArgs) },
		ask: first(func(a *articleUploadArgs) (outbox.Ask, error) {
			if a.Accounts != "" {
				return outbox.Ask{}, errNothingToAsk // but in each
			}
			return outbox.Ask{Kind: "article.upload"}, nil
		}),
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			return b.uploadInEach(ctx, call, args[0].(*articleUploadArgs))
		},
		prepare: func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) (err error) {
			a := args[0].(*articleUploadArgs)
			ask.Names = articleNames(a.Articles...)
			payload, with, err := b.articles.Prepare(ctx, ask.Account, a.Articles, cmp.Or(orNone(a.To), articles.DraftBox))
			ask.Payload, ask.With = payload, outbox.With(with).And(ask.With)
			return err
		},
	}
}

// articleUploadKind reaches nobody. It may be repeated: what was done is on record, and
// what nobody knows of is looked up in the draft box before anything is filed.
func articleUploadKind(d *articles.Desk) outbox.Kind[articles.Upload] {
	return outbox.Kind[articles.Upload]{
		Name: "article.upload", Done: cards.T("done.filed"), Approval: true, Again: true, Slow: true, Keeps: outbox.Elsewhere(articles.Upload.Kept), Repeat: outbox.RepeatHarmless,
		Do: func(ctx context.Context, u articles.Upload, _ string) (outbox.Receipt, error) {
			id, err := d.File(ctx, u, sending.Decided(ctx))
			if err != nil {
				return nil, explainImage(err)
			}
			return outbox.Receipt{"media_id": id}, nil
		},
		Preview: articles.Upload.PreviewButton,
		Content: d.Contents,
		What: func(u articles.Upload) cards.Text {
			titles := make([]string, len(u.Articles))
			for i, one := range u.Articles {
				titles[i] = one.Title
			}
			return whatTitled(titles...)
		},
		Head:   func(u articles.Upload, _ []string) []cards.Text { return d.Head(u) },
		Fields: articles.Upload.Fields,
		Over:   d.Redraw,
		Since:  d.Series,
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "media_id") },
	}
}

// placed is an error that says which image it is about.
type placed interface {
	error
	Unwrap() error
	Where() cards.Text
}

// explainImage says which image failed, and why.
func explainImage(err error) error {
	image, ok := errors.AsType[placed](err)
	why := explain(err)
	if !ok {
		return why
	}
	reason := cards.Plain(image.Unwrap().Error())
	if said, ok := errors.AsType[*explained](why); ok {
		reason = said.words
	}
	return &explained{err, cards.T("answer.article_image", "which", image.Where(), "why", reason)}
}
