package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// AskAnyway writes request n once more, for the person who asked it and was told
// that a line looks like it. However often they say so, one request comes of it. It refuses
// as Ask does, with cards.NotFound where there is no request n, and with cards.NotTheirs where
// somebody else asked for it; without a code where its kind is never asked about.
func (o *Outbox) AskAnyway(ctx context.Context, p Press) (Said, error) {
	if o.mayAnyway(ctx, p) { // whose refusal would be the button's answer for good
		p.Once = fmt.Sprintf("anyway %d by %s", p.N, p.Who.ID)
	}
	fresh := false
	said, err := o.accept(ctx, p.Once, act{request: p.N, verb: "asked", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		fresh = true
		r, err := o.request(ctx, tx, p.N)
		switch {
		case isNone(err):
			entry.request = 0
			return Said{}, noRequest(ctx, tx, p.N)
		case err != nil:
			return Said{}, err
		case r.By != p.Who.ID:
			return Said{}, cards.Refuse("fault.anyway_not_yours", "n", p.N).WithCode(cards.NotTheirs)
		}
		k, _ := o.kinds.of(r.Account, r.Kind)
		if !k.reaches { // never asked about; and what belongs to it is not here
			return Said{}, cards.Refuse("fault.anyway_never", "n", p.N)
		}
		entry.note = cards.T("act.anyway", "n", p.N)
		recipients, err := o.Engine.Recipients(ctx, tx, p.N)
		if err != nil {
			return Said{}, err
		}
		a := Ask{Account: r.Account, Kind: r.Kind, Line: r.Line, Who: p.Who, Where: p.Where, Recipients: recipients, Anyway: true}
		if b := r.Broadcast; b != nil {
			a.again, a.FailedOf, a.AtLeast = &Audience{Version: b.Version, Name: b.Audience, Columns: b.Columns, Size: b.Total}, b.FailedOf, Quorum{b.AtLeast, r.Sets}
		}
		return o.ask(ctx, tx, k, a, r.Payload)
	})
	if err == nil && !fresh {
		said = Said{N: said.N, Text: cards.T("answer.anyway_already", "n", said.N)}
	}
	return said, err
}

// mayAnyway reports whether somebody may ask now, and request n's account is served.
func (o *Outbox) mayAnyway(ctx context.Context, p Press) bool {
	var account string
	err := o.DB.QueryRow(ctx, "select account from request where n = $1", p.N).Scan(&account)
	return err == nil && o.Accounts.Serve(account) && o.Roles.May(p.Who, Sender) == nil
}
