package audiences

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// Act is something a person does to an audience, or magpie.
type Act struct {
	Account  string // the AppID of the WeChat account whose audiences these are
	Audience string // "": to the unsubscribe list
	Verb     string // asked, imported, replaced, removed, failed, unsubscribed …
	Who      cards.Person
	Where    cards.Place
	Once     string // a repeated delivery of the same line has the same Once
	Note     string
}

// Said is what came of a line.
type Said struct {
	Text    cards.Text     `json:"text"`
	Buttons []cards.Button `json:"buttons,omitempty"`
}

// accept does fn once for a line's key; a refusal goes on record as one.
func (a *Audiences) accept(ctx context.Context, act Act, fn func(ctx context.Context, tx *store.Tx, act *Act) (Said, error)) (Said, error) {
	return journal.Once(ctx, a.journal, act.entry(), func(ctx context.Context, tx *store.Tx, e *journal.Entry) (Said, error) {
		noted := act
		noted.Once = e.Once
		said, err := fn(ctx, tx, &noted)
		*e = noted.entry()
		return said, err
	})
}

func (a Act) entry() journal.Entry {
	return journal.Entry{Account: a.Account, Subject: a.Audience, Once: a.Once, Verb: a.Verb, Who: a.Who.ID, Note: a.Note}
}

// noteSelf records what magpie did by itself.
func (a *Audiences) noteSelf(ctx context.Context, tx *store.Tx, account, audience, verb, note string) error {
	return a.journal.Write(ctx, tx, Act{Account: account, Audience: audience, Verb: verb, Note: note}.entry())
}

// actsShown is how much of its record an audience shows.
const actsShown = 5

// record is what was last done to an audience, the newest first.
func (a *Audiences) record(ctx context.Context, account, audience string) ([]cards.Text, error) {
	entries, err := a.journal.Read(ctx, a.DB, journal.Query{Account: account, Subject: audience, Not: []string{"asked", "refused"}, Newest: actsShown})
	if err != nil {
		return nil, err
	}
	var acts []cards.Text
	for _, e := range entries {
		when, verb, who, did := e.At, e.Verb, e.Who, cards.T("audience.verb_"+e.Verb)
		switch kind, source, _ := strings.Cut(e.Note, " "); {
		case who == "":
			acts = append(acts, cards.T("audience.act_self", "at", when, "verb", did))
		case verb == "imported" || verb == "replaced":
			acts = append(acts, cards.T("audience.act_from", "at", when, "verb", did, "who", cards.User(who), "from", version{Kind: Kind(kind), Source: source}.from()))
		default:
			acts = append(acts, cards.T("audience.act", "at", when, "verb", did, "who", cards.User(who)))
		}
	}
	return acts, nil
}
