package outbox

import (
	"context"
	"encoding/json"
	"time"

	"magpie/cards"
	"magpie/store"
)

// kind is a Kind with its payload's type behind JSON; how it is sent is the engine's.
type kind struct {
	name      string
	approval  bool
	reaches   bool
	named     func(payload json.RawMessage) ([]string, error)
	again     bool
	size      func(payload json.RawMessage) (int, error)
	count     func(ctx context.Context, payload json.RawMessage) (int, error) // nil: the size never changes
	content   func(payload json.RawMessage) ([]cards.Content, error)
	what      func(payload json.RawMessage) (cards.Text, error)
	whom      func(payload json.RawMessage, size int) (cards.Text, error)
	sentence  func(payload json.RawMessage) (cards.Text, error)
	face      func(payload json.RawMessage) (cards.Face, error)
	head      func(payload json.RawMessage, recipients []string, size int) ([]cards.Text, error)
	preview   func(payload json.RawMessage) ([]cards.Button, error)
	confirm   func(payload json.RawMessage, account cards.Text) (*cards.Confirm, error)
	notes     []cards.Text
	fields    func(payload json.RawMessage) ([]cards.Field, error)
	since     func(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error)
	over      func(ctx context.Context, tx *store.Tx, payload json.RawMessage) error
	ended     func(ctx context.Context, tx *store.Tx, payload json.RawMessage) error
	result    func(Receipt) []cards.Field
	shows     func(Receipt) cards.Image
	stands    func(ctx context.Context, q store.Queryer, n int64) (cards.Text, error)
	allStand  func(ctx context.Context, q store.Queryer) ([]int64, error)
	kept      func(payload json.RawMessage) ([]Kept, error)
	done      cards.Text
	next      func(payload json.RawMessage, done time.Time) (cards.Text, error)
	instant   bool
	elsewhere bool // kept: the line only names some of it
	picture   *picture
}

// shown is a kind with its payload's type behind JSON.
func (k Kind[T]) shown() kind {
	shown := kind{
		name: k.Name, approval: k.Approval, reaches: k.Reaches.people, again: k.Again, result: k.Result, shows: k.Shows, since: k.Since, stands: k.Stands, allStand: k.Standing,
		notes: k.Notes, done: k.Done, instant: k.Instant, elsewhere: k.Keeps.pieces != nil,
		named:    taking(k, k.Reaches.of),
		what:     taking(k, k.What),
		sentence: taking(k, k.Sentence),
		content:  taking(k, k.Content),
		fields:   taking(k, k.Fields),
		kept:     taking(k, k.Keeps.pieces),
		size: taking(k, func(payload T) int {
			if k.Size == nil {
				return 1
			}
			return max(1, k.Size(payload))
		}),
		next: func(raw json.RawMessage, done time.Time) (cards.Text, error) {
			return taking(k, func(payload T) (next cards.Text) {
				if k.Next != nil {
					next = k.Next(payload, done)
				}
				return next
			})(raw)
		},
		whom: func(raw json.RawMessage, size int) (cards.Text, error) {
			return taking(k, func(payload T) (whom cards.Text) {
				if k.Whom != nil {
					whom = k.Whom(k.counted(payload, size))
				}
				return whom
			})(raw)
		},
		head: func(raw json.RawMessage, recipients []string, size int) ([]cards.Text, error) {
			return taking(k, func(payload T) (head []cards.Text) {
				if k.Head != nil {
					head = k.Head(k.counted(payload, size), recipients)
				}
				return head
			})(raw)
		},
		face: taking(k, func(payload T) cards.Face {
			if k.Face != nil {
				return k.Face(payload)
			}
			return faceOf(k.Content(payload))
		}),
		confirm: func(raw json.RawMessage, account cards.Text) (*cards.Confirm, error) {
			return taking(k, func(payload T) *cards.Confirm {
				if k.Confirm == nil {
					return nil
				}
				if asked := k.Confirm(payload, account); !asked.Text.IsZero() {
					return &asked
				}
				return nil
			})(raw)
		},
		preview: taking(k, func(payload T) (preview []cards.Button) {
			if k.Preview != nil {
				if b := k.Preview(payload); b.Line != "" {
					preview = []cards.Button{b}
				}
			}
			return preview
		}),
		over:  k.end(k.Over),
		ended: k.end(k.Ended),
	}
	if p := k.Picture; p != nil {
		shown.picture = &picture{known: p.Known, fetch: p.Fetch, of: taking(k, p.Of)}
	}
	if k.Count != nil {
		shown.count = func(ctx context.Context, raw json.RawMessage) (int, error) {
			payload, err := k.decode(raw)
			if err != nil {
				return 0, err
			}
			return k.Count.Now(ctx, payload)
		}
	}
	return shown
}

// taking has fn take a payload as JSON; nil says nothing.
func taking[T, R any](k Kind[T], fn func(T) R) func(json.RawMessage) (R, error) {
	return func(raw json.RawMessage) (said R, err error) {
		payload, err := k.decode(raw)
		if err == nil && fn != nil {
			said = fn(payload)
		}
		return said, err
	}
}

// counted is a payload as it is shown to reach so many.
func (k Kind[T]) counted(payload T, size int) T {
	if k.Count == nil {
		return payload
	}
	return k.Count.Shown(payload, size)
}

// end has fn take a payload as JSON; nil does nothing.
func (k Kind[T]) end(fn func(context.Context, *store.Tx, T) error) func(context.Context, *store.Tx, json.RawMessage) error {
	return func(ctx context.Context, tx *store.Tx, raw json.RawMessage) error {
		if fn == nil {
			return nil
		}
		payload, err := k.decode(raw)
		if err != nil {
			return err
		}
		return fn(ctx, tx, payload)
	}
}
