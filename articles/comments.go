package articles

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// BeginComment puts on record that something is about to be done to comments; false where the
// same line has begun it before.
func (d *filer) BeginComment(ctx context.Context, act Act) (first bool, err error) {
	act.Note = d.noteIn(act.Account, act.Note)
	_, err = d.accept(ctx, act, func(context.Context, *store.Tx, *Act) (Said, error) {
		first = true
		return Said{Article: act.Article}, nil
	})
	return first, err
}

// NoteComment puts on record what somebody did to an article's comments at WeChat, and tells
// it in the article's thread.
func (d *filer) NoteComment(ctx context.Context, act Act, what cards.Text) error {
	act.Note = d.noteIn(act.Account, act.Note)
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
		return d.Posts.Notify(ctx, tx, at, cards.Card{Account: act.Account, Body: []cards.Text{what}})
	})
}
