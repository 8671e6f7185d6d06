package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// batch is one job's share of a request.
type batch struct {
	request     Request
	kind        kind
	payload     sendable
	first, last int // seq
	due         []Delivery
	held        bool // its account is not served
}

// openBatch takes up a batch: what an earlier attempt left as sending is held as
// unclear or, where harmless, repeated; content that differs from what was approved
// fails the request. It returns nil where there is nothing to do.
func (o *Outbox) openBatch(ctx context.Context, job sendJob) (*batch, error) {
	b := &batch{first: job.Batch * batchSize, last: (job.Batch+1)*batchSize - 1}
	err := o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update request set n = n where n = $1", job.Request); err != nil {
			return err
		}
		r, err := o.request(ctx, tx, job.Request)
		if err != nil {
			return err
		}
		stopping := r.State == Stopped && r.EndedAt.IsZero()
		if r.State != Approved && r.State != Sending && r.State != Paused && !stopping {
			b = nil
			return nil
		}
		var known bool
		b.request = r
		if b.kind, known = o.kinds[r.Kind]; !known {
			return fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
		}
		if b.payload, err = b.kind.open(r.Payload); err != nil {
			return err
		}
		all, err := o.deliveries(ctx, tx, r.N, "")
		if err != nil {
			return err
		}
		if stopping {
			if err := o.takeUp(ctx, tx, b, all); err != nil {
				return err
			}
			b = nil
			return o.endIfOver(ctx, tx, r.N)
		}
		if b.held = !o.Accounts.Serve(r.Account); b.held {
			return nil
		}
		if !o.isApproved(ctx, tx, r, all) {
			b = nil
			o.Log.Error("request differs from what was approved; nothing is sent", "request", r.N)
			return o.failRest(ctx, tx, r.N, cards.T("reason.differs"))
		}
		if err := o.takeUp(ctx, tx, b, all); err != nil || len(b.due) == 0 || r.State == Sending {
			return err
		}
		if held, err := o.isPaused(ctx, tx); err != nil || held || r.State == Paused {
			b.due = nil // it does not begin to send, nor say so
			return err
		}
		if why, err := o.lapsed(ctx, tx, r); err != nil {
			return err
		} else if !why.IsZero() {
			b = nil
			return o.failRest(ctx, tx, r.N, why)
		}
		if _, err := tx.Exec(ctx, "update request set state = $2 where n = $1", r.N, string(Sending)); err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, r.N, "sending", cards.Text{}); err != nil {
			return err
		}
		if err := o.tellLate(ctx, tx, r); err != nil {
			return err
		}
		return o.enqueueTells(ctx, tx, r.N)
	})
	return b, err
}

// takeUp settles what an earlier attempt left and lists what is due.
func (o *Outbox) takeUp(ctx context.Context, tx *store.Tx, b *batch, all []Delivery) error {
	now := o.Now()
	for _, d := range all {
		if d.Seq < b.first || d.Seq > b.last {
			continue
		}
		if d.State == Sending {
			left := outcome{state: Unclear, reason: cards.T("reason.interrupted")}
			if b.kind.mayRepeat(d.CalledAt, now) {
				left = outcome{state: Waiting, doubt: true}
			}
			if err := o.writeOutcome(ctx, tx, b.request.N, d.Seq, "", left); err != nil {
				return err
			}
			d.State = left.state
		}
		if d.State == Waiting && (!d.Due.After(now) || d.Tries > 0 && d.Due.After(now.Add(neverAhead))) {
			b.due = append(b.due, d)
		}
	}
	return nil
}

// isApproved reports whether the request stands as it was approved: the content and
// audience that would be sent now have the hash that enough people approved.
func (o *Outbox) isApproved(ctx context.Context, q store.Queryer, r Request, all []Delivery) bool {
	var recipients []string
	for _, d := range all {
		if d.Recipient != "" {
			recipients = append(recipients, d.Recipient)
		}
	}
	enough, err := o.enough(ctx, q, r)
	return err == nil && enough && hashOf(r.Account, r.Kind, r.Payload, recipients) == r.Hash && len(all) == max(1, len(recipients))
}

