package outbox

import (
	"encoding/json"
	"fmt"
	"slices"

	"magpie/cards"
)

// fitting looks at each member: does WeChat take the message that they would get?
type fitting struct {
	request Request
	kind    kind
	message func(values []string) (sendable, error) // as a member gets it
	skipped []Skipped
	left    []LeftOut // of what was looked at here, all rows
	samples []Sample
}

func (o *Outbox) newFitting(r Request) (*fitting, error) {
	k, known := o.kinds[r.Kind]
	if !known {
		return nil, fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
	}
	f := &fitting{request: r, kind: k}
	if b := r.Broadcast; b != nil {
		f.skipped, f.samples = b.Skipped, b.Samples
		merges, err := mergeFields(r.Payload, b.Columns)
		if err != nil {
			return nil, err
		}
		if merges {
			f.message, err = k.fill(r.Payload, b.Columns)
			return f, err
		}
	}
	same, err := k.open(r.Payload)
	f.message = func([]string) (sendable, error) { return same, nil }
	return f, err
}

// marks are the first outcomes of a batch: waiting, or left out.
func (f *fitting) marks(members []Member, failed outcomes) (outcomes, error) {
	marks := make(outcomes, len(members)*outcomeSize)
	for i, m := range members {
		if failed != nil && failed.at(i).state != markFailed {
			marks.set(i, mark{state: markLeftOut}) // it is not meant
			continue
		}
		if m.Unsubscribed {
			f.leaveOut(cards.T("skipped.unsubscribed"), m.Row)
			marks.set(i, mark{state: markLeftOut})
			continue
		}
		message, err := f.message(m.Values)
		if err != nil {
			return nil, err
		}
		if err := message.check(m.OpenID); err != nil {
			f.leaveOut(explain(err), m.Row)
			marks.set(i, mark{state: markLeftOut})
			continue
		}
		if len(f.samples) < samples {
			raw, err := encode(message.payload)
			if err != nil {
				return nil, err
			}
			f.samples = append(f.samples, Sample{Row: m.Row, OpenID: m.OpenID, Payload: raw})
		}
	}
	return marks, nil
}

// leaveOut counts a row that nothing is sent to.
func (f *fitting) leaveOut(why cards.Text, row int64) {
	f.skipped = leaveOut(f.skipped, why, row)
	at := slices.IndexFunc(f.left, func(l LeftOut) bool { return sameText(l.Why, why) })
	if at < 0 {
		f.left, at = append(f.left, LeftOut{Why: why}), len(f.left)
	}
	f.left[at].Rows = append(f.left[at].Rows, row)
}

func leaveOut(skipped []Skipped, why cards.Text, row int64) []Skipped {
	at := slices.IndexFunc(skipped, func(s Skipped) bool { return sameText(s.Why, why) })
	if at < 0 && len(skipped) >= maxSkipped {
		why = cards.T("skipped.other")
		at = slices.IndexFunc(skipped, func(s Skipped) bool { return s.Why.Key == why.Key })
	}
	if at < 0 {
		skipped, at = append(skipped, Skipped{Why: why}), len(skipped)
	}
	s := &skipped[at]
	s.Count++
	if len(s.Rows) < shownRows {
		s.Rows = append(s.Rows, row)
	}
	return skipped
}

func sameText(a, b cards.Text) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
