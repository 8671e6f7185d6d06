package articles

import (
	"context"
	"slices"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Out is a set of articles that WeChat was given, as far as it has come there.
type Out struct {
	Filing    string
	Account   string
	MediaID   string
	ArticleID string // once it is published
	Members   []int64
	Ended     bool // WeChat has said whether it published them
}

// Number is the place of an article among those that went out with it, from 1.
func (o Out) Number(n int64) int { return slices.Index(o.Members, n) + 1 }

// OutWith are the sets that the accounts have and an article is part of, newest first.
func (d *shelf) OutWith(ctx context.Context, accounts outbox.Accounts, n int64) ([]Out, error) {
	if _, err := d.present(ctx, d.DB, n); err != nil {
		return nil, err
	}
	filings, err := d.filingsWith(ctx, d.DB, accounts, n, "media_id <> ''", 20)
	var all []Out
	for _, f := range filings {
		all = append(all, f.out())
	}
	return all, err
}

// OutOf is the set of one filing.
func (d *shelf) OutOf(ctx context.Context, q store.Queryer, id string) (Out, error) {
	f, err := d.filingByID(ctx, q, id)
	if err != nil {
		return Out{}, err
	}
	return f.out(), nil
}

func (f *filing) out() Out {
	return Out{Filing: f.ID, Account: f.Account, MediaID: f.MediaID, ArticleID: f.ArticleID, Members: f.Members, Ended: f.State != filingPublishing}
}

// Thread is where it is told what became of articles that went out together: in the thread of
// the first one's card.
func (d *shelf) Thread(ctx context.Context, q store.Queryer, o Out) (cards.Place, error) {
	a, err := d.Article(ctx, q, o.Members[0])
	if err != nil {
		return cards.Place{}, err
	}
	at := cards.Place{Channel: a.Where.Channel}
	if card, err := d.cardOf(ctx, q, a.N); err != nil {
		return at, err
	} else if card != nil && card.At.TS != "" {
		at = card.Thread()
	}
	at.User = a.By
	return at, nil
}
