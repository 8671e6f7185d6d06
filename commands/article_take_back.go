package commands

import (
	"context"
	"errors"
	"strconv"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/sending"
)

// articleTakeBack asks to delete an article that was published.
func articleTakeBack() *Command {
	return &Command{
		Path:     "article take-back",
		Role:     outbox.Sender,
		Examples: []string{`article take-back A3`},
		grammar:  func() any { return new(articleArgs) },
		ask:      first(func(*articleArgs) (outbox.Ask, error) { return outbox.Ask{Kind: "article.take_back"}, nil }),
		prepare: func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
			n := int64(args[0].(*articleArgs).N)
			t, err := b.articles.PublishedOf(ctx, ask.Account, n)
			if refusal, ok := errors.AsType[*cards.Refusal](err); ok && len(refusal.Buttons) == 0 {
				refusal.Buttons = sentOf(ctx, b.outcomes, ask.Account, n)
			}
			if err != nil {
				return unread(ctx, err)
			}
			part, err := b.outcomes.PartOf(ctx, ask.Account, t)
			if err == nil {
				err = b.outcomes.NotTakenBack(ctx, part, 0)
			}
			ask.Names, ask.Payload, ask.With = articleNames(n), t, ask.With.And(b.outcomes.TakeBack(part))
			return err
		},
		recurs: func(any) error { return cards.Refuse("back.recurs") },
	}
}

// sentOf offers to take back the mass message by which an article went out.
func sentOf(ctx context.Context, after *outcomes.Outcomes, account string, n int64) []cards.Button {
	sent, number, err := after.SentOf(ctx, account, n)
	if err != nil || sent == 0 {
		return nil
	}
	line := "mass delete " + strconv.FormatInt(sent, 10)
	if number > 0 { // it went out with others, which stay
		line += " index=" + strconv.Itoa(number)
	}
	return []cards.Button{{Label: cards.T("back.button_mass"), Line: line, Style: "danger"}}
}

// articleTakeBackKind deletes what everybody can read. What it finds deleted is as it is
// wanted.
func articleTakeBackKind(d *articles.Desk, account string, after *outcomes.Outcomes) outbox.Kind[articles.TakeBack] {
	return outbox.Kind[articles.TakeBack]{
		Name: "article.take_back", Done: cards.T("done.taken_back"), Approval: true, Keeps: outbox.Elsewhere(articles.TakeBack.Kept), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, t articles.TakeBack, _ string) (outbox.Receipt, error) {
			part, err := after.PartOf(ctx, account, t)
			if err != nil {
				return nil, &beforeSending{err}
			}
			there, err := d.StillThere(ctx, account, t)
			switch {
			case errors.Is(err, articles.ErrOther):
				return nil, &explained{err, cards.T("back.other", "title", t.Title)}
			case err != nil:
				return nil, &beforeSending{explain(err)}
			case there:
				if err := d.WeChat.Of(account).DeletePublished(ctx, t.ArticleID, t.Number); err != nil {
					return nil, explain(err)
				}
			}
			return nil, after.TookBackArticle(ctx, part, t, sending.OrderOf(ctx))
		},
		Content: articles.TakeBack.Contents,
		What:    func(t articles.TakeBack) cards.Text { return whatNamed(t.Title) },
		Head: func(t articles.TakeBack, _ []string) []cards.Text {
			return []cards.Text{cards.T("back.article", "title", t.Title), cards.T("back.article_stays")}
		},
		Confirm: func(t articles.TakeBack, account cards.Text) cards.Confirm {
			return reallyTakeBack(cards.T("back.really_article", "title", snippet(t.Title), "account", account))
		},
	}
}
