package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
	"magpie/traces"
)

// Press is something a person does to a request.
type Press struct {
	N      int64
	Who    cards.Person
	Where  cards.Place
	Reason string // of a reject
	Once   string
	// Account is the one that everything is paused or resumed for; "": for all.
	Account string
	// ByMagpie says that magpie takes back itself what it had asked for in the person's
	// name, and why: it is magpie's act, and their role of today does not matter.
	ByMagpie cards.Text
}

// press accepts one act on a request: the role is checked, the request's row locked
// and read, and what fn changed is told wherever the request is shown.
func (o *Outbox) press(ctx context.Context, verb string, p Press, role Role, fn func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error)) (Said, error) {
	entry := act{request: p.N, verb: verb, who: p.Who.ID}
	if !p.ByMagpie.IsZero() {
		entry.who, entry.note = "", p.ByMagpie
	}
	var span traces.Span
	defer func() { span.End() }()
	return o.accept(ctx, p.Once, entry, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		// The update locks the row; reading alone would let two approvals count as one.
		if err := o.lock(ctx, tx, p.N); err != nil {
			return Said{}, err
		}
		r, err := o.request(ctx, tx, p.N)
		if isNone(err) {
			entry.request = 0 // the record of one that will bear the number begins with its asking
			return Said{}, noRequest(ctx, tx, p.N)
		} else if err != nil {
			return Said{}, err
		}
		span.End() // of a try that the database did not take
		ctx, span = o.Traces.Continue(ctx, r.Trace, "request "+verb)
		span.Number("magpie.request", p.N)
		if role == Approver {
			err = o.mayApprove(p.Who, r)
		} else {
			err = o.Roles.May(p.Who, role)
		}
		if err != nil {
			return Said{}, err
		}
		said, err := fn(ctx, tx, &r, entry)
		if err != nil {
			return Said{}, err
		}
		said.N = p.N
		return said, o.Redraw(ctx, tx, p.N)
	})
}

// Approve counts the person's approval of the request's exact content; with the last
// one that it needs, its deliveries are enqueued in the same transaction. Nobody's
// approval counts on their own request, and a person counts once, as long as they are an
// approver or in one of the sets whose voices it needs. Of sets only who fills a place of them
// is taken.
//
// An approver's, or of who is in its sets. Refuses with cards.NotFound where there is no such request, and with
// cards.NotWaiting where it waits no more, by the clock too; without a code where the person
// had a share in it or has approved it already, where its account is not served, and where
// WeChat does not say how many it reaches by now.
func (o *Outbox) Approve(ctx context.Context, p Press) (Said, error) {
	size, err := o.countFor(ctx, p)
	if err != nil {
		return Said{}, err
	}
	return o.press(ctx, "approved", p, Approver, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		switch {
		case r.By == p.Who.ID:
			return Said{}, cards.Refuse("fault.own_request", "n", r.N)
		case r.isBehind(p.Who.ID):
			return Said{}, cards.Refuse("fault.behind_request", "n", r.N, "who", o.mentions())
		}
		if err := o.mustWait(ctx, r); err != nil {
			return Said{}, err
		}
		if slices.Contains(r.ApprovedBy, p.Who.ID) {
			return Said{}, cards.Refuse("fault.approved_already", "n", r.N)
		}
		if err := o.mustServe(r.Account); err != nil {
			return Said{}, err
		}
		needed := r.Need
		if err := o.reaches(ctx, tx, r, size); err != nil {
			return Said{}, err
		}
		standsFor, err := o.standsFor(ctx, tx, *r, p.Who.ID)
		if err != nil {
			return Said{}, err
		}
		given := Approval{Who: p.Who.ID, For: standsFor}
		if err := o.mayBeHeard(*r, given); err != nil {
			return Said{}, err
		}
		if len(standsFor) > 0 {
			entry.note = cards.T("act.stands_for", "who", cards.Mentions(standsFor))
		}
		now := store.Millis(o.Now())
		// An approval of theirs that counts no more, grown old, is given anew.
		if _, err := tx.Exec(ctx, `insert into approval (request, who, at, hash, stands_for) values ($1, $2, $3, $4, $5)
			on conflict (request, who) do update set at = excluded.at, hash = excluded.hash, stands_for = excluded.stands_for`, r.N, p.Who.ID, now, r.Hash, strings.Join(standsFor, " ")); err != nil {
			return Said{}, err
		}
		r.Approvals = append(r.Approvals, given)
		if err := o.stillMissing(r); err != nil {
			return Said{}, err
		}
		missing := r.Missing.Voices
		switch {
		case missing > 0 && len(r.Sets) > 0:
			return Said{Text: cards.T("answer.approved_sets", "n", r.N, "missing", r.missingText())}, nil
		case missing > 0 && r.Need > needed:
			return Said{Text: cards.T("answer.approved_grown", "n", r.N, "size", r.Size, "need", r.Need, "count", missing)}, nil
		case missing > 0:
			return Said{Text: cards.T("answer.approved_missing", "n", r.N, "count", missing)}, nil
		}
		if err := o.enter(ctx, tx, r.N, Approved, also{"approved_at", now}, also{"need", r.Need}, also{"sets", written(r.Sets)}); err != nil {
			return Said{}, err
		}
		text, err := o.approvedText(ctx, tx, *r)
		if err != nil {
			return Said{}, err
		}
		said := Said{Text: text}
		if r.HasUndo() && o.UndoWindow > 0 {
			if said.Text, err = o.unlessHeld(ctx, tx, r.Account, "answer.approved_undo", "n", r.N, "long", lasts(o.UndoWindow)); err != nil {
				return said, err
			}
			said.Buttons = []cards.Button{{Label: cards.T("button.stop"), Line: fmt.Sprintf("stop %d", r.N), Style: "danger"}}
		}
		return said, o.Engine.Begin(ctx, tx, r.Order)
	})
}

