package outbox

import (
	"context"
	"slices"
	"strings"

	"magpie/cards"
)

// ButtonsFor are what somebody may do to a request as it stands, in a list that is theirs
// alone: nobody approves or rejects their own, nor approves twice. An approval that cannot be
// taken back asks once more, as on the card.
func (o *drawer) ButtonsFor(ctx context.Context, r Request, who cards.Person) ([]cards.Button, error) {
	switch r.State {
	case Waiting:
		if err := o.asOfToday(ctx, o.DB, &r); err != nil {
			return nil, err
		}
	default:
		if err := o.Engine.Read(ctx, o.DB, &r.Order); err != nil {
			return nil, err
		}
	}
	buttons := slices.DeleteFunc(o.withChange(r, o.requestButtons(r)), func(b cards.Button) bool { return !o.mayPress(ctx, &r, who, b.Line) })
	for i, b := range buttons {
		if verb, _, _ := strings.Cut(b.Line, " "); verb == "approve" {
			if asked := o.Really(r.Account, r.Kind, r.Payload); !asked.Text.IsZero() {
				buttons[i].Confirm = &asked
			}
		}
	}
	return buttons, nil
}

// mayPress reports whether a button of a request is somebody's to press.
func (o *drawer) mayPress(ctx context.Context, r *Request, who cards.Person, line string) bool {
	p := Press{N: r.N, Who: who}
	approves := o.Roles.May(who, Approver) == nil
	switch verb, _, _ := strings.Cut(line, " "); verb {
	case "approve":
		return o.isAwaited(ctx, *r, who)
	case "reject", "ask-changes":
		return r.By != who.ID && o.mayApprove(who, *r) == nil
	case "withdraw":
		return r.By == who.ID && o.mayWithdraw(r, p) == nil
	case "change":
		return r.By == who.ID
	case "pause", "stop":
		return o.mayHold(r, p) == nil
	case "resume":
		return o.mayHold(r, p) == nil && o.mayResume(r, p) == nil && o.Accounts.Serve(r.Account)
	case "again":
		if !r.isOpen() { // what failed is tried again
			return o.mayHold(r, p) == nil
		}
		return approves && mayDecide(r, p) == nil
	case "leave":
		return approves && mayDecide(r, p) == nil
	}
	return false
}

// isAwaited reports whether somebody's approval of a request, read as of today, would count.
func (o *reader) isAwaited(ctx context.Context, r Request, who cards.Person) bool {
	if o.mayApprove(who, r) != nil || r.isBehind(who.ID) || slices.Contains(r.ApprovedBy, who.ID) || !o.Accounts.Serve(r.Account) {
		return false
	}
	standsFor, err := o.standsFor(ctx, o.DB, r, who.ID)
	return err == nil && o.mayBeHeard(r, Approval{Who: who.ID, For: standsFor}) == nil
}
