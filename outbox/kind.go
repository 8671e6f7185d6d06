package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// Kind is a typed sort of request. T is its payload: exactly what is approved and
// sent, kept as JSON.
type Kind[T any] struct {
	Name     string // the command's path with a dot: "subscribe.send"
	Account  string // the AppID of the one that it is asked of; "": it is alike for all
	Approval bool   // needs approval when APPROVALS does not name it
	// Reaches says whom it reaches: people are not sent the same twice without a question, and
	// whoever has unsubscribed gets nothing. Zero: nobody.
	Reaches Reaching[T]
	// Keeps says where the content is kept; it must be said.
	Keeps  Keeping[T]
	Repeat Repeat
	// Again lets people who may ask have a failed request tried again under the approval
	// that it has; what Do has reached is not done again.
	Again bool
	// Slow says that a delivery may take minutes, as one of many images does: it has a
	// queue of its own, so that short ones do not wait for it.
	Slow bool
	// Window is how long WeChat remembers an id, counted from the first call.
	Window time.Duration
	// Ref is the receipt's key by which WeChat's later event names a delivery; see Report.
	Ref string
	// Size is the audience of a payload that names no recipients; nil: one.
	Size func(payload T) int
	// Count looks up how many it reaches by now, where WeChat keeps that and it changes by
	// itself; nil: Size says it for good.
	Count *Counting[T]
	// Do carries out one delivery. recipient is "" for kinds that have none. An error
	// may have Unclear() bool, NotSent() bool, RetryAfter() (time.Duration, bool) and
	// Explain() cards.Text.
	Do func(ctx context.Context, payload T, recipient string) (Receipt, error)
	// Compile is Do made ready once for all whom a broadcast goes to, so that each call has
	// only their own values to put in. In payload marks stand in place of the columns, whose
	// values what it returns is given, none of them empty; nil: Do carries out each.
	Compile func(payload T, marks []string) (func(ctx context.Context, recipient string, values []string) (Receipt, error), error)
	// Content shows the payload to the letter, for the approver.
	Content func(payload T) []cards.Content
	// What is what the sentence at the top of the card is about, such as a template's title;
	// nil: the sentence of the kind ("does.…") needs none.
	What func(payload T) cards.Text
	// Whom is to whom it goes, where the payload says it; nil, or nobody: those whom the line
	// names.
	Whom func(payload T) cards.Text
	// Sentence is the whole sentence, where that of the kind does not do; nil: it does.
	Sentence func(payload T) cards.Text
	// Face is what its reader will see, laid out as WeChat lays it out; nil: what has a label
	// among the content.
	Face func(payload T) cards.Face
	// Head says beside that what people should know of it: what it leads to, what is
	// unusual; nil: nothing.
	Head func(payload T, recipients []string) []cards.Text
	// Preview is a button that shows what cannot stand on a card, such as a draft's text;
	// nil: there is none.
	Preview func(payload T) cards.Button
	// Picture stands on the card; nil: none does.
	Picture *Picture[T]
	// Confirm is what an approver is asked once more, of what cannot be taken back; nil, or
	// without a text: nothing is.
	Confirm func(payload T, account cards.Text) cards.Confirm
	// Notes are small print on every card of the kind.
	Notes []cards.Text
	// Fields shows beside the content what has a form of its own, such as times; nil:
	// nothing.
	Fields func(payload T) []cards.Field
	// Since says beside the content what people have done since to what request n made,
	// such as pausing a schedule; nil: nothing can be done to it.
	Since func(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error)
	// Over does what belongs to a request that is rejected, withdrawn or expires, in the same
	// transaction; nil: nothing does.
	Over func(ctx context.Context, tx *store.Tx, payload T) error
	// Ended does what belongs to a request of which nothing is left to call, in the same
	// transaction, and again where WeChat says later that it ended otherwise; nil: nothing does.
	Ended func(ctx context.Context, tx *store.Tx, payload T) error
	// Done is what a request of the kind is called once it is done, as "Published"; zero: how
	// many got it, or that it is done.
	Done cards.Text
	// Next says what comes of it after it was done at an instant, such as a schedule's next fire;
	// nil, or zero: nothing is said.
	Next func(payload T, done time.Time) cards.Text
	// Instant says that carrying it out calls nobody: while it is, it stands as approved.
	Instant bool
	// Result shows a receipt; nil where WeChat returns nothing worth showing.
	Result func(Receipt) []cards.Field
	// Shows is a picture that a receipt brings; nil: none does.
	Shows func(Receipt) cards.Image
	// Check says why WeChat would not take a payload whose merge fields are filled, for
	// audiences; nil: nothing is checked.
	Check func(payload T, recipient string) error
	// RefOf is the ref of a delivery where WeChat's reply brings no id of its own; nil:
	// it is what the receipt has at Ref.
	RefOf func(payload T, recipient string) string
	// Stands is what a done request of the kind is called while it goes on having an effect,
	// as a schedule does that is in force; zero where it has none any more; nil: never.
	Stands func(ctx context.Context, q store.Queryer, n int64) (cards.Text, error)
	// Standing are the numbers of the requests that stand, in any order, without those of history;
	// nil where Stands is.
	Standing func(ctx context.Context, q store.Queryer) ([]int64, error)
	// Quota reads how many calls the account has left today, for audiences; nil: no
	// such limit is known.
	Quota func(ctx context.Context) (Quota, error)
}

