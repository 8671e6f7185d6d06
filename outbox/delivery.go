package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// deliver carries out one delivery: it says sending and commits, calls, and writes
// what came of it. An error is the database's; the call's own ends in the outcome.
func (o *Outbox) deliver(ctx context.Context, b *batch, d Delivery) error {
	for _, may := range []func(context.Context, *batch, Delivery) (bool, error){o.inTime, o.awaitSlot, o.inTime, o.wanted} {
		if ok, err := may(ctx, b, d); err != nil || !ok {
			return err
		}
	}
	claim := uuid.NewString()
	begun := o.Now().Round(0) // wall clock: a suspended machine's monotonic one stands still
	claimed := int64(0)
	if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		claimed, err = tx.Exec(ctx, `update delivery set state = $3, claim = $4, tries = tries + 1, called_at = case when called_at = 0 then $5 else called_at end
			where request = $1 and seq = $2 and state = $6 and exists (select 1 from request where n = $1 and state = $3)
			and not exists (select 1 from setting where name = 'paused')`,
			b.request.N, d.Seq, string(Sending), claim, store.Millis(begun), string(Waiting))
		return err
	}); err != nil || claimed == 0 {
		return err
	}
	if o.isStopping() || o.Now().Round(0).Sub(begun) > staleAfter {
		return o.settle(ctx, b.request.N, d.Seq, claim, outcome{state: Waiting, uncalled: true})
	}
	// A stop waits for a call under way; the client bounds how long it takes.
	if d.CalledAt.IsZero() {
		d.CalledAt = begun
	}
	calling := withDecided(withDelivery(context.WithoutCancel(ctx), b.request.N, d.Seq), d.Tries == 0)
	var receipt Receipt
	err := o.notGrown(calling, b)
	if err == nil {
		receipt, err = b.payload.do(calling, d.Recipient)
	}
	out := o.outcomeOf(b, d, receipt, err)
	if out.state == Done {
		o.Log.Info("delivered", "request", b.request.N, "seq", d.Seq, "kind", b.request.Kind)
	} else {
		o.Log.Warn("not delivered", "request", b.request.N, "seq", d.Seq, "kind", b.request.Kind, "state", string(out.state), "error", err)
	}
	return o.settle(ctx, b.request.N, d.Seq, claim, out)
}

// isLate reports whether more than an hour has gone since the request could begin:
// since its approval, its scheduled instant, the end of the time to undo it or of a pause.
// What nobody decided about since its instant has a grace after that, whatever held it, or
// after a person let it go on.
func (o *Outbox) isLate(r Request) bool {
	if r.hasGrace() && !r.hasBegun() {
		due := r.Due
		if r.ResumedAt.After(due) {
			due = r.ResumedAt
		}
		return o.Now().Sub(due) > r.Grace
	}
	from, begin := r.ApprovedAt, time.Time{}
	if r.Broadcast != nil && r.Due.IsZero() && !r.Broadcast.BeginAt.IsZero() {
		begin = r.ApprovedAt.Add(o.UndoWindow) // BeginAt is by the database's clock
	}
	for _, t := range []time.Time{r.Due, begin, r.ResumedAt, o.resumedAt()} {
		if t.After(from) {
			from = t
		}
	}
	return o.Now().Sub(from) > lateAfter
}

// inTime fails a delivery that may not begin any more, and is false then. It goes by what
// the request is now: it may have been held, and gone on, since it was taken up.
func (o *Outbox) inTime(ctx context.Context, b *batch, d Delivery) (bool, error) {
	if d.Tries > 0 || !o.isLate(b.request) && !o.isOld(b.request) {
		return true, nil
	}
	r, err := o.request(ctx, o.DB, b.request.N)
	if err != nil || r.State != Sending || !o.isLate(r) && !o.isOld(r) {
		return err == nil, err
	}
	if paused, err := o.isPaused(ctx, o.DB); err != nil || paused {
		return false, err
	}
	why := r.lateText()
	if o.isOld(r) {
		if t := r.Tally; t.Done+t.Failed+t.Unclear+t.Sending > 0 && !o.isLate(r) {
			return true, nil // it has begun
		}
		why = o.oldText(r)
	}
	return false, o.settle(ctx, r.N, d.Seq, "", notCalled(d, why))
}

// wanted fails a delivery that would reach somebody who wants nothing more by now, and is
// false then.
func (o *Outbox) wanted(ctx context.Context, b *batch, d Delivery) (bool, error) {
	why, err := o.unwanted(ctx, o.DB, b.request.Account, d.Recipient, b.payload.named)
	if err != nil || why.IsZero() {
		return err == nil, err
	}
	return false, o.settle(ctx, b.request.N, d.Seq, "", notCalled(d, why))
}

