package commands

import (
	"cmp"
	"context"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

type articlePreviewArgs struct {
	N  ArticleNumber `arg:"" name:"A" example:"A3"`
	To *string       `name:"to" enum:"phone"`
}

// articlePreview gives a link to the preview page. With to=phone it asks to send the
// draft to one's own WeChat, or else to that of the configured person.
func articlePreview() *Command {
	return &Command{
		Path:     "article preview",
		Role:     outbox.Sender,
		Examples: []string{`article preview A3`, `article preview A3 to=phone`},
		grammar:  func() any { return new(articlePreviewArgs) },
		ask: func(_ *Book, args []any) (outbox.Ask, error) {
			if args[0].(*articlePreviewArgs).To == nil {
				return outbox.Ask{}, errNothingToAsk
			}
			return outbox.Ask{Kind: "article.preview"}, nil
		},
		prepare: func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) (err error) {
			n := int64(args[0].(*articlePreviewArgs).N)
			own, err := b.outbox.Own(ctx, ask.Account, ask.Who.ID)
			if err != nil {
				return err
			}
			if own = cmp.Or(own, b.wechat.PreviewOpenID); own == "" {
				return cards.Refuse("fault.article_no_phone", "line", cards.Code(b.index.command+" "+b.For(ask.Account, "me openid=OPENID")))
			}
			ask.Recipients = []string{own}
			ask.Names = articleNames(n)
			ask.Payload, err = b.articles.Filed(ctx, ask.Account, n)
			return unread(ctx, err)
		},
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			card, err := b.articles.Preview(ctx, int64(args[0].(*articlePreviewArgs).N))
			return Answer{Card: card}, err
		},
	}
}

func articlePreviewKind(d *articles.Desk, account string) outbox.Kind[articles.Publishing] {
	return outbox.Kind[articles.Publishing]{
		Name: "article.preview", Done: cards.T("done.shown"), Approval: true, Reaches: outbox.ByRecipient[articles.Publishing](), Keeps: outbox.Elsewhere(articles.Publishing.Kept), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, p articles.Publishing, openid string) (outbox.Receipt, error) {
			if err := isAsApproved(ctx, d, account, p); err != nil {
				return nil, err
			}
			if err := d.SendPreview(ctx, account, p, openid); err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{}, nil
		},
		Content: articles.Publishing.Contents,
		What:    func(p articles.Publishing) cards.Text { return whatOfMedia("", p.Draft) },
		Face:    func(p articles.Publishing) cards.Face { return articles.DraftFace(p.Draft) },
		Head:    articles.Publishing.PreviewHead,
		Preview: func(p articles.Publishing) cards.Button { return previewOf(p.MediaID, p.Draft) },
		Picture: articles.CoverPicture(d, account, func(p articles.Publishing) string { return articles.CoverMedia(p.Draft) }),
	}
}
