package outcomes

import (
	"context"
	"fmt"
	"slices"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// Results tell at once what is known of how an article is read, and from when on it is where
// nothing is yet; a *cards.Refusal where it is not out. It asks WeChat for as long as ctx
// lasts; where that does not answer, what was known before is told. Several accounts are
// named, each by its title.
func (o *Outcomes) Results(ctx context.Context, accounts outbox.Accounts, n int64, title func(account string) cards.Text) (cards.Card, error) {
	card := cards.Card{Title: cards.T("figures.title_of", "article", fmt.Sprintf("A%d", n))}
	outs, err := o.Articles.OutWith(ctx, accounts, n)
	if err != nil {
		return card, err
	}
	found := false
	for _, out := range outs {
		all, err := o.publications(ctx, o.DB, "account = $1 and (filing = $2 or media_id = $3) order by out_at desc", out.Account, out.Filing, out.MediaID)
		if err != nil {
			return card, err
		}
		for _, p := range all {
			said, err := o.resultsOf(ctx, p, out, n)
			if err != nil {
				return card, err
			}
			if len(accounts) > 1 {
				said = append([]cards.Text{cards.T("figures.of_account", "account", title(p.Account))}, said...)
			}
			found, card.Body = true, append(card.Body, said...)
		}
	}
	if !found {
		return card, cards.Refuse("figures.not_out", "article", fmt.Sprintf("A%d", n))
	}
	card.Notes = []cards.Text{cards.T("figures.people")}
	return card, nil
}

// resultsOf is what is known of an article in one of the sets in which it went out.
func (o *Outcomes) resultsOf(ctx context.Context, p publication, out articles.Out, n int64) ([]cards.Text, error) {
	gone, err := o.backs(ctx, o.DB, "of_request = $1 and account = $2 and at > 0", p.Request, p.Account)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(gone, func(b back) bool { return b.part == 0 || b.part == out.Number(n) }); i >= 0 {
		return []cards.Text{cards.T("figures.taken_back", "n", gone[i].by, "at", gone[i].at)}, nil
	}
	if p.firstAt().After(o.Now()) {
		return []cards.Text{cards.T("figures.soon", "out", p.OutAt, "at", p.firstAt())}, nil
	}
	page, err := o.WeChat.Of(p.Account).ArticleFigures(ctx, p.day())
	if err == nil {
		page = o.orNextDay(ctx, p, page)
		if now := p.of(page); len(now) > 0 {
			p.Known, p.KnownAt = now, o.Now()
			if err := o.keep(ctx, p, now); err != nil {
				return nil, err
			}
		}
	}
	at := slices.IndexFunc(p.Known, func(f wechat.ArticleFigures) bool { return f.Index == out.Number(n) })
	var said []cards.Text
	switch {
	case at >= 0:
		p.Known = p.Known[at : at+1]
		said = figuresCard(p, false).Body
	case err == nil || isNotReady(err):
		said = []cards.Text{cards.T("figures.none", "at", p.OutAt)}
	default:
		return nil, err
	}
	if err != nil && at >= 0 {
		said = append(said, cards.T("figures.as_of", "at", p.KnownAt))
	} else if err == nil && page.Late {
		said = append(said, cards.T("figures.late"))
	}
	return said, nil
}

// SentOf is the newest request by which an account sent an article as a mass message, and its
// number among those that went out with it, 0 where it was alone; a request of 0 is none.
func (o *Outcomes) SentOf(ctx context.Context, account string, n int64) (request int64, number int, err error) {
	outs, err := o.Articles.OutWith(ctx, outbox.Accounts{account}, n)
	if err != nil {
		return 0, 0, err
	}
	for _, out := range outs {
		all, err := o.publications(ctx, o.DB, "account = $1 and media_id = $2 and filing = '' order by out_at desc", account, out.MediaID)
		if err != nil {
			return 0, 0, err
		}
		if len(all) > 0 && len(out.Members) > 1 {
			number = out.Number(n)
		}
		if len(all) > 0 {
			return firstRequest(all), number, nil
		}
	}
	return 0, 0, nil
}

func firstRequest(all []publication) int64 {
	if len(all) == 0 {
		return 0
	}
	return all[0].Request
}
