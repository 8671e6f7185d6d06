package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// adoptAtOnce are given away in one transaction: lines are accepted in between.
const adoptAtOnce = 100

// Adopt gives the requests that were written before they bore an account to account, and
// says so in the record of each. Their hashes cover it from then on, and what was
// approved of them stays approved. It is called at each start; cut short, the next one
// goes on.
func (o *Outbox) Adopt(ctx context.Context, account string) error {
	if account == "" {
		return nil
	}
	for {
		of, err := store.Column[int64](o.DB.Query(ctx, "select n from request where account = '' order by n limit $1", adoptAtOnce))
		if err != nil || len(of) == 0 {
			return err
		}
		if err := o.DB.Update(ctx, func(tx *store.Tx) error {
			for _, n := range of {
				if err := o.adopt(ctx, tx, n, account); err != nil {
					return fmt.Errorf("give request %d to account %s: %w", n, account, err)
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
}

func (o *Outbox) adopt(ctx context.Context, tx *store.Tx, n int64, account string) error {
	claimed, err := tx.Exec(ctx, "update request set account = $2 where n = $1 and account = ''", n, account)
	if err != nil || claimed == 0 {
		return err // another process was first
	}
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return err
	}
	was, is, err := o.hashesOf(ctx, tx, r)
	if err != nil {
		return err
	}
	// What was not as it was approved before is not made so.
	if r.Hash != "" && r.Hash == was {
		if _, err := tx.Exec(ctx, "update request set hash = $2, alike = case when alike = hash then $2 else alike end where n = $1", n, is); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "update approval set hash = $3 where request = $1 and hash = $2", n, was, is); err != nil {
			return err
		}
	}
	return o.noteSelf(ctx, tx, n, "adopted", cards.T("act.adopted", "account", cards.Code(account)))
}

// hashesOf are the hash of a stored request as it was before hashes covered the account,
// and as it is.
func (o *Outbox) hashesOf(ctx context.Context, q store.Queryer, r Request) (was, is string, err error) {
	if r.Broadcast != nil {
		order := r.Order
		if is, err = o.Engine.BroadcastHash(ctx, q, order); err != nil {
			return "", "", err
		}
		order.Account = ""
		was, err = o.Engine.BroadcastHash(ctx, q, order)
		return was, is, err
	}
	recipients, err := o.Engine.Recipients(ctx, q, r.N)
	if err != nil {
		return "", "", err
	}
	return sending.Hash("", r.Kind, r.Payload, recipients), sending.Hash(r.Account, r.Kind, r.Payload, recipients), nil
}
