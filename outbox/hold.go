package outbox

import (
	"context"

	"magpie/cards"
	"magpie/store"
)

// mayHold refuses whoever may not pause, resume or stop a request: that is for whoever
// asked and still may ask, approvers and admins.
func (o *Outbox) mayHold(r *Request, p Press) error {
	if r.By == p.Who.ID {
		return o.Roles.May(p.Who, Sender)
	}
	if err := o.Roles.May(p.Who, Approver); err != nil {
		return cards.Refuse("fault.hold_not_yours", "n", r.N, "who", cards.User(r.By))
	}
	return nil
}

// PauseRequest holds a request on every machine: no call begins until it is resumed. One
// that would go on by itself does not any more.
func (o *Outbox) PauseRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "paused", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		if waits := r.State == Paused && !r.Progress.HoldUntil.IsZero(); r.State != Approved && r.State != Sending && !waits {
			return Said{}, cards.Refuse("fault.not_sending", "n", r.N, "state", stateText(r.State))
		}
		_, err := tx.Exec(ctx, "update request set state = 'paused', held_for = $2 where n = $1", r.N, o.heldFor(p))
		if err == nil {
			_, err = tx.Exec(ctx, "update sending set hold_why = '', hold_until = 0 where request = $1", r.N)
		}
		if err != nil {
			return Said{}, err
		}
		return Said{Text: cards.T("answer.paused", "n", r.N)}, o.Reply(ctx, tx, r.N, cards.T("reply.paused", "who", cards.User(p.Who.ID), "n", r.N, "at", o.Now()))
	})
}

// ResumeRequest lets a paused request go on at once: by an approver where an approver
// paused it, or too much failed. The hour in which it may begin, and the count of failures
// at which it is held, begin anew.
func (o *Outbox) ResumeRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "resumed", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		if r.State != Paused {
			return Said{}, cards.Refuse("fault.not_held", "n", r.N, "state", stateText(r.State))
		}
		if err := o.mayResume(r, p); err != nil {
			return Said{}, err
		}
		if err := o.mustServe(r.Account); err != nil {
			return Said{}, err
		}
		text, err := o.unlessHeld(ctx, tx, "answer.goes_on", "n", r.N)
		if err != nil {
			return Said{}, err
		}
		if err := o.Reply(ctx, tx, r.N, cards.T("reply.resumed", "who", cards.User(p.Who.ID), "n", r.N, "at", o.Now())); err != nil {
			return Said{}, err
		}
		return Said{Text: text}, o.goOn(ctx, tx, r)
	})
}

// goOn has a paused request go on.
func (o *Outbox) goOn(ctx context.Context, tx *store.Tx, r *Request) error {
	state := Sending
	if !r.hasBegun() {
		state = Approved
	}
	if _, err := tx.Exec(ctx, "update request set state = $2, resumed_at = $3, held_for = '' where n = $1", r.N, string(state), store.Millis(o.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update sending set hold_why = '', hold_until = 0, since_good = 0, since_bad = 0, rate_at = $2, rate_count = done + failed + unclear
		where request = $1`, r.N, store.Millis(o.Now())); err != nil {
		return err
	}
	return o.enqueueLanes(ctx, tx, r.N)
}

// StopRequest ends a request for good: what has not been called never will be; calls under
// way are waited for.
func (o *Outbox) StopRequest(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "stopped", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayHold(r, p); err != nil {
			return Said{}, err
		}
		switch r.State {
		case Preparing, Approved, Sending, Paused:
		default:
			return Said{}, cards.Refuse("fault.not_sending", "n", r.N, "state", stateText(r.State))
		}
		said := Said{Text: cards.T("answer.stopped", "n", r.N)}
		if _, err := tx.Exec(ctx, "update request set state = 'stopped' where n = $1", r.N); err != nil {
			return said, err
		}
		if _, err := tx.Exec(ctx, "update sending set remaining_as = 'stopped', hold_why = '', hold_until = 0 where request = $1 and remaining_as = ''", r.N); err != nil {
			return said, err
		}
		return said, o.transitionIn(ctx, tx, r.N, nil)
	})
}

// goOnBy has broadcasts go on whose time has come: those held until WeChat counts the
// day's calls anew.
func (o *Outbox) goOnBy(ctx context.Context, tx *store.Tx, now int64) error {
	due, err := store.Column[int64](tx.Query(ctx, "select s.request from sending s join request r on r.n = s.request where s.hold_until > 0 and s.hold_until <= $1 and r.state = 'paused' limit 20", now))
	if err != nil {
		return err
	}
	for _, n := range due {
		claimed, err := tx.Exec(ctx, "update request set n = n where n = $1 and state = 'paused'", n)
		if err != nil || claimed == 0 {
			return err
		}
		r, err := o.request(ctx, tx, n)
		if err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, n, "resumed", cards.Text{}); err != nil {
			return err
		}
		if err := o.goOn(ctx, tx, &r); err != nil {
			return err
		}
		if err := o.enqueueTells(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
