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
func (o *ground) alike(ctx context.Context, tx *store.Tx, r Request, alike string, instead int64) error {
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
func (o *ground) mayReach(ctx context.Context, tx *store.Tx, account string, recipients []string) error {
	gone, err := o.Engine.Unsubscribed(ctx, tx, account, recipients)
	if err != nil || len(gone) == 0 {
		return err
	}
	refusal := cards.Refuse("fault.unsubscribed", "count", len(gone), "who", cards.Codes(gone))
	refusal.Field = "to"
	return refusal
}

// canBeApproved refuses a request that fewer people could approve than it needs, of any of its
// sets too: nobody counts on their own.
func (o *voices) canBeApproved(r Request) error {
	approvers, err := o.Roles.Approvers()
	if err != nil {
		return err
	}
	if len(r.Sets) > 0 {
		return o.canBeHeard(r, approvers)
	}
	others := len(slices.DeleteFunc(slices.Clone(approvers), r.isBehind))
	if others < r.Need {
		return cards.Refuse("fault.too_few_approvers", "kind", cards.Code(r.Kind), "count", r.Need, "others", others, "size", r.Size)
	}
	return nil
}

// grants are the approvals of request n that stand for request of: those of its exact
// content, by others, for the same account, once it has been carried out. Where a later fire
// with other content was approved, by fewer people perhaps, no more than theirs stand.
func (o *voices) grants(ctx context.Context, q store.Queryer, n int64, of Request) ([]Approval, error) {
	if n == 0 {
		return nil, nil
	}
	const exact = "request = $1 and who <> $2 and hash = (select hash from request where n = $1)"
	granted, err := approvals(ctx, q, exact+" and exists (select 1 from request where n = $1 and state = 'done' and asked_by <> approval.who and account = $3)", n, of.By, of.Account)
	if err != nil || len(granted) == 0 {
		return nil, err
	}
	before, later := cmp.Or(of.N, math.MaxInt64), int64(0)
	if err := q.QueryRow(ctx, lastApproved, n, before).Scan(&later); err != nil {
		return granted, ignoreNone(err)
	}
	since, err := approvals(ctx, q, exact, later, of.By)
	if len(since) < len(granted) {
		granted = since
	}
	return granted, err
}

// grantCovers reports whether the approvals that stand for a request are all that it needs.
// Whose voices are needed by now must have been heard for the schedule, and for what was
// approved of it since.
func (o *voices) grantCovers(ctx context.Context, q store.Queryer, n int64, of Request) (any, covers bool, err error) {
	granted, err := o.grants(ctx, q, n, of)
	if err != nil || len(granted) < of.Need || len(of.Sets) == 0 {
		return len(granted) > 0, len(granted) >= of.Need, err
	}
	voices, err := o.voices(of, granted, false)
	if isUnknown(err) { // whoever cannot be told to have been heard was not
		return true, false, nil
	} else if err != nil {
		return true, false, err
	}
	heard, _ := seated(of.quorum().places(), voices)
	return true, heard >= of.Need, nil
}
