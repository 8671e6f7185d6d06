package commands

import (
	"context"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/sending"
)

// articlePublish asks to publish the draft that an article was filed in.
func articlePublish() *Command {
	return &Command{
		Path:     "article publish",
		Role:     outbox.Sender,
		Examples: []string{`article publish A3`},
		grammar:  func() any { return new(articleArgs) },
		ask:      first(func(*articleArgs) (outbox.Ask, error) { return outbox.Ask{Kind: "article.publish"}, nil }),
		prepare: func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) (err error) {
			n := int64(args[0].(*articleArgs).N)
			ask.Names = articleNames(n)
			ask.Payload, err = b.articles.Filed(ctx, ask.Account, n)
			return unread(ctx, err)
		},
		recurs: func(any) error { return cards.Refuse("fault.publish_recurs") },
	}
}

// isAsApproved refuses to show people a draft that is not what was approved.
func isAsApproved(ctx context.Context, d *articles.Desk, account string, p articles.Publishing) error {
	if err := d.Stands(ctx, p); err != nil {
		return explain(err)
	}
	return unchangedDraft(ctx, d.WeChat.Of(account).Client, p.MediaID, p.Draft)
}

// articlePublishKind hands a draft over to be published: it reaches people.
func articlePublishKind(d *articles.Desk, account string, after *outcomes.Outcomes) outbox.Kind[articles.Publishing] {
	return outbox.Kind[articles.Publishing]{
		Name: "article.publish", Done: cards.T("done.published"), Approval: true, Reaches: outbox.ByRecipient[articles.Publishing](), Keeps: outbox.Elsewhere(articles.Publishing.Kept), Repeat: outbox.RepeatAsk, Ref: "publish_id",
		Do: func(ctx context.Context, p articles.Publishing, _ string) (outbox.Receipt, error) {
			if err := isAsApproved(ctx, d, account, p); err != nil {
				return nil, err
			}
			job, err := d.Publish(ctx, p)
			if err != nil {
				return nil, explain(err)
			}
			after.Published(ctx, account, job.MsgDataID, p.Filing, p.MediaID, sending.OrderOf(ctx))
			return outbox.Receipt{"publish_id": job.PublishID}, nil
		},
		Content: articles.Publishing.Contents,
		What:    func(p articles.Publishing) cards.Text { return whatOfMedia("", p.Draft) },
		Face:    func(p articles.Publishing) cards.Face { return articles.DraftFace(p.Draft) },
		Head:    articles.Publishing.PublishHead,
		Confirm: func(p articles.Publishing, account cards.Text) cards.Confirm {
			return cards.Confirm{
				Title: cards.T("publish.really"), Text: cards.T("publish.really_text", "what", whatOfMedia("", p.Draft), "account", account),
				Yes: cards.T("publish.yes"), No: cards.T("back.no"),
			}
		},
		Preview: func(p articles.Publishing) cards.Button { return previewOf(p.MediaID, p.Draft) },
		Picture: articles.CoverPicture(d, account, func(p articles.Publishing) string { return articles.CoverMedia(p.Draft) }),
		Result:  func(r outbox.Receipt) []cards.Field { return results(r, "publish_id") },
		Notes:   []cards.Text{cards.T("publish.verified_only")}, // guide of 2025-07
		Since:   after.Since,
	}
}
