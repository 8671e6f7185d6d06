package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// TellOnce posts a card to each of several people, in their own conversations, where what
// it tells of stands otherwise than it was last told, by whichever process, before a
// restart too. "" is the state that needs no telling but after another.
func (o *Outbox) TellOnce(ctx context.Context, what, state string, to []string, card cards.Card) error {
	err := o.DB.Update(ctx, func(tx *store.Tx) error {
		statement := `insert into told (what, state, at) values ($1, $2, $3)
			on conflict (what) do update set state = excluded.state, at = excluded.at where told.state <> excluded.state`
		if state == "" {
			statement = "update told set state = $2, at = $3 where what = $1 and state <> $2"
		}
		news, err := tx.Exec(ctx, statement, what, state, store.Millis(o.Now()))
		if err != nil || news == 0 {
			return err
		}
		for _, id := range to {
			if err := o.Notify(ctx, tx, cards.Place{User: id}, card); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell of %s: %w", what, err)
	}
	return nil
}
