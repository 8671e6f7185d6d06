package audiences

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// acceptWithin is how long accepting a line may take, so that Slack is acknowledged
// in its 3 s.
const acceptWithin = 2 * time.Second

// Act is something a person does to an audience, or magpie.
type Act struct {
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

// kept is an answer as the record keeps it.
type kept struct {
	Said    Said           `json:"said"`
	Refusal *cards.Refusal `json:"refusal,omitempty"`
}

// accept does fn once for a line's key, in one transaction with its entry in the
// record: the same key again gets the same answer. What is not committed within 2 s
// never happened.
func (a *Audiences) accept(ctx context.Context, act Act, fn func(ctx context.Context, tx *store.Tx, act *Act) (Said, error)) (Said, error) {
	if act.Once == "" {
		act.Once = uuid.NewString()
	}
	ctx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	var answer kept
	write := func(tx *store.Tx) error {
		answer = kept{} // of an attempt before
		var text string
		err := tx.QueryRow(ctx, "select answer from audience_act where once = $1", act.Once).Scan(&text)
		if err == nil {
			return json.Unmarshal([]byte(text), &answer)
		} else if !isNone(err) {
			return err
		}
		act := act
		said, err := fn(ctx, tx, &act)
		if err != nil {
			if !errors.As(err, &answer.Refusal) {
				return err
			}
			act.Note, act.Verb = act.Verb+": "+answer.Refusal.Text.Key, "refused"
		}
		answer.Said = said
		return a.note(ctx, tx, act, answer)
	}
	err := a.DB.Update(ctx, write)
	if store.IsConflict(err) {
		// Another process accepted the same line, or made the same name, meanwhile.
		err = a.DB.Update(ctx, write)
	}
	switch {
	case err != nil && (ctx.Err() != nil || store.IsBusy(err)):
		a.Log.Warn("line not accepted in time", "verb", act.Verb, "error", err)
		return Said{}, cards.Refuse("fault.not_accepted")
	case err != nil:
		return Said{}, fmt.Errorf("%s audience %q: %w", act.Verb, act.Audience, err)
	case answer.Refusal != nil:
		return answer.Said, answer.Refusal
	}
	return answer.Said, nil
}

// note writes an entry of the record in the transaction of the act.
func (a *Audiences) note(ctx context.Context, tx *store.Tx, act Act, answer kept) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	said, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into audience_act (id, once, audience, at, verb, who, note, answer) values ($1, $2, $3, $4, $5, $6, $7, $8)",
		id.String(), sql.NullString{String: act.Once, Valid: act.Once != ""}, act.Audience, store.Millis(a.Now()), act.Verb, act.Who.ID, act.Note, string(said))
	return err
}

// noteSelf records what magpie did by itself.
func (a *Audiences) noteSelf(ctx context.Context, tx *store.Tx, audience, verb, note string) error {
	return a.note(ctx, tx, Act{Audience: audience, Verb: verb, Note: note}, kept{})
}

// actsShown is how much of its record an audience shows.
const actsShown = 5

// record is what was last done to an audience, the newest first.
func (a *Audiences) record(ctx context.Context, audience string) ([]cards.Text, error) {
	rows, err := a.DB.Query(ctx, "select at, verb, who from audience_act where audience = $1 and verb <> 'asked' and verb <> 'refused' order by id desc limit $2", audience, actsShown)
	if err != nil {
		return nil, fmt.Errorf("read the record of audience %q: %w", audience, err)
	}
	defer rows.Close()
	var acts []cards.Text
	for rows.Next() {
		var ms int64
		var verb, who string
		if err := rows.Scan(&ms, &verb, &who); err != nil {
			return nil, err
		}
		if who == "" {
			acts = append(acts, cards.T("audience.act_self", "at", store.Time(ms), "verb", cards.T("audience.verb_"+verb)))
		} else {
			acts = append(acts, cards.T("audience.act", "at", store.Time(ms), "verb", cards.T("audience.verb_"+verb), "who", cards.User(who)))
		}
	}
	return acts, rows.Err()
}
