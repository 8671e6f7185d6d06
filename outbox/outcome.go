package outbox

import (
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
func notCalled(m mark, why cards.Text) outcome {
	if m.doubt {
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
func (o *Outbox) outcomeOf(c call, message sendable, recipient string, receipt Receipt, err error) outcome {
	if err == nil {
		return outcome{state: Done, receipt: receipt, ref: message.ref(receipt, recipient)}
	}
	b, m := c.batch, c.mark
	first, k := fromTicks(b.request.AskedAt, m.at), b.fitting.kind
	out := outcome{state: Failed, reason: explain(err)}
	var unclear interface{ Unclear() bool }
	if errors.As(err, &unclear) && unclear.Unclear() {
		if k.mayRepeat(first, o.Now()) && m.tries < maxTries {
			out.state, out.due, out.doubt = Waiting, o.Now().Add(backOff(m.tries)), true
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
			begun := b.request
			begun.Progress.BegunAt = c.begun
			again = again && !o.isLate(begun)
		} else {
			again = again && m.tries < maxTries
		}
		if again {
			out.state, out.due = Waiting, o.Now().Add(max(after, backOff(m.tries)))
		}
	}
	// WeChat refuses now; that says nothing of the call before, which it left
	// unanswered: a draft that was sent, say, is no more.
	if out.state == Failed && m.doubt && k.repeat == RepeatDeduplicated {
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
