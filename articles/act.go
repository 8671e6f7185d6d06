package articles

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Act is something a person does to an article, or magpie.
type Act struct {
	Article int64
	Verb    string // asked, imported, revised, edited, mended, covered, waived, stopped, removed, uploaded, published …
	Who     cards.Person
	Where   cards.Place
	Once    string // a repeated delivery of the same line has the same Once
	Note    string
}

// Said is what came of a line.
type Said struct {
	Article int64          `json:"article"`
	Text    cards.Text     `json:"text"`
	Buttons []cards.Button `json:"buttons,omitempty"`
}

// accept does fn once for a line's key; a refusal goes on record as one.
func (d *Desk) accept(ctx context.Context, act Act, fn func(ctx context.Context, tx *store.Tx, act *Act) (Said, error)) (Said, error) {
	act.Once = cmp.Or(act.Once, uuid.NewString())
	line := outbox.Line{Record: "article_act", Once: act.Once, What: fmt.Sprintf("%s article %d", act.Verb, act.Article)}
	var noted Act
	return outbox.AcceptOnce(ctx, d.DB, d.Log, line, func(ctx context.Context, tx *store.Tx) (Said, error) {
		noted = act
		return fn(ctx, tx, &noted)
	}, func(ctx context.Context, tx *store.Tx, answer outbox.Answer[Said]) error {
		if answer.Refusal != nil {
			noted.Note, noted.Verb = noted.Verb+": "+answer.Refusal.Text.Key, "refused"
		}
		if answer.Said.Article != 0 {
			noted.Article = answer.Said.Article
		}
		return d.note(ctx, tx, noted, answer)
	})
}

// note writes an entry of the record in the transaction of the act.
func (d *Desk) note(ctx context.Context, tx *store.Tx, act Act, answer outbox.Answer[Said]) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	said, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into article_act (id, once, article, at, verb, who, note, answer) values ($1, $2, $3, $4, $5, $6, $7, $8)",
		id.String(), sql.NullString{String: act.Once, Valid: act.Once != ""}, act.Article, store.Millis(d.Now()), act.Verb, act.Who.ID, act.Note, string(said))
	return err
}

// noteSelf records what magpie did by itself.
func (d *Desk) noteSelf(ctx context.Context, tx *store.Tx, article int64, verb, note string) error {
	return d.note(ctx, tx, Act{Article: article, Verb: verb, Note: note}, outbox.Answer[Said]{})
}

// Entry is one line of an article's record.
type Entry struct {
	At              time.Time
	Verb, Who, Note string
	Why             cards.Text // of what was refused
}

// Record reads what was done to an article, oldest first.
func (d *Desk) Record(ctx context.Context, article int64) ([]Entry, error) {
	rows, err := d.DB.Query(ctx, "select at, verb, who, note, answer from article_act where article = $1 order by id", article)
	if err != nil {
		return nil, fmt.Errorf("read the record of article %d: %w", article, err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var at int64
		var said string
		if err := rows.Scan(&at, &e.Verb, &e.Who, &e.Note, &said); err != nil {
			return nil, err
		}
		var answer outbox.Answer[Said]
		if err := json.Unmarshal([]byte(said), &answer); err != nil {
			return nil, fmt.Errorf("read the record of article %d: %w", article, err)
		}
		e.At = store.Time(at)
		if answer.Refusal != nil {
			e.Why = answer.Refusal.Text
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// lock holds an article's row until the transaction ends.
func lock(ctx context.Context, tx *store.Tx, article int64) error {
	_, err := tx.Exec(ctx, "update article set n = n where n = $1", article)
	return err
}
