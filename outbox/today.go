package outbox

import (
	"context"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// Who lets a paused request go on, where not everybody may who may hold it.
const (
	heldForApprover = "approver" // an approver: one of them paused it
	heldForFailures = "failures" // an approver who did not ask for it: too much failed
)

// heldFor is who lets a request go on that whoever presses pauses.
func (o *voices) heldFor(p Press) string {
	if o.Roles.May(p.Who, Approver) == nil {
		return heldForApprover
	}
	return ""
}

// mayResume refuses whoever may not overrule what holds a request, and what has not
// begun under an approval that has grown old.
func (o *reader) mayResume(r *Request, p Press) error {
	switch {
	case r.HeldFor == heldForFailures && r.isBehind(p.Who.ID):
		return cards.Refuse("fault.own_failures", "n", r.N)
	case r.HeldFor == heldForFailures && o.Roles.May(p.Who, Approver) != nil:
		return cards.Refuse("fault.resume_failures", "n", r.N, "who", o.mentions())
	case r.HeldFor == heldForApprover && o.Roles.May(p.Who, Approver) != nil:
		return cards.Refuse("fault.resume_approver", "n", r.N, "who", o.mentions()).WithCode(cards.NotTheirs)
	case !r.HasBegun() && o.isOld(*r):
		return cards.Refuse("fault.approval_old", "n", r.N, "at", r.ApprovedAt)
	}
	return nil
}

// mayWithdraw refuses whoever may not take a request back: that is for whoever asked and
// still may ask, and admins.
func (o *reader) mayWithdraw(r *Request, p Press) error {
	if !p.ByMagpie.IsZero() {
		return nil
	}
	if r.By != p.Who.ID {
		if o.Roles.May(p.Who, Admin) != nil {
			return cards.Refuse("fault.withdraw_not_yours", "n", r.N, "who", cards.User(r.By)).WithCode(cards.NotTheirs)
		}
		return nil
	}
	return o.Roles.May(p.Who, Sender)
}

// mayRepeat refuses whoever may not have the deliveries of a state tried again: of what is
// unclear that is an approver's decision. What failed goes on under the approval that it
// has, which must still stand.
func (o *reader) mayRepeat(ctx context.Context, q store.Queryer, r *Request, p Press, state State) error {
	if state == Failed {
		if err := o.mayHold(r, p); err != nil {
			return err
		}
		counted, err := o.counted(ctx, q, *r)
		switch {
		case err != nil:
			return err
		case r.Grant == 0 && counted < r.Need, o.isOld(*r):
			return cards.Refuse("fault.approval_old", "n", r.N, "at", r.ApprovedAt)
		}
		return nil
	}
	if err := o.Roles.May(p.Who, Approver); err != nil {
		return err
	}
	if err := mayDecide(r, p); err != nil {
		return err
	}
	if !r.mayRepeatUnclear() {
		return cards.Refuse("fault.again_stopped", "n", r.N)
	}
	return nil
}

// isOld reports whether a request's approval has grown too old to begin under. What was
// approved for an instant is not older than that.
func (o *voices) isOld(r Request) bool {
	if o.Valid <= 0 || r.Need == 0 && r.Grant == 0 {
		return false
	}
	from := r.ApprovedAt
	if r.Due.After(from) {
		from = r.Due
	}
	return o.Now().Sub(from) > o.Valid
}

// asOfToday makes a waiting request read as it stands today: those of its approvals that
// count, and as many as a stricter policy asks for by now.
func (o *voices) asOfToday(ctx context.Context, q store.Queryer, r *Request) (err error) {
	r.need(r.quorum().Or(o.Needs(r.Account, r.Kind, r.Size)))
	if r.Approvals, err = o.counting(ctx, q, *r, true); err != nil {
		return err
	}
	r.ApprovedBy = whoOf(r.Approvals)
	return o.stillMissing(r)
}

// counting are the approvals that count of exactly the request's content: of people who are
// approvers today, or in its sets, had no share in it, and gave it not too long before now or before the
// last approval. Whoever cannot be told to be an approver counts only where strict is
// false: for what has all its approvals already.
func (o *voices) counting(ctx context.Context, q store.Queryer, r Request, strict bool) ([]Approval, error) {
	since := int64(0)
	if o.Valid > 0 && strict {
		since = store.Millis(o.Now().Add(-o.Valid))
	}
	all, err := approvals(ctx, q, "request = $1 and hash = $2 and who <> $3 and at >= $4", r.N, r.Hash, r.By, since)
	if err != nil {
		return nil, err
	}
	var count []Approval
	for _, a := range all {
		if r.isBehind(a.Who) {
			continue
		}
		err := o.mayApprove(cards.Person{ID: a.Who}, r)
		if err == nil || !strict && isUnknown(err) {
			count = append(count, a)
		}
	}
	return count, nil
}

// counted is how many of the approvals that a request needs it has today, for what has all of
// them already: who left a set is in it no more, and nobody knows who is in a group is in it.
func (o *voices) counted(ctx context.Context, q store.Queryer, r Request) (int, error) {
	counting, err := o.counting(ctx, q, r, false)
	if err != nil || len(r.Sets) == 0 {
		return len(counting), err
	}
	voices, err := o.voices(r, counting, true)
	if err != nil {
		return 0, err
	}
	have, _ := seated(r.quorum().places(), voices)
	return have, nil
}

// isUnknown reports whether a role was refused only since nobody knows who is in a group.
func isUnknown(err error) bool { return cards.IsRefused(err, cards.RolesUnknown) }

// lapsed is why a request that has its approvals may not begin under them any more: who
// gave them is no approver today, it is too long ago, or past its grace; zero where it may.
func (o *voices) lapsed(ctx context.Context, q store.Queryer, r Request) (sending.Lapse, error) {
	if r.State != Approved || r.HasBegun() {
		return sending.Lapse{}, nil
	}
	if r.hasGrace() && o.isLate(r) {
		return r.late(), nil
	}
	if o.isOld(r) {
		return sending.Lapse{Why: cards.T("reason.approval_old", "at", r.ApprovedAt)}, nil
	}
	if r.Grant > 0 || r.Need == 0 {
		return sending.Lapse{}, nil
	}
	counted, err := o.counted(ctx, q, r)
	if err != nil || counted >= r.Need {
		return sending.Lapse{}, err
	}
	return sending.Lapse{Why: cards.T("reason.approver_gone", "count", r.Need, "have", counted)}, nil
}
