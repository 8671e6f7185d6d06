package outbox

import (
	"context"
	"errors"
	"fmt"

	"magpie/cards"
	"magpie/posts"
	"magpie/sending"
	"magpie/store"
)

// orders is the outbox as the engine sees it: it knows what was approved, and tells people
// what came of it.
type orders struct{ *Outbox }

// Order is a request as it is to be sent.
func (o orders) Order(ctx context.Context, q store.Queryer, n int64) (sending.Order, error) {
	r, err := o.unread(ctx, q, n)
	return r.Order, err
}

// Lock has nobody else change a request before tx ends.
func (o orders) Lock(ctx context.Context, tx *store.Tx, n int64) error { return o.lock(ctx, tx, n) }

func (o *ground) lock(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return fmt.Errorf("lock request %d: %w", n, err)
	}
	return nil
}

// as is the request of an order.
func (o *Outbox) as(ctx context.Context, q store.Queryer, order sending.Order) (Request, error) {
	r, err := o.unread(ctx, q, order.N)
	r.Order = order
	return r, err
}

// Approved reports whether enough people approved what has an order's hash.
func (o orders) Approved(ctx context.Context, q store.Queryer, order sending.Order) (bool, error) {
	r, err := o.as(ctx, q, order)
	if err != nil {
		return false, err
	}
	return o.enough(ctx, q, r)
}

// Lapsed is why an order may not begin, or goes to nobody who has not been called so far.
func (o orders) Lapsed(ctx context.Context, q store.Queryer, order sending.Order) (sending.Lapse, error) {
	r, err := o.as(ctx, q, order)
	if err != nil {
		return sending.Lapse{}, err
	}
	if lapse, err := o.lapsed(ctx, q, r); err != nil || !lapse.IsZero() {
		return lapse, err
	}
	if o.isLate(r) {
		return r.late(), nil
	}
	return sending.Lapse{}, nil
}

// MayCall looks up how many an order reaches by now, where WeChat keeps that.
func (o orders) MayCall(ctx context.Context, order sending.Order) error {
	k, _ := o.kinds.of(order.Account, order.Kind)
	if k.count == nil {
		return nil
	}
	r, err := o.as(ctx, o.DB, order)
	if err != nil {
		return err
	}
	return o.notGrown(ctx, k, r)
}

// Prepared has a request whose audience has been read wait for approval; one that has its
// approval already, a schedule's, begins.
func (o orders) Prepared(ctx context.Context, tx *store.Tx, order sending.Order) error {
	r, err := o.as(ctx, tx, order)
	if err != nil || r.State != Preparing {
		return err
	}
	k, _ := o.kinds.of(r.Account, r.Kind)
	r.Size = r.Progress.Calls
	differs, err := o.Outbox.Changed(ctx, tx, r.N)
	if err != nil {
		return err
	}
	r.need(Quorum{r.Broadcast.AtLeast, r.Sets}.Or(o.Policy.Need(r.Account, k.name, k.approval, r.Size)))
	if len(differs) > 0 {
		r.Need = max(r.Need, 1)
	}
	if r.Grant > 0 {
		_, covers, err := o.grantCovers(ctx, tx, r.Grant, r)
		if err != nil {
			return err
		}
		if !covers {
			r.Grant = 0 // the audience has grown past what was approved: it is asked anew
		}
	}
	now := o.Now()
	r.State = Waiting
	remind := store.Millis(r.remindFirst(now))
	if r.Need == 0 || r.Grant > 0 {
		r.State, r.ApprovedAt, remind = Approved, now, 0
	}
	// The schedule that asked was approved by others, or for fewer people.
	var nobody *cards.Refusal
	if r.State == Waiting && r.Size > 0 {
		if err := o.canBeApproved(r); err != nil && (isUnknown(err) || !errors.As(err, &nobody)) {
			return err
		}
	}
	if err := o.enter(ctx, tx, r.N, r.State, also{"size", r.Size}, also{"hash", r.Hash}, also{"need", r.Need}, also{"grant_n", r.Grant},
		also{"approved_at", store.Millis(r.ApprovedAt)}, also{"remind_at", remind}, also{"sets", written(r.Sets)}); err != nil {
		return err
	}
	if err := o.stillMissing(&r); err != nil {
		return err
	}
	if err := o.noteSelf(ctx, tx, r.N, "prepared", cards.T("act.prepared", "count", r.Size)); err != nil {
		return err
	}
	if err := o.postCards(ctx, tx, r); err != nil {
		return err
	}
	switch {
	case r.Size == 0:
		return o.endUnsent(ctx, tx, r.N, cards.T("reason.nobody"))
	case nobody != nil:
		return o.endUnsent(ctx, tx, r.N, nobody.Text)
	case r.State == Approved:
		return o.Engine.Begin(ctx, tx, r.Order)
	}
	return nil
}

