package sending

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Repeat says what may happen to a delivery that nobody knows the end of: its call
// was left without an answer, or the process died during it.
type Repeat int

const (
	// RepeatAsk holds it as unclear and asks a person.
	RepeatAsk Repeat = iota
	// RepeatHarmless repeats it: a second call does no harm (creating an id).
	RepeatHarmless
	// RepeatDeduplicated repeats it inside the kind's Window: WeChat delivers what
	// bears the same id (DeliveryID) once.
	RepeatDeduplicated
)

// Receipt is what WeChat returned for one delivery, by the names of its reply
// (media_id, activity_id); times are Unix seconds.
type Receipt map[string]string

// Quota is how often an API may be called in a day, and how often it still may.
type Quota struct{ Limit, Left int }

// Kind is how messages of a kind are sent.
type Kind struct {
	Name    string
	Account string // the AppID of the one that its calls are for; "": it is alike for all
	Repeat  Repeat
	Window  time.Duration // how long WeChat remembers an id, counted from the first call
	OwnRefs bool          // WeChat's reply names a delivery
	Slow    bool          // a delivery may take minutes
	// Open makes a payload ready for calls; Fill does for each member of an audience, whose
	// values take the places of merge fields.
	Open func(payload json.RawMessage) (Message, error)
	Fill func(payload json.RawMessage, columns []string) (func(values []string) (Message, error), error)
	// Compile makes a payload ready once for all members of an audience; it may return nil:
	// each is filled.
	Compile func(payload json.RawMessage, columns []string) (Compiled, error)
	// Quota reads how many calls the account has left today; nil: no limit is known.
	Quota func(ctx context.Context) (Quota, error)
}

// Compiled gives the message to one member, ready to be called and for nothing else. It
// says no where a value that is put in is empty: what is empty may be left out of a
// message, and is filled by itself.
type Compiled func(values []string) (Message, bool)

// Message is a payload made ready for calls, to one recipient or to many.
type Message struct {
	Payload any
	Named   []string // people whom the payload itself names
	// Do carries out one delivery. recipient is "" for kinds that have none. An error may
	// have Unclear() bool, NotSent() bool, RetryAfter() (time.Duration, bool), Reason() (int,
	// cards.Text), Obstacle() Obstacle and Explain() cards.Text.
	Do func(ctx context.Context, recipient string) (Receipt, error)
	// Check says why WeChat would not take it.
	Check func(recipient string) error
	// Ref is by which name WeChat's later event calls a delivery; "": by none.
	Ref func(receipt Receipt, recipient string) string
}

// kinds are known by account and name.
type kinds map[kindOf]Kind

type kindOf struct{ account, name string }

// of is a kind as an account has it.
func (k kinds) of(account, name string) (Kind, bool) {
	if own, known := k[kindOf{account, name}]; known {
		return own, true
	}
	alike, known := k[kindOf{name: name}]
	return alike, known
}

// Register makes a kind known. Kinds are named once for each account, before the start.
func (e *ledger) Register(k Kind) { e.kinds[kindOf{k.Account, k.Name}] = k }

// Lend makes the named audiences known that broadcasts go to; before the start.
func (e *ledger) Lend(a Audiences) { e.Audiences = a }

// mayRepeat reports whether a call that was left without an answer may be repeated by
// itself: its kind is harmless, or WeChat still remembers the id of the first call. A
// tenth of the window is kept for the call's own way.
func (k Kind) mayRepeat(first, now time.Time) bool {
	switch k.Repeat {
	case RepeatHarmless:
		return true
	case RepeatDeduplicated:
		return now.Sub(first) < k.Window-k.Window/10
	}
	return false
}

type deliveryKey struct{}

// delivery is which one a Do carries out.
type delivery struct {
	order, row int64
	decided    bool
	held       func() bool
}

// withDelivery names a delivery to its kind's Do. decided says that nobody has tried it, or
// that a person has looked and wants it tried again; held, that its order is held by now.
func withDelivery(ctx context.Context, order, row int64, decided bool, held func() bool) context.Context {
	return context.WithValue(ctx, deliveryKey{}, delivery{order, row, decided, held})
}

// ErrHeld is what a Do returns that has made no call for its recipient, since MayNot says that
// it may not: the delivery waits, or is stopped with its order.
var ErrHeld = errors.New("the order is held")

// MayNot reports whether the order of the delivery that Do carries out has been paused or
// stopped, or the process ends. A Do of several calls looks before each.
func MayNot(ctx context.Context) bool {
	d, ok := ctx.Value(deliveryKey{}).(delivery)
	return ok && d.held()
}

// DeliveryID names the delivery that Do carries out: 24 characters, the same each time
// it is repeated, for APIs where WeChat delivers the same id once.
func DeliveryID(ctx context.Context) string {
	d, ok := ctx.Value(deliveryKey{}).(delivery)
	if !ok {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%d", d.order, d.row))
	return base32.StdEncoding.EncodeToString(sum[:15])
}

// OrderOf is the number of the order that Do carries out.
func OrderOf(ctx context.Context) int64 {
	d, _ := ctx.Value(deliveryKey{}).(delivery)
	return d.order
}

// Decided reports that a Do's try is not a repetition by itself.
func Decided(ctx context.Context) bool {
	d, _ := ctx.Value(deliveryKey{}).(delivery)
	return d.decided
}