// closeBatch ends the request when none of its deliveries is open, and otherwise
// tells how long to wait for this batch's (0: none of them waits).
func (o *Outbox) closeBatch(ctx context.Context, b *batch) (wait time.Duration, err error) {
	err = o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err := o.endIfOver(ctx, tx, b.request.N); err != nil {
			return err
		}
		var waiting, due int64
		if err := tx.QueryRow(ctx, "select count(*), coalesce(min(due_at), 0) from delivery where request = $1 and seq between $2 and $3 and state = 'waiting'",
			b.request.N, b.first, b.last).Scan(&waiting, &due); err != nil || waiting == 0 {
			return err
		}
		wait = max(store.Time(due).Sub(o.Now()), 100*time.Millisecond)
		if paused, err := o.isPaused(ctx, tx); err != nil || paused || b.request.State == Paused {
			wait = max(wait, pausedPoll)
			return err
		}
		if wait > schedulerWithin {
			wait -= schedulerWithin // it wakes early, and then waits to the instant
		}
		// Why it waits stands on the card.
		return o.enqueueTells(ctx, tx, b.request.N)
	})
	return wait, err
}

// endWaiting ends every delivery that waits: as state where it has not begun, as unclear
// where an earlier call may have been carried out.
func (o *Outbox) endWaiting(ctx context.Context, tx *store.Tx, n int64, state State, why cards.Text) error {
	_, err := tx.Exec(ctx, `update delivery set state = case when doubt = 1 then 'unclear' else $2 end, reason = case when doubt = 1 then $3 else $4 end
		where request = $1 and state = 'waiting'`, n, string(state), mustText(cards.T("reason.interrupted")), mustText(why))
	return err
}

// failRest fails every delivery that has not begun, and ends the request.
func (o *Outbox) failRest(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	if err := o.endWaiting(ctx, tx, n, Failed, why); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update request set state = 'sending' where n = $1", n); err != nil {
		return err
	}
	return o.endIfOver(ctx, tx, n)
}

// endIfOver ends a sending request whose deliveries have all ended. What waits in one
// that was stopped ends here.
func (o *Outbox) endIfOver(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return err
	}
	r, err := o.request(ctx, tx, n)
	stopping := r.State == Stopped && r.EndedAt.IsZero()
	if err == nil && stopping && r.Tally.Waiting > 0 {
		if err := o.endWaiting(ctx, tx, n, Stopped, cards.Text{}); err != nil {
			return err
		}
		r, err = o.request(ctx, tx, n)
	}
	if err != nil || r.Tally.Waiting+r.Tally.Sending > 0 {
		return err
	}
	state := endOf(r.Tally)
	if stopping {
		state = Stopped
	} else if r.State != Sending && r.State != Paused && (r.State != Unclear || state == Unclear) {
		return nil // a late answer may end an unclear request anew
	}
	if err := o.noteSelf(ctx, tx, n, "sent", tallyText(r.Tally)); err != nil {
		return err
	}
	return o.end(ctx, tx, n, state, "")
}

// endAnew ends a request that had ended, after one of its deliveries has changed.
func (o *Outbox) endAnew(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return err
	}
	r, err := o.request(ctx, tx, n)
	if err != nil || !r.State.Ended() || r.State == Stopped {
		return err
	}
	return o.end(ctx, tx, n, endOf(r.Tally), "")
}

// endOf is the state of a request all of whose deliveries have ended.
func endOf(t Tally) State {
	switch {
	case t.Stopped > 0:
		return Stopped
	case t.Unclear > 0:
		return Unclear
	case t.Failed == 0:
		return Done
	case t.Done == 0:
		return Failed
	}
	return Partly
}