// RegisterShown makes known how the cards of a kind are drawn for accounts that are not
// served: nothing of it is ever sent.
func RegisterShown[T any](o *Outbox, k Kind[T]) { o.kinds.any[k.Name] = k.shown() }

// Register makes a kind known to o. It panics on a name that its account has already, and on
// a kind that does not say where its content is kept: kinds are named once, at start.
func Register[T any](o *Outbox, k Kind[T]) {
	if _, taken := o.kinds.all[kindOf{k.Account, k.Name}]; taken {
		panic("outbox: kind registered twice: " + k.Name)
	}
	if !k.Keeps.said {
		panic("outbox: kind does not say where its content is kept: " + k.Name)
	}
	o.Engine.Register(k.sent(k.decode))
	o.kinds.add(k.Account, k.shown())
}

func (k Kind[T]) decode(raw json.RawMessage) (T, error) {
	var payload T
	if err := json.Unmarshal(raw, &payload); err != nil {
		return payload, fmt.Errorf("read payload of %s: %w", k.Name, err)
	}
	return payload, nil
}

// sent is how messages of a kind are sent.
func (k Kind[T]) sent(decode func(json.RawMessage) (T, error)) sending.Kind {
	return sending.Kind{
		Name: k.Name, Account: k.Account, Repeat: k.Repeat, Window: k.Window, OwnRefs: k.Ref != "" && k.RefOf == nil, Slow: k.Slow, Quota: k.Quota,
		Open: func(raw json.RawMessage) (sending.Message, error) {
			payload, err := decode(raw)
			return k.message(payload), err
		},
		Fill: func(raw json.RawMessage, columns []string) (func([]string) (sending.Message, error), error) {
			payload, err := decode(raw)
			if err != nil {
				return nil, err
			}
			return func(values []string) (sending.Message, error) {
				return k.message(sending.Merge(payload, columns, values)), nil
			}, nil
		},
		Compile: func(raw json.RawMessage, columns []string) (sending.Compiled, error) {
			payload, err := decode(raw)
			if err != nil || k.Compile == nil {
				return nil, err
			}
			return k.compiled(payload, columns)
		},
	}
}

// message makes a payload ready for calls.
func (k Kind[T]) message(payload T) sending.Message {
	return sending.Message{
		Payload: payload,
		Named:   k.Reaches.of(payload),
		Do:      func(ctx context.Context, recipient string) (Receipt, error) { return k.Do(ctx, payload, recipient) },
		Check: func(recipient string) error {
			if k.Check == nil {
				return nil
			}
			return k.Check(payload, recipient)
		},
		Ref: func(receipt Receipt, recipient string) string {
			if k.RefOf != nil {
				return k.RefOf(payload, recipient)
			}
			return receipt[k.Ref]
		},
	}
}
