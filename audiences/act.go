package audiences

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
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
	act.Once = cmp.Or(act.Once, uuid.NewString())
	line := outbox.Line{Record: "audience_act", Once: act.Once, What: fmt.Sprintf("%s audience %q", act.Verb, act.Audience)}
	var noted Act
	return outbox.AcceptOnce(ctx, a.DB, a.Log, line, func(ctx context.Context, tx *store.Tx) (Said, error) {
		noted = act
		return fn(ctx, tx, &noted)
	}, func(ctx context.Context, tx *store.Tx, answer outbox.Answer[Said]) error {
		if answer.Refusal != nil {
			noted.Note, noted.Verb = noted.Verb+": "+answer.Refusal.Text.Key, "refused"
		}
		return a.note(ctx, tx, noted, answer)
	})
}

// note writes an entry of the record in the transaction of the act.
func (a *Audiences) note(ctx context.Context, tx *store.Tx, act Act, answer outbox.Answer[Said]) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	said, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into audience_act (id, once, audience, at, verb, who, note, answer, account) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		id.String(), sql.NullString{String: act.Once, Valid: act.Once != ""}, act.Audience, store.Millis(a.Now()), act.Verb, act.Who.ID, act.Note, string(said), act.Account)
	return err
}

// noteSelf records what magpie did by itself.
func (a *Audiences) noteSelf(ctx context.Context, tx *store.Tx, account, audience, verb, note string) error {
	return a.note(ctx, tx, Act{Account: account, Audience: audience, Verb: verb, Note: note}, outbox.Answer[Said]{})
}

// actsShown is how much of its record an audience shows.
const actsShown = 5

// record is what was last done to an audience, the newest first.
func (a *Audiences) record(ctx context.Context, account, audience string) ([]cards.Text, error) {
	rows, err := a.DB.Query(ctx, "select at, verb, who, note from audience_act where account = $1 and audience = $2 and verb <> 'asked' and verb <> 'refused' order by id desc limit $3", account, audience, actsShown)
	if err != nil {
		return nil, fmt.Errorf("read the record of audience %q: %w", audience, err)
	}
	defer rows.Close()
	var acts []cards.Text
	for rows.Next() {
		var ms int64
		var verb, who, note string
		if err := rows.Scan(&ms, &verb, &who, &note); err != nil {
			return nil, err
		}
		when, did := store.Time(ms), cards.T("audience.verb_"+verb)
		switch kind, source, _ := strings.Cut(note, " "); {
		case who == "":
			acts = append(acts, cards.T("audience.act_self", "at", when, "verb", did))
		case verb == "imported" || verb == "replaced":
			acts = append(acts, cards.T("audience.act_from", "at", when, "verb", did, "who", cards.User(who), "from", version{Kind: Kind(kind), Source: source}.from()))
		default:
			acts = append(acts, cards.T("audience.act", "at", when, "verb", did, "who", cards.User(who)))
		}
	}
	return acts, rows.Err()
}