// notCalled is the end of a delivery that is not called any more. Where an earlier call
// may have been carried out, nobody knows what became of it.
func notCalled(d Delivery, why cards.Text) outcome {
	if d.Doubt {
		return outcome{state: Unclear, reason: why}
	}
	return outcome{state: Failed, reason: why}
}

// outcome is what came of a delivery.
type outcome struct {
	state    State
	receipt  Receipt
	ref      string // by which a later event names it
	reason   cards.Text
	code     int       // WeChat's, where it gave one
	due      time.Time // of Waiting: not before
	uncalled bool      // of Waiting: the try does not count
	doubt    bool      // of Waiting: this call may have been carried out
}

// mayRepeat reports whether a call that was left without an answer may be repeated by
// itself: its kind is harmless, or WeChat still remembers the id of the first call. A
// tenth of the window is kept for the call's own way.
func (k kind) mayRepeat(first, now time.Time) bool {
	switch k.repeat {
	case RepeatHarmless:
		return true
	case RepeatDeduplicated:
		return now.Sub(first) < k.window-k.window/10
	}
	return false
}

// outcomeOf reads a call's end: done, to be tried later, unclear, or failed.
func (o *Outbox) outcomeOf(b *batch, d Delivery, receipt Receipt, err error) outcome {
	if err == nil {
		return outcome{state: Done, receipt: receipt, ref: b.payload.ref(receipt, d.Recipient)}
	}
	out := outcome{state: Failed, reason: explain(err)}
	tries := d.Tries + 1
	var unclear interface{ Unclear() bool }
	if errors.As(err, &unclear) && unclear.Unclear() {
		if b.kind.mayRepeat(d.CalledAt, o.Now()) && tries < maxTries {
			out.state, out.due, out.doubt = Waiting, o.Now().Add(backOff(tries)), true
			return out
		}
		out.state = Unclear
		return out
	}
	var notSent interface{ NotSent() bool }
	var later interface{ RetryAfter() (time.Duration, bool) }
	if errors.As(err, &later) {
		after, again := later.RetryAfter()
		// What never left is tried until it would be late; what WeChat refuses as
		// busy, five times.
		if errors.As(err, &notSent) && notSent.NotSent() {
			again = again && !o.isLate(b.request)
		} else {
			again = again && tries < maxTries
		}
		if again {
			out.state, out.due = Waiting, o.Now().Add(max(after, backOff(tries)))
		}
	}
	// WeChat refuses now; that says nothing of the call before, which it left
	// unanswered: a draft that was sent, say, is no more.
	if out.state == Failed && d.Doubt && b.kind.repeat == RepeatDeduplicated {
		out.state = Unclear
	}
	return out
}

// backOff is half a second, doubled with each try, 30 s at most.
func backOff(tries int) time.Duration {
	return min(500*time.Millisecond<<min(tries-1, 10), longestWait)
}

// explain is an error in words for people.
func explain(err error) cards.Text {
	var explained interface{ Explain() cards.Text }
	if errors.As(err, &explained) {
		return explained.Explain()
	}
	return cards.T("reason.error", "error", err.Error())
}

// settle commits an outcome, trying until the database takes it: WeChat has acted.
func (o *Outbox) settle(ctx context.Context, n int64, seq int, claim string, out outcome) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return o.writeOutcome(ctx, tx, n, seq, claim, out) })
		if err == nil || ctx.Err() != nil {
			return err
		}
		o.Log.Error("outcome not written yet", "request", n, "seq", seq, "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// writeOutcome writes what came of a delivery if it is still this caller's: claim is
// the one that it was called under, or "" for whoever holds the batch. An answer that
// comes after another process held the delivery as unclear is still taken, where it
// clears that up.
func (o *Outbox) writeOutcome(ctx context.Context, tx *store.Tx, n int64, seq int, claim string, out outcome) error {
	var receipt, reason []byte
	var err error
	if out.receipt != nil {
		if receipt, err = json.Marshal(out.receipt); err != nil {
			return err
		}
	}
	if !out.reason.IsZero() {
		if reason, err = json.Marshal(out.reason); err != nil {
			return err
		}
	}
	uncalled, doubt := 0, 0
	if out.uncalled {
		uncalled = 1
	}
	if out.doubt {
		doubt = 1
	}
	changed, err := tx.Exec(ctx, `update delivery set state = $3, receipt = $4, reason = $5, due_at = $6, tries = tries - $7, ref = $9, doubt = case when $10 = 1 then 1 else doubt end
		where request = $1 and seq = $2 and ($8 = '' and state in ('waiting', 'sending') or claim = $8 and (state = 'sending' or state = 'unclear' and $3 <> 'waiting'))`,
		n, seq, string(out.state), string(receipt), string(reason), store.Millis(out.due), uncalled, claim, out.ref, doubt)
	if err == nil && changed == 0 {
		o.Log.Warn("an outcome came after the delivery had gone on", "request", n, "seq", seq, "state", string(out.state))
	}
	return err
}
