package outbox

import (
	"slices"

	"magpie/cards"
)

// awaits says whose approval a waiting request waits for, or that nobody is left to give it.
func (o *voices) awaits(r Request) cards.Text {
	if left := o.nobodyLeft(r); !left.IsZero() {
		return left
	}
	return cards.T("card.may_approve", "who", o.askedOf(r))
}

// nobodyLeft says that fewer people than a waiting request still needs may approve it; zero where
// enough may, or where it is not known who may.
func (o *voices) nobodyLeft(r Request) cards.Text {
	approvers, err := o.Roles.Approvers()
	if err != nil {
		return cards.Text{}
	}
	missing := r.Need - len(r.Approvals)
	if len(r.Sets) > 0 {
		if err := o.canBeHeard(r, approvers); err == nil || isUnknown(err) {
			return cards.Text{}
		}
		return cards.T("card.nobody_left", "count", max(1, missing))
	}
	left := slices.DeleteFunc(slices.Clone(approvers), func(id string) bool { return r.isBehind(id) || slices.Contains(r.ApprovedBy, id) })
	if len(left) >= missing {
		return cards.Text{}
	}
	return cards.T("card.nobody_left", "count", missing)
}
