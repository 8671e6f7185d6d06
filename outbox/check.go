package outbox

import (
	"context"
	"errors"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// Checked is what an ask would meet if it were made now.
type Checked struct {
	Outlook
	Shown
	Need      Quorum // who must approve it
	State     State  // in which it would stand
	Quota     *Quota // of the day; nil: not known, or none
	Notes     []cards.Text
	Confirmed cards.Text // what its approvers are asked once more; zero: nothing
}

// errChecked undoes what a check has written.
var errChecked = errors.New("it was only checked")

// Check finds out what an ask would meet, by asking in a transaction that is undone: no request
// comes of it, it takes no number, and whether the person may ask is not asked. The day's quota
// is read from WeChat; nothing changes there. Refuses as Ask does, but for its roles and what
// was asked a moment ago.
func (o *Outbox) Check(ctx context.Context, a Ask) (Checked, error) {
	k, ok := o.kinds.of(a.Account, a.Kind)
	if !ok {
		return Checked{}, errors.New("check a request: kind " + a.Kind + " is not registered")
	}
	var c Checked
	var err error
	if c.Outlook, err = o.Look(ctx, a); err != nil {
		return c, err
	}
	if c.Shown, err = o.Shown(a.Account, a.Kind, c.Payload, a.Recipients, c.List); err != nil {
		return c, err
	}
	payload, err := sending.Encode(a.Payload)
	if err != nil {
		return c, err
	}
	a.Anyway, a.checked = true, true
	err = o.DB.Update(ctx, func(tx *store.Tx) error {
		said, err := o.ask(ctx, tx, k, a, payload)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "select need, sets, state from request where n = $1", said.N).Scan(&c.Need.People, (*Sets)(&c.Need.Sets), &c.State); err != nil {
			return err
		}
		return errChecked
	})
	if refused := (*undone)(nil); errors.As(err, &refused) {
		err = refused.cause
	}
	if !errors.Is(err, errChecked) {
		return c, err
	}
	if c.List != nil {
		c.Need = a.AtLeast.Or(o.Needs(a.Account, a.Kind, c.Size))
	}
	c.Notes = k.notes
	c.Confirmed = o.Really(a.Account, a.Kind, c.Payload).Text
	c.Quota = o.Engine.QuotaOf(ctx, a.Account, a.Kind)
	return c, nil
}
