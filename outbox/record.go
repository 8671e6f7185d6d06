package outbox

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

// act is one entry of the record being written.
type act struct {
	request int64
	verb    string
	who     string
	note    cards.Text
}

// accept does fn once for a line's key, in one transaction with its entry in the
// record, and keeps the answer: the same key again gets the same answer. A refusal
// is an answer too and goes on record. What is not committed within 2 s never
// happened, and the person is told to say it again.
func (o *Outbox) accept(ctx context.Context, once string, entry act, fn func(ctx context.Context, tx *store.Tx, entry *act) (Said, error)) (Said, error) {
	if once == "" {
		once = uuid.NewString()
	}
	ctx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	var answer kept
	write := func(tx *store.Tx) error {
		answer = kept{} // of an attempt before
		err := answerTo(ctx, tx, once, &answer)
		if !isNone(err) {
			return err
		}
		entry := entry
		said, err := fn(ctx, tx, &entry)
		if err != nil {
			if !errors.As(err, &answer.Refusal) {
				return err
			}
			entry.note = cards.T("act.refused", "verb", cards.T("verb."+entry.verb), "why", answer.Refusal.Text)
			entry.verb = "refused"
			said.N = entry.request
		}
		answer.Said = said
		entry.request = said.N
		return o.note(ctx, tx, entry, once, answer)
	}
	err := o.DB.Update(ctx, write)
	if store.IsConflict(err) {
		// Another process accepted the same line meanwhile; its answer stands now.
		err = o.DB.Update(ctx, write)
	}
	switch {
	case err != nil && (ctx.Err() != nil || store.IsBusy(err)):
		o.Log.Warn("line not accepted in time", "verb", entry.verb, "error", err)
		return Said{}, cards.Refuse("fault.not_accepted")
	case err != nil:
		return Said{}, fmt.Errorf("%s: %w", entry.verb, err)
	case answer.Refusal != nil:
		return answer.Said, answer.Refusal
	}
	return answer.Said, nil
}

// kept is an answer as the record keeps it.
type kept struct {
	Said    Said           `json:"said"`
	Refusal *cards.Refusal `json:"refusal,omitempty"`
}

func answerTo(ctx context.Context, q store.Queryer, once string, answer *kept) error {
	var text string
	if err := q.QueryRow(ctx, "select answer from act where once = $1", once).Scan(&text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), answer)
}

// note writes an entry of the record in the transaction of the act.
func (o *Outbox) note(ctx context.Context, tx *store.Tx, a act, once string, answer kept) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	note, err := json.Marshal(a.note)
	if err != nil {
		return err
	}
	said, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into act (id, once, request, at, verb, who, note, answer) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id.String(), sql.NullString{String: once, Valid: once != ""}, a.request, store.Millis(o.Now()), a.verb, a.who, string(note), string(said))
	return err
}

// noteSelf records what magpie did by itself.
func (o *Outbox) noteSelf(ctx context.Context, tx *store.Tx, n int64, verb string, note cards.Text) error {
	return o.note(ctx, tx, act{request: n, verb: verb, note: note}, "", kept{})
}

// Refused records that somebody tried what they may not: the line and why.
func (o *Outbox) Refused(ctx context.Context, who cards.Person, line string, n int64, why *cards.Refusal, once string) error {
	_, err := o.accept(ctx, once, act{request: n, verb: "tried", who: who.ID}, func(_ context.Context, _ *store.Tx, entry *act) (Said, error) {
		entry.note = cards.T("act.refused", "verb", cards.Code(line), "why", why.Text)
		return Said{N: n, Text: why.Text}, nil
	})
	return err
}

// record reads the entries of a request, oldest first.
func (o *Outbox) record(ctx context.Context, q store.Queryer, n int64) ([]Act, error) {
	rows, err := q.Query(ctx, "select at, verb, who, note from act where request = $1 order by id", n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var acts []Act
	for rows.Next() {
		var a Act
		var at int64
		var note string
		if err := rows.Scan(&at, &a.Verb, &a.Who, &note); err != nil {
			return nil, err
		}
		a.At = store.Time(at)
		if err := json.Unmarshal([]byte(note), &a.Note); err != nil {
			return nil, err
		}
		acts = append(acts, a)
	}
	return acts, rows.Err()
}
