package articles

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

// kept is an answer as the record keeps it.
type kept struct {
	Said    Said           `json:"said"`
	Refusal *cards.Refusal `json:"refusal,omitempty"`
}

// accept does fn once for a line's key, in one transaction with its entry in the
// record: the same key again gets the same answer. What is not committed within 2 s
// never happened.
func (d *Desk) accept(ctx context.Context, act Act, fn func(ctx context.Context, tx *store.Tx, act *Act) (Said, error)) (Said, error) {
	if act.Once == "" {
		act.Once = uuid.NewString()
	}
	ctx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	var answer kept
	write := func(tx *store.Tx) error {
		answer = kept{} // of an attempt before
		var text string
		err := tx.QueryRow(ctx, "select answer from article_act where once = $1", act.Once).Scan(&text)
		if err == nil {
			return json.Unmarshal([]byte(text), &answer)
		} else if !errors.Is(err, sql.ErrNoRows) {
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
		if said.Article != 0 {
			act.Article = said.Article
		}
		return d.note(ctx, tx, act, answer)
	}
	err := d.DB.Update(ctx, write)
	if store.IsConflict(err) {
		// Another process accepted the same line meanwhile; its answer stands now.
		err = d.DB.Update(ctx, write)
	}
	switch {
	case err != nil && (ctx.Err() != nil || store.IsBusy(err)):
		d.Log.Warn("line not accepted in time", "verb", act.Verb, "error", err)
		return Said{}, cards.Refuse("fault.not_accepted")
	case err != nil:
		return Said{}, fmt.Errorf("%s article %d: %w", act.Verb, act.Article, err)
	case answer.Refusal != nil:
		return answer.Said, answer.Refusal
	}
	return answer.Said, nil
}

// note writes an entry of the record in the transaction of the act.
func (d *Desk) note(ctx context.Context, tx *store.Tx, act Act, answer kept) error {
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
	return d.note(ctx, tx, Act{Article: article, Verb: verb, Note: note}, kept{})
}

// Entry is one line of an article's record.
type Entry struct {
	At              time.Time
	Verb, Who, Note string
}

// Record reads what was done to an article, oldest first.
func (d *Desk) Record(ctx context.Context, article int64) ([]Entry, error) {
	rows, err := d.DB.Query(ctx, "select at, verb, who, note from article_act where article = $1 order by id", article)
	if err != nil {
		return nil, fmt.Errorf("read the record of article %d: %w", article, err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var at int64
		if err := rows.Scan(&at, &e.Verb, &e.Who, &e.Note); err != nil {
			return nil, err
		}
		e.At = store.Time(at)
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// lock holds an article's row until the transaction ends.
func lock(ctx context.Context, tx *store.Tx, article int64) error {
	_, err := tx.Exec(ctx, "update article set n = n where n = $1", article)
	return err
}