// endUnsent ends a broadcast of which nothing is sent.
func (o *teller) endUnsent(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	if err := o.Engine.Drop(ctx, tx, n, sending.Failed, why); err != nil {
		return err
	}
	return o.end(ctx, tx, n, Failed, "")
}

// Began notes that the first call of a request is about to be made.
func (o orders) Began(ctx context.Context, tx *store.Tx, order sending.Order) error {
	r, err := o.as(ctx, tx, order)
	if err != nil || r.State != Approved {
		return err
	}
	if err := o.enter(ctx, tx, r.N, Sending); err != nil {
		return err
	}
	if err := o.noteSelf(ctx, tx, r.N, "sending", cards.Text{}); err != nil {
		return err
	}
	if err := o.tellLate(ctx, tx, r); err != nil {
		return err
	}
	return o.Redraw(ctx, tx, r.N)
}

// Held pauses a request that the engine does not go on with.
func (o orders) Held(ctx context.Context, tx *store.Tx, order sending.Order, why cards.Text, failing bool) error {
	waitsFor := ""
	if failing {
		waitsFor = heldForFailures
	}
	if err := o.enter(ctx, tx, order.N, Paused, also{"held_for", waitsFor}); err != nil {
		return err
	}
	if err := o.noteSelf(ctx, tx, order.N, "held", why); err != nil {
		return err
	}
	if err := o.reply(ctx, tx, order.N, posts.Post{Role: roleHeld}, false); err != nil {
		return err
	}
	return o.Redraw(ctx, tx, order.N)
}

// LetGo notes that a request goes on by itself.
func (o orders) LetGo(ctx context.Context, tx *store.Tx, n int64) error {
	if err := o.noteSelf(ctx, tx, n, "resumed", cards.Text{}); err != nil {
		return err
	}
	r, err := o.request(ctx, tx, n)
	if err != nil {
		return err
	}
	if err := o.goesOn(ctx, tx, &r); err != nil {
		return err
	}
	return o.Redraw(ctx, tx, n)
}

// Ended ends a request of which nothing is left to call. One that has ended is ended anew
// where a late answer cleared up what was unclear.
func (o orders) Ended(ctx context.Context, tx *store.Tx, order sending.Order) (told bool, err error) {
	r, err := o.as(ctx, tx, order)
	if err != nil {
		return false, err
	}
	state := endOf(order)
	switch {
	case r.State == Approved || r.State == Sending || r.State == Paused || r.State == Stopped && r.EndedAt.IsZero():
		if err := o.noteSelf(ctx, tx, r.N, "sent", tallyText(r.Tally)); err != nil {
			return false, err
		}
	case r.State == Unclear && state != Unclear:
	default:
		return false, nil
	}
	return true, o.end(ctx, tx, r.N, state, r.Reason)
}

// Heard has the state of a request follow a later word of WeChat's on one of its deliveries.
func (o orders) Heard(ctx context.Context, tx *store.Tx, order sending.Order, word sending.State, note bool) error {
	r, err := o.as(ctx, tx, order)
	if err != nil {
		return err
	}
	if note {
		if err := o.noteSelf(ctx, tx, r.N, "heard", stateText(State(word))); err != nil {
			return err
		}
	}
	over := r.State.Ended() && r.State != Stopped
	if r.Broadcast == nil {
		if !over {
			return nil
		}
		return o.end(ctx, tx, r.N, endOf(order), "")
	}
	if over {
		if err := o.enter(ctx, tx, r.N, endOf(order)); err != nil {
			return err
		}
	}
	return o.Redraw(ctx, tx, r.N)
}

// EndedAnew tells the thread of a broadcast what WeChat's later words came to.
func (o orders) EndedAnew(ctx context.Context, tx *store.Tx, n int64) error {
	return o.reply(ctx, tx, n, posts.Post{Role: roleResult}, false)
}

// Changed has the cards of a request drawn anew.
func (o orders) Changed(ctx context.Context, tx *store.Tx, n int64) error {
	return o.Redraw(ctx, tx, n)
}

// Thread is the thread of a request where it was asked, ready once its card and its result
// stand there; none says that it is shown nowhere: it was stopped before it had a card.
func (o orders) Thread(ctx context.Context, n int64) (at cards.Place, ready, none bool, err error) {
	threads, err := o.threads(ctx, o.DB, n)
	if err != nil || len(threads) == 0 {
		return cards.Place{}, false, true, err
	}
	at = threads[0].Thread()
	// A result that is to be posted still has its post: its file follows it.
	results, err := o.postsOf(ctx, o.DB, n, roleResult)
	return at, at.Thread != "" && len(results) == 0, false, err
}
