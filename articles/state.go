package articles

import (
	"context"
	"encoding/json"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// stateFields say how an article stands: with magpie while it is at WeChat nowhere, else what
// each account that has it made of it, which is of another text where that has changed since.
// filed reports that an account has it.
func (d *shower) stateFields(ctx context.Context, a Article, field func(string, cards.Text)) (filed bool, err error) {
	if a.State == Ready {
		for _, account := range d.Outbox.Accounts {
			f, err := d.lastFilingWith(ctx, d.DB, outbox.Accounts{account}, a.N)
			if err != nil {
				return filed, err
			}
			if f == nil {
				continue
			}
			said, err := d.stateAt(ctx, f, a.N)
			if err != nil {
				return filed, err
			}
			if f.revisionOf(a.N) != a.Revision {
				said = cards.T("article.state_changed", "state", said, "revision", f.revisionOf(a.N))
			}
			field("state", d.in(account, said))
			filed = true
		}
	}
	if !filed {
		field("state", cards.T("article.state_"+string(a.State)))
	}
	return filed, nil
}

// stateAt is what became of an article with the account of a filing.
func (d *shower) stateAt(ctx context.Context, f *filing, n int64) (cards.Text, error) {
	if _, back := f.TakenBack[n]; back {
		return cards.T("article.state_taken_back"), nil
	}
	if f.MediaID != "" {
		sent, err := d.Outbox.LastSent(ctx, d.DB, f.Account, massSend, f.MediaID)
		if err != nil {
			return cards.Text{}, err
		}
		if sent != nil {
			return massWords(sent), nil
		}
	}
	switch f.State {
	case filingPublished:
		return cards.T("article.state_published"), nil
	case filingPublishing:
		return cards.T("article.state_publishing"), nil
	case filingNotPublished:
		return cards.T("article.state_refused"), nil
	}
	return cards.T("article.state_" + f.Target), nil
}

// massSend is the kind of a message to many, which sends a draft.
const massSend = "mass.send"

// massWords tell when a draft was sent, and to whom.
func massWords(sent *outbox.Sent) cards.Text {
	var to struct {
		All bool `json:"is_to_all"`
	}
	if json.Unmarshal(sent.Payload, &to) == nil && to.All {
		return cards.T("article.state_sent_all", "at", sent.At, "n", sent.N)
	}
	return cards.T("article.state_sent", "at", sent.At, "n", sent.N, "count", sent.Size)
}

// RedrawAfter has the cards of the articles that a request of an account was about, by the
// media_id in its payload, drawn anew once it has ended.
func RedrawAfter[T any](d *Desk, account string, mediaID func(T) string) func(context.Context, *store.Tx, T) error {
	return func(ctx context.Context, tx *store.Tx, payload T) error {
		f, err := d.filingOf(ctx, tx, account, mediaID(payload))
		if err != nil || f == nil {
			return err
		}
		for _, n := range f.Members {
			if err := d.redraw(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	}
}

// mendButton is that of the first finding which forbids the upload and which a machine can
// mend; ok is false where there is none.
func (p *Proof) mendButton() (b cards.Button, ok bool) {
	for i, f := range p.Findings {
		if f.Blocks && f.Mend != nil {
			return p.mendOf(i, "primary"), true
		}
	}
	return cards.Button{}, false
}
