package outbox

import (
	"cmp"
	"context"
	"encoding/json"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// act is one entry of the record being written.
type act struct {
	request int64
	verb    string
	who     string
	note    cards.Text
	account string // of what is about a whole account
	subject string // of what is about no request; "": the request
	kind    string // what was wanted by what came to no request
	why     *cards.Refusal
}

func (a act) entry() journal.Entry {
	return journal.Entry{Account: a.account, Subject: cmp.Or(a.subject, journal.Subject(a.request)), Verb: a.verb, Who: a.who, Note: noteOf(a.note), Kind: a.kind, Why: a.why}
}

// noteOf is a note as the record keeps it.
func noteOf(t cards.Text) string {
	raw, _ := json.Marshal(t) // texts always marshal
	return string(raw)
}

// wasRefused notes what was wanted of a request, and why it was not done.
func wasRefused(e *journal.Entry, why *cards.Refusal) {
	e.Note = noteOf(cards.T("act.refused_act", "wanted", cards.T("wanted."+e.Verb), "why", why.Text))
}

// accept does fn once for a line's key; a refusal goes on record as one.
func (o *ground) accept(ctx context.Context, once string, entry act, fn func(ctx context.Context, tx *store.Tx, entry *act) (Said, error)) (Said, error) {
	line := entry.entry()
	line.Once = once
	return journal.Once(ctx, o.journal, line, func(ctx context.Context, tx *store.Tx, e *journal.Entry) (Said, error) {
		noted, key := entry, e.Once
		said, err := fn(ctx, tx, &noted)
		if err != nil {
			said.N = noted.request
		}
		noted.request = said.N
		*e = noted.entry()
		e.Once = key
		if e.Who != "" {
			tx.Note(byPerson(noted.request), e.Who)
		}
		return said, err
	})
}

// noteSelf records what magpie did by itself.
func (o *ground) noteSelf(ctx context.Context, tx *store.Tx, n int64, verb string, note cards.Text) error {
	return o.journal.Write(ctx, tx, act{request: n, verb: verb, note: note}.entry())
}

// Tried is what somebody wanted and may not.
type Tried struct {
	Line    string
	N       int64  // the request that it is about; 0: none
	Kind    string // of what it asks for; "": it asks for nothing
	Account string // the AppID
}

// Refused records that somebody tried what they may not, and why. Said again with the same key
// it is recorded once. It refuses as journal.Once does.
func (o *ground) Refused(ctx context.Context, who cards.Person, what Tried, why *cards.Refusal, once string) error {
	_, err := o.accept(ctx, once, act{request: what.N, verb: "tried", who: who.ID, kind: what.Kind, account: what.Account, why: why}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		n := what.N
		if err := tx.QueryRow(ctx, "select n from request where n = $1", n).Scan(&n); isNone(err) {
			n = 0 // there is none yet
		} else if err != nil {
			return Said{}, err
		}
		if n > 0 {
			entry.account = "" // the request's
		}
		entry.note = cards.T("act.refused_line", "line", cards.Code(what.Line), "why", why.Text)
		return Said{N: n, Text: why.Text}, nil
	})
	return err
}

// Answered is what a line of a key was answered, and known, where it was taken before; a
// refusal of then is the error.
func (o *ground) Answered(ctx context.Context, once string) (said Said, known bool, err error) {
	return journal.Answered[Said](ctx, o.journal, once, "tried")
}

// record reads the entries of a request, oldest first.
func (o *ground) record(ctx context.Context, q store.Queryer, n int64) ([]Act, error) {
	entries, err := o.journal.Read(ctx, q, journal.Query{Subject: journal.Subject(n)})
	if err != nil {
		return nil, err
	}
	acts := make([]Act, len(entries))
	for i, e := range entries {
		if acts[i], err = actOf(e); err != nil {
			return nil, err
		}
	}
	return acts, nil
}

// lastAct is the newest act of one of the verbs on a request; nil where there is none.
func (o *reader) lastAct(ctx context.Context, q store.Queryer, n int64, verbs ...string) (*Act, error) {
	e, err := o.journal.Last(ctx, q, journal.Query{Subject: journal.Subject(n), Verbs: verbs})
	if err != nil || e == nil {
		return nil, err
	}
	a, err := actOf(*e)
	return &a, err
}

func actOf(e journal.Entry) (Act, error) {
	a := Act{At: e.At, Verb: e.Verb, Who: e.Who}
	if journal.IsTakenOut(e.Note) {
		if a.Verb == "refused" || a.Verb == "tried" {
			a.Note = cards.T("act.refused_forgotten")
		} else {
			a.Note = cards.T("act.forgotten")
		}
		return a, nil
	}
	return a, json.Unmarshal([]byte(e.Note), &a.Note)
}
