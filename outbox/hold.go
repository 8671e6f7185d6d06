package outbox

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// mayHold refuses whoever may not pause, resume or stop a request: that is for whoever
// asked and still may ask, approvers and admins.
func (o *reader) mayHold(r *Request, p Press) error {
	if r.By == p.Who.ID {
		return o.Roles.May(p.Who, Sender)
	}
	if err := o.Roles.May(p.Who, Approver); err != nil {
		return cards.Refuse("fault.hold_not_yours", "n", r.N, "who", cards.User(r.By)).WithCode(cards.NotTheirs)
	}
	return nil
}

// PauseRequest holds a request on every machine: no call begins until it is resumed. One
// that would go on by itself does not any more.
//
// Refuses with cards.NotFound where there is no such request, and with cards.NotTheirs where
// the person neither asked for it nor approves; without a code where nothing of it is to be
// sent. A requester who may not ask any more is refused as Roles.May does.
func (o *Outbox) PauseRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "paused", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		if waits := r.State == Paused && !r.Progress.HoldUntil.IsZero(); r.State != Approved && r.State != Sending && !waits {
			return Said{}, cards.Refuse("fault.not_sending", "n", r.N, "state", nowText(r.State))
		}
		if err := o.enter(ctx, tx, r.N, Paused, also{"held_for", o.heldFor(p)}); err != nil {
			return Said{}, err
		}
		if err := o.Engine.Pause(ctx, tx, r.N); err != nil {
			return Said{}, err
		}
		return Said{Text: cards.T("answer.paused", "n", r.N)}, o.Reply(ctx, tx, r.N, cards.T("reply.paused", "who", cards.User(p.Who.ID), "n", r.N, "at", o.Now()))
	})
}

// ResumeRequest lets a paused request go on at once: by an approver where an approver
// paused it, or too much failed. The hour in which it may begin, and the count of failures
// at which it is held, begin anew.
//
// Refuses as PauseRequest does, with cards.NotTheirs also where an approver paused it and the
// person is none; without a code where it is not paused, too much failed and the person may
// not decide that it goes on, its approval has grown old, or its account is not served.
func (o *Outbox) ResumeRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "resumed", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		if r.State != Paused {
			return Said{}, cards.Refuse("fault.not_held", "n", r.N, "state", nowText(r.State))
		}
		if err := o.mayResume(r, p); err != nil {
			return Said{}, err
		}
		if err := o.mustServe(r.Account); err != nil {
			return Said{}, err
		}
		text, err := o.unlessHeld(ctx, tx, r.Account, "answer.goes_on", "n", r.N)
		if err != nil {
			return Said{}, err
		}
		if err := o.goesOn(ctx, tx, r); err != nil {
			return Said{}, err
		}
		// The order is locked before its card, as by whoever tells how far it has come: the other
		// way round the two would wait for each other.
		if err := o.Engine.Resume(ctx, tx, r.Order); err != nil {
			return Said{}, err
		}
		return Said{Text: text}, o.Reply(ctx, tx, r.N, cards.T("reply.resumed", "who", cards.User(p.Who.ID), "n", r.N, "at", o.Now()))
	})
}

// goesOn notes that a paused request goes on.
func (o *Outbox) goesOn(ctx context.Context, tx *store.Tx, r *Request) error {
	state := Sending
	if !r.HasBegun() {
		state = Approved
	}
	return o.enter(ctx, tx, r.N, state, also{"held_for", ""})
}

// StopRequest ends a request for good: what has not been called never will be; calls under
// way are waited for. Refuses as PauseRequest does.
func (o *Outbox) StopRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "stopped", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		switch r.State {
		case Preparing, Approved, Sending, Paused:
		default:
			return Said{}, cards.Refuse("fault.not_sending", "n", r.N, "state", nowText(r.State))
		}
		said := Said{Text: cards.T("answer.stopped", "n", r.N)}
		if err := o.enter(ctx, tx, r.N, Stopped); err != nil {
			return said, err
		}
		return said, o.Engine.Stop(ctx, tx, r.N)
	})
}
