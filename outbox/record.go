package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// act is one entry of the record being written.
type act struct {
	request int64
	verb    string
	who     string
	note    cards.Text
}

// accept does fn once for a line's key; a refusal goes on record as one.
func (o *Outbox) accept(ctx context.Context, once string, entry act, fn func(ctx context.Context, tx *store.Tx, entry *act) (Said, error)) (Said, error) {
	line := Line{Record: "act", Once: cmp.Or(once, uuid.NewString()), What: fmt.Sprintf("%s request %d", entry.verb, entry.request)}
	var noted act
	return AcceptOnce(ctx, o.DB, o.Log, line, func(ctx context.Context, tx *store.Tx) (Said, error) {
		noted = entry
		said, err := fn(ctx, tx, &noted)
		if err != nil {
			said.N = noted.request
		}
		return said, err
	}, func(ctx context.Context, tx *store.Tx, answer Answer[Said]) error {
		if answer.Refusal != nil {
			noted.note = cards.T("act.refused", "verb", cards.T("verb."+noted.verb), "why", answer.Refusal.Text)
			noted.verb = "refused"
		}
		noted.request = answer.Said.N
		return o.note(ctx, tx, noted, line.Once, answer)
	})
}

// note writes an entry of the record in the transaction of the act.
func (o *Outbox) note(ctx context.Context, tx *store.Tx, a act, once string, answer Answer[Said]) error {
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
	return o.note(ctx, tx, act{request: n, verb: verb, note: note}, "", Answer[Said]{})
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
	return o.acts(ctx, q, "request = $1 order by id", n)
}

func (o *Outbox) acts(ctx context.Context, q store.Queryer, where string, args ...any) ([]Act, error) {
	rows, err := q.Query(ctx, "select at, verb, who, note from act where "+where, args...)
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
