package commands

import (
	"context"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
)

// articlePublish asks to publish the draft that an article was filed in.
func articlePublish() *Command {
	return &Command{
		Path:     "article publish",
		Role:     outbox.Sender,
		Examples: []string{`article publish A3`},
		grammar:  func() any { return new(articleArgs) },
		prepare: func(ctx context.Context, b *Book, args []any) (outbox.Ask, error) {
			p, err := b.filed(ctx, args[0].(*articleArgs).N)
			return outbox.Ask{Kind: "article.publish", Payload: p}, err
		},
	}
}

// filed is the draft that an article is in, as WeChat has it.
func (b *Book) filed(ctx context.Context, n ArticleNumber) (articles.Publishing, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	p, err := b.articles.Filed(ctx, int64(n))
	return p, unread(ctx, err)
}

// isAsApproved refuses to show people a draft that is not what was approved.
func isAsApproved(ctx context.Context, d *articles.Desk, p articles.Publishing) error {
	if err := d.Stands(ctx, p); err != nil {
		return explain(err)
	}
	return unchangedDraft(ctx, d.WeChat, p.MediaID, p.Draft)
}

// articlePublishKind hands a draft over to be published: it reaches people.
func articlePublishKind(d *articles.Desk) outbox.Kind[articles.Publishing] {
	return outbox.Kind[articles.Publishing]{
		Name: "article.publish", Approval: true, Reaches: true, Repeat: outbox.RepeatAsk, Ref: "publish_id",
		Do: func(ctx context.Context, p articles.Publishing, _ string) (outbox.Receipt, error) {
			if err := isAsApproved(ctx, d, p); err != nil {
				return nil, err
			}
			id, err := d.Publish(ctx, p)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"publish_id": id}, nil
		},
		Content: articles.Publishing.Contents,
		Head:    articles.Publishing.PublishHead,
		Preview: func(p articles.Publishing) cards.Button { return previewOf(p.MediaID, p.Draft) },
		Result:  func(r outbox.Receipt) []cards.Field { return results(r, "publish_id") },
	}
}
