package sending

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
)

const (
	maxTries    = 5 // of a call that WeChat answers with "busy"
	longestWait = 30 * time.Second
)

// notCalled is the end of a delivery that is not called any more. Where an earlier call
// may have been carried out, nobody knows what became of it.
func notCalled(m status, why Lapse) outcome {
	if m.doubt {
		return outcome{state: Unclear, reason: why.Why}
	}
	return outcome{state: Failed, reason: why.Why, late: why.Late}
}

// outcome is what came of a delivery.
type outcome struct {
	state    State
	receipt  Receipt
	ref      string // by which a later event names it
	reason   cards.Text
	code     int       // WeChat's, where it gave one
	late     bool      // of Failed: see Lapse
	due      time.Time // of Waiting: not before
	uncalled bool      // of Waiting: the try does not count
	doubt    bool      // of Waiting: this call may have been carried out
}

// toldApart is up to how many recipients each is told with the id of their call. Of more,
// reasons are counted: that id would make each of them another.
const toldApart = 10

// outcomeOf reads a call's end: done, to be tried later, unclear, or failed.
func (e *Engine) outcomeOf(c call, message Message, recipient string, receipt Receipt, err error) outcome {
	if err == nil {
		return outcome{state: Done, receipt: receipt, ref: message.Ref(receipt, recipient)}
	}
	b, m := c.batch, c.status
	first, k := fromTicks(b.request.AskedAt, m.at), b.checker.kind
	out := outcome{state: Failed, reason: Explain(err)}
	if b.request.Progress.Calls > toldApart {
		_, out.reason = reasonOf(err)
	}
	var unclear interface{ Unclear() bool }
	if errors.As(err, &unclear) && unclear.Unclear() {
		if k.mayRepeat(first, e.Now()) && m.tries < maxTries {
			out.state, out.due, out.doubt = Waiting, e.Now().Add(backOff(m.tries)), true
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
			lapsed, begun := e.lapsedNow(b.request)
			if !lapsed.IsZero() && !begun {
				return notCalled(m, lapsed)
			}
			again = again && lapsed.IsZero()
		} else {
			again = again && m.tries < maxTries
		}
		if again {
			out.state, out.due = Waiting, e.Now().Add(max(after, backOff(m.tries)))
		}
	}
	// WeChat refuses now; that says nothing of the call before, which it left
	// unanswered: a draft that was sent, say, is no more.
	if out.state == Failed && m.doubt && k.Repeat == RepeatDeduplicated {
		out.state = Unclear
	}
	return out
}

// lapsedNow is why somebody who could not be called may not be called later either, and
// whether anybody else of the order has been.
func (e *Engine) lapsedNow(r Order) (lapsed Lapse, begun bool) {
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	now, err := e.order(ctx, e.DB, r.N)
	if err != nil {
		return lapsed, true // what is wrong with the database is found when the outcome is written
	}
	now.Tally.Sending-- // the call itself
	if lapsed, err = e.Owner.Lapsed(ctx, e.DB, now); err != nil {
		return Lapse{}, true
	}
	return lapsed, now.HasBegun()
}

// lookWithin is how long it may take to look whether an order is late.
const lookWithin = 5 * time.Second

// backOff is half a second, doubled with each try, 30 s at most.
func backOff(tries int) time.Duration {
	return min(500*time.Millisecond<<min(tries-1, 10), longestWait)
}

// Explain is an error in words for people.
func Explain(err error) cards.Text {
	var explained interface{ Explain() cards.Text }
	if errors.As(err, &explained) {
		return explained.Explain()
	}
	return cards.T("reason.error", "error", err.Error())
}