// Reject ends a waiting request for a reason. An approver's. Refuses with cards.NotFound
// where there is no such request, and with cards.NotWaiting where it waits no more.
func (o *Outbox) Reject(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "rejected", p, Approver, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mustWait(ctx, r); err != nil {
			return Said{}, err
		}
		entry.note = cards.Plain(p.Reason)
		return Said{Text: cards.T("answer.rejected", "n", r.N)}, o.end(ctx, tx, r.N, Rejected, p.Reason)
	})
}

// Withdraw ends a waiting request, or an approved one whose scheduled instant is still
// ahead: the requester's or an admin's. Magpie itself takes back an approved one later too,
// or one that is paused, as long as nothing of it has been called.
//
// Refuses with cards.NotFound where there is no such request, with cards.NotTheirs where the
// person neither asked for it nor is an admin, and with cards.NotWaiting where it is too late.
// A requester who may not ask any more is refused as Roles.May does.
func (o *Outbox) Withdraw(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "withdrawn", p, Everyone, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := o.mayWithdraw(r, p); err != nil {
			return Said{}, err
		}
		ahead := r.State == Approved && r.Due.After(o.Now()) || r.State == Preparing
		if !ahead && !(r.mayCallOff() && !p.ByMagpie.IsZero()) {
			if err := o.mustWait(ctx, r); err != nil {
				return Said{}, err
			}
		}
		return Said{Text: cards.T("answer.withdrawn", "n", r.N)}, o.end(ctx, tx, r.N, Withdrawn, "")
	})
}

func (r *Request) mayCallOff() bool {
	switch r.State {
	case Preparing, Waiting:
		return true
	case Approved, Paused:
		return !r.HasBegun() && r.Progress.BegunAt.IsZero()
	}
	return false
}

// MayCallOff is the state of request n, and whether nothing of it has been called or is
// about to be; sql.ErrNoRows where there is no such request.
func (o *reader) MayCallOff(ctx context.Context, n int64) (State, bool, error) {
	r, err := o.request(ctx, o.DB, n)
	return r.State, err == nil && r.mayCallOff(), err
}

// Leave decides that the unclear deliveries are not repeated. An approver's. Refuses with
// cards.NotFound where there is no such request; without a code where nothing of it is
// unclear, or the person had a share in it.
func (o *Outbox) Leave(ctx context.Context, p Press) (Said, error) {
	return o.press(ctx, "left", p, Approver, func(ctx context.Context, tx *store.Tx, r *Request, entry *act) (Said, error) {
		if err := mayDecide(r, p); err != nil {
			return Said{}, err
		}
		_, err := tx.Exec(ctx, "update request set settled = 1 where n = $1", r.N)
		return Said{Text: cards.T("answer.left", "n", r.N)}, err
	})
}

// isOpen reports whether people are still to decide about what is unclear.
func (r *Request) isOpen() bool {
	return !r.Settled && (r.State == Unclear || r.State == Stopped && !r.EndedAt.IsZero() && r.Tally.Unclear > 0)
}

func mayDecide(r *Request, p Press) error {
	switch {
	case !r.isOpen():
		return cards.Refuse("fault.nothing_unclear", "n", r.N, "state", nowText(r.State))
	case r.isBehind(p.Who.ID):
		return cards.Refuse("fault.own_unclear", "n", r.N)
	}
	return nil
}

// mustWait refuses what is no longer waiting for approval, by the clock too: the
// ticker may not have come to it yet.
func (o *reader) mustWait(_ context.Context, r *Request) error {
	switch {
	case r.State == Expired || r.State == Waiting && !o.Now().Before(r.ExpiresAt):
		return cards.Refuse("fault.expired", "n", r.N, "at", r.ExpiresAt).WithCode(cards.NotWaiting)
	case r.State != Waiting:
		return cards.Refuse("fault.not_waiting", "n", r.N, "state", nowText(r.State)).WithCode(cards.NotWaiting)
	}
	return nil
}

// end writes the last state of a request and tells it in its thread.
func (o *teller) end(ctx context.Context, tx *store.Tx, n int64, state State, reason string) error {
	if err := o.enter(ctx, tx, n, state, also{"reason", reason}, also{"ended_at", store.Millis(o.Now())}); err != nil {
		return err
	}
	if err := o.reply(ctx, tx, n, posts.Post{Role: roleResult}, false); err != nil {
		return err
	}
	if err := o.tellFirst(ctx, tx, n); err != nil {
		return err
	}
	var account, kind, payload string
	if err := tx.QueryRow(ctx, "select account, kind, payload from request where n = $1", n).Scan(&account, &kind, &payload); err != nil {
		return err
	}
	k, known := o.kinds.of(account, kind)
	if state == Rejected || state == Withdrawn || state == Expired {
		if err := o.Engine.Drop(ctx, tx, n, "", cards.Text{}); err != nil {
			return err
		}
		if known {
			if err := k.over(ctx, tx, []byte(payload)); err != nil {
				return fmt.Errorf("end request %d: %w", n, err)
			}
		}
	} else if known {
		if err := k.ended(ctx, tx, []byte(payload)); err != nil {
			return fmt.Errorf("end request %d: %w", n, err)
		}
	}
	return o.Redraw(ctx, tx, n)
}
