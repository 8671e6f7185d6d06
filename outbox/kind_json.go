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
	decode := k.decode
	var shown *picture
	if p := k.Picture; p != nil {
		shown = &picture{known: p.Known, fetch: p.Fetch, of: func(raw []byte) (string, error) {
			payload, err := decode(raw)
			return p.Of(payload), err
		}}
	}
	var count func(context.Context, json.RawMessage) (int, error)
	if k.Count != nil {
		count = func(ctx context.Context, raw json.RawMessage) (int, error) {
			payload, err := decode(raw)
			if err != nil {
				return 0, err
			}
			return k.Count.Now(ctx, payload)
		}
	}
	return kind{
		count:   count,
		picture: shown,
		name:    k.Name, approval: k.Approval, reaches: k.Reaches.people, again: k.Again, result: k.Result, shows: k.Shows, since: k.Since, stands: k.Stands, allStand: k.Standing,
		named: func(raw json.RawMessage) ([]string, error) {
			payload, err := decode(raw)
			return k.Reaches.of(payload), err
		},
		size: func(raw json.RawMessage) (int, error) {
			payload, err := decode(raw)
			if err != nil || k.Size == nil {
				return 1, err
			}
			return max(1, k.Size(payload)), nil
		},
		notes: k.Notes,
		done:  k.Done, instant: k.Instant,
		next: func(raw json.RawMessage, done time.Time) (cards.Text, error) {
			payload, err := decode(raw)
			if err != nil || k.Next == nil {
				return cards.Text{}, err
			}
			return k.Next(payload, done), nil
		},
		what:     textOf(decode, k.What),
		sentence: textOf(decode, k.Sentence),
		whom: func(raw json.RawMessage, size int) (cards.Text, error) {
			payload, err := decode(raw)
			if err != nil || k.Whom == nil {
				return cards.Text{}, err
			}
			if k.Count != nil {
				payload = k.Count.Shown(payload, size)
			}
			return k.Whom(payload), nil
		},
		face: func(raw json.RawMessage) (cards.Face, error) {
			payload, err := decode(raw)
			if err != nil {
				return cards.Face{}, err
			}
			if k.Face != nil {
				return k.Face(payload), nil
			}
			return faceOf(k.Content(payload)), nil
		},
		confirm: func(raw json.RawMessage, account cards.Text) (*cards.Confirm, error) {
			payload, err := decode(raw)
			if err != nil || k.Confirm == nil {
				return nil, err
			}
			asked := k.Confirm(payload, account)
			if asked.Text.IsZero() {
				return nil, nil
			}
			return &asked, nil
		},
		fields: func(raw json.RawMessage) ([]cards.Field, error) {
			payload, err := decode(raw)
			if err != nil || k.Fields == nil {
				return nil, err
			}
			return k.Fields(payload), nil
		},
		head: func(raw json.RawMessage, recipients []string, size int) ([]cards.Text, error) {
			payload, err := decode(raw)
			if err != nil || k.Head == nil {
				return nil, err
			}
			if k.Count != nil {
				payload = k.Count.Shown(payload, size)
			}
			return k.Head(payload, recipients), nil
		},
		preview: func(raw json.RawMessage) ([]cards.Button, error) {
			payload, err := decode(raw)
			if err != nil || k.Preview == nil {
				return nil, err
			}
			if b := k.Preview(payload); b.Line != "" {
				return []cards.Button{b}, nil
			}
			return nil, nil
		},
		content: func(raw json.RawMessage) ([]cards.Content, error) {
			payload, err := decode(raw)
			if err != nil {
				return nil, err
			}
			return k.Content(payload), nil
		},
		over: func(ctx context.Context, tx *store.Tx, raw json.RawMessage) error {
			payload, err := decode(raw)
			if err != nil || k.Over == nil {
				return err
			}
			return k.Over(ctx, tx, payload)
		},
		ended: func(ctx context.Context, tx *store.Tx, raw json.RawMessage) error {
			if k.Ended == nil {
				return nil
			}
			payload, err := decode(raw)
			if err != nil {
				return err
			}
			return k.Ended(ctx, tx, payload)
		},
		elsewhere: k.Keeps.pieces != nil,
		kept: func(raw json.RawMessage) ([]Kept, error) {
			payload, err := decode(raw)
			if err != nil || k.Keeps.pieces == nil {
				return nil, err
			}
			return k.Keeps.pieces(payload), nil
		},
	}
}

// textOf has a function take a payload as JSON; nil says nothing.
func textOf[T any](decode func(json.RawMessage) (T, error), say func(T) cards.Text) func(json.RawMessage) (cards.Text, error) {
	return func(raw json.RawMessage) (cards.Text, error) {
		payload, err := decode(raw)
		if err != nil || say == nil {
			return cards.Text{}, err
		}
		return say(payload), nil
	}
}
