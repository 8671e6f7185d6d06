package articles

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// NoteComment puts on record what somebody did to an article's comments at WeChat, and tells
// it in the article's thread.
func (d *Desk) NoteComment(ctx context.Context, act Act, what cards.Text) error {
	return d.insist(ctx, func(tx *store.Tx) error {
		if err := d.journal.Write(ctx, tx, act.entry()); err != nil {
			return err
		}
		card, err := d.cardOf(ctx, tx, act.Article)
		if err != nil {
			return err
		}
		at := act.Where
		if card != nil && card.At.TS != "" {
			at = card.Thread()
		}
		at.User = act.Who.ID
		return d.Posts.Notify(ctx, tx, at, cards.Card{Body: []cards.Text{what}})
	})
}
