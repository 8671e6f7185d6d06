package outbox

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// alike refuses what the same person asked a moment ago, with a button to ask anyway. That
// which it is asked instead of does not count; and the button would ask for both.
func (o *Outbox) alike(ctx context.Context, tx *store.Tx, r Request, alike string, instead int64) error {
	var n int64
	err := tx.QueryRow(ctx, `select coalesce(max(n), 0) from request where asked_by = $1 and alike = $2 and asked_at > $3
		and state not in ('withdrawn', 'rejected', 'expired') and n <> $4`, r.By, alike, store.Millis(r.AskedAt.Add(-alikeWithin)), instead).Scan(&n)
	if err != nil || n == 0 {
		return err
	}
	if instead > 0 {
		return cards.Refuse("fault.change_alike", "n", n)
	}
	refusal := cards.Refuse("fault.alike", "n", n)
	refusal.Buttons = []cards.Button{{Label: cards.T("button.anyway"), Line: fmt.Sprintf("anyway %d", n), Style: "primary"}}
	return refusal
}

// mayReach refuses people who want nothing more.
func (o *Outbox) mayReach(ctx context.Context, tx *store.Tx, account string, recipients []string) error {
	gone, err := o.Engine.Unsubscribed(ctx, tx, account, recipients)
	if err != nil || len(gone) == 0 {
		return err
	}
	refusal := cards.Refuse("fault.unsubscribed", "count", len(gone), "who", codes(gone))
	refusal.Field = "to"
	return refusal
}

// canBeApproved refuses a request that fewer people could approve than it needs:
// nobody counts on their own.
func (o *Outbox) canBeApproved(r Request) error {
	approvers, err := o.Roles.Approvers()
	if err != nil {
		return err
	}
	others := len(slices.DeleteFunc(slices.Clone(approvers), r.isBehind))
	if others < r.Need {
		return cards.Refuse("fault.too_few_approvers", "kind", cards.Code(r.Kind), "count", r.Need, "others", others, "size", r.Size)
	}
	return nil
}

// grants counts the approvals of request n that stand for request of: those of its exact
// content, by others, for the same account, once it has been carried out. Where a later fire
// with other content was approved, by fewer people perhaps, no more than theirs stand.
func (o *Outbox) grants(ctx context.Context, q store.Queryer, n int64, of Request) (count int, err error) {
	if n == 0 {
		return 0, nil
	}
	err = q.QueryRow(ctx, `select count(*) from approval a join request r on r.n = a.request
		where r.n = $1 and r.state = 'done' and a.hash = r.hash and a.who <> $2 and a.who <> r.asked_by and r.account = $3`, n, of.By, of.Account).Scan(&count)
	if err != nil || count == 0 {
		return 0, err
	}
	before, later := cmp.Or(of.N, math.MaxInt64), int64(0)
	if err := q.QueryRow(ctx, lastApproved, n, before).Scan(&later); err != nil {
		return count, ignoreNone(err)
	}
	var approvals int
	err = q.QueryRow(ctx, "select count(*) from approval a join request r on r.n = a.request where r.n = $1 and a.hash = r.hash and a.who <> $2", later, of.By).Scan(&approvals)
	return min(count, approvals), err
}
