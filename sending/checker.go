package sending

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"magpie/cards"
)

// checker looks at each member: does WeChat take the message that they would get?
type checker struct {
	request Order
	kind    Kind
	named   []string                               // people whom the payload itself names
	message func(values []string) (Message, error) // as a member gets it
	calls   Compiled                               // the same made ready to be called; may be nil
	skipped []Skipped
	left    []LeftOut // of what was looked at here, all rows
	samples []Sample
}

func (e *ledger) newChecker(r Order) (*checker, error) {
	k, err := e.kind(r)
	if err != nil {
		return nil, fmt.Errorf("order %d: %w", r.N, err)
	}
	same, err := k.Open(r.Payload)
	if err != nil {
		return nil, err
	}
	f := &checker{request: r, kind: k, named: same.Named, message: func([]string) (Message, error) { return same, nil }}
	if b := r.Broadcast; b != nil {
		f.skipped, f.samples = b.Skipped, b.Samples
		if k.Compile != nil {
			if f.calls, err = k.Compile(r.Payload, b.Columns); err != nil {
				return nil, err
			}
		}
		merges, err := MergeFields(r.Payload, b.Columns)
		if err != nil {
			return nil, err
		}
		if merges {
			f.message, err = k.Fill(r.Payload, b.Columns)
			return f, err
		}
	}
	return f, nil
}

// call is the message to a member, ready to be called.
func (f *checker) call(values []string) (Message, error) {
	if f.calls != nil {
		if message, ok := f.calls(values); ok {
			return message, nil
		}
	}
	return f.message(values)
}

// statuses are the first outcomes of a batch: waiting, or left out.
func (f *checker) statuses(members []Member, failed outcomes) (outcomes, error) {
	statuses := make(outcomes, len(members)*outcomeSize)
	for i, m := range members {
		if failed != nil && failed.at(i).state != isFailed {
			statuses.set(i, status{state: isLeftOut}) // it is not meant
			continue
		}
		if m.Unsubscribed {
			f.leaveOut(cards.T("skipped.unsubscribed"), m.Row)
			statuses.set(i, status{state: isLeftOut})
			continue
		}
		message, err := f.message(m.Values)
		if err != nil {
			return nil, err
		}
		if err := message.Check(m.OpenID); err != nil {
			f.leaveOut(Explain(err), m.Row)
			statuses.set(i, status{state: isLeftOut})
			continue
		}
		if len(f.samples) < samples {
			raw, err := Encode(message.Payload)
			if err != nil {
				return nil, err
			}
			f.samples = append(f.samples, Sample{Row: m.Row, OpenID: m.OpenID, Payload: raw})
		}
	}
	return statuses, nil
}

// leaveOut counts a row that nothing is sent to.
func (f *checker) leaveOut(why cards.Text, row int64) {
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
		at = slices.IndexFunc(skipped, func(s Skipped) bool { return sameText(s.Why, why) })
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

// lookedAt is how many members of an audience are looked at before it is sent to.
const lookedAt = 10_000

// Seen is what a look at an audience shows.
type Seen struct {
	LeftOut int // of those who were looked at
	Samples []Sample
	Skipped []Skipped
}

// Look looks at the first 10,000 members of an order's audience: who gets a message, and who
// is left out. It refuses as MergeFields does.
func (e *ledger) Look(ctx context.Context, r Order) (Seen, error) {
	checker, err := e.newChecker(r)
	if err != nil {
		return Seen{}, err
	}
	members, err := e.Audiences.Members(ctx, e.DB, r.Broadcast.Version, 0, lookedAt)
	if err != nil {
		return Seen{}, err
	}
	statuses, err := checker.statuses(members, nil)
	if err != nil {
		return Seen{}, err
	}
	return Seen{LeftOut: statuses.count()[isLeftOut], Samples: checker.samples, Skipped: checker.skipped}, nil
}
