// Package journal is the record: who did what to what, and when. An entry is written in
// the transaction of the act that it tells of, and is never changed. A line that people
// say is accepted once and recorded in one go, its answer with it.
//
// Once alone refuses, see there. All other errors are the database's.
package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// Journal is one room's part of the record.
type Journal struct {
	DB   *store.DB
	Room string // whose entries these are: request, article, audience, schedule
	Now  func() time.Time
	Log  *slog.Logger
	// Refused says in an entry what was wanted and not done, and why; nil: "verb: key".
	// The entry's verb is refused from then on.
	Refused func(e *Entry, why *cards.Refusal)
	// About says, at the end of the act's transaction, what its line in the log bears beside
	// verb and who; nil: room, subject and account.
	About func(ctx context.Context, tx *store.Tx, e Entry) ([]slog.Attr, error)
}

// Entry is one act on record.
type Entry struct {
	Account string         `db:"account"` // the AppID of the WeChat account that it is about, where the subject alone does not say so
	Subject string         `db:"subject"` // what it was done to, as its room names it: a number, a name
	Once    string         // the line's key: a repeated delivery of the same line has the same
	At      time.Time      `db:"at"`
	Verb    string         `db:"verb"`
	Who     string         `db:"who"`  // "" for magpie itself
	Note    string         `db:"note"` // in a form of the room's own
	Why     *cards.Refusal // why it was refused; nil where it was not
	Kind    string         // what was wanted by a refused line that came to no request; for the log alone
}

// Subject names what has a number.
func Subject(n int64) string { return strconv.FormatInt(n, 10) }

// Write puts an entry on record in the transaction of the act, at this moment.
func (j *Journal) Write(ctx context.Context, tx *store.Tx, e Entry) error {
	return j.write(ctx, tx, e, "")
}

func (j *Journal) write(ctx context.Context, tx *store.Tx, e Entry, answer string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into journal (id, room, account, subject, once, at, verb, who, note, answer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		id.String(), j.Room, e.Account, e.Subject, sql.NullString{String: e.Once, Valid: e.Once != ""}, store.Millis(j.Now()), e.Verb, e.Who, e.Note, answer)
	if err != nil {
		return err
	}
	j.logLast(ctx, tx, e)
	return claim(ctx, tx, e)
}

// Query says which entries are wanted.
type Query struct {
	Account string
	Subject string
	Verbs   []string // one of these; none: whatever it is
	Not     []string // none of these
	Newest  int      // so many, the newest first; 0: all, the oldest first
}

// Read reads entries. Their Once is not read.
func (j *Journal) Read(ctx context.Context, q store.Queryer, want Query) ([]Entry, error) {
	statement, args := "select "+store.ColumnsOf[entryRow]("")+" from journal where room = $1 and account = $2 and subject = $3", []any{j.Room, want.Account, want.Subject}
	among := func(condition string, verbs []string) {
		if len(verbs) == 0 {
			return
		}
		places := make([]string, len(verbs))
		for i, verb := range verbs {
			args = append(args, verb)
			places[i] = fmt.Sprintf("$%d", len(args))
		}
		statement += " and verb " + condition + " (" + strings.Join(places, ", ") + ")"
	}
	among("in", want.Verbs)
	among("not in", want.Not)
	if statement += " order by id"; want.Newest > 0 {
		args = append(args, want.Newest)
		statement += fmt.Sprintf(" desc limit $%d", len(args))
	}
	rows, err := store.All[entryRow](q.Query(ctx, statement, args...))
	if err != nil {
		return nil, fmt.Errorf("read the record of %s %s: %w", j.Room, want.Subject, err)
	}
	entries := make([]Entry, len(rows))
	for i, row := range rows {
		entries[i] = row.entry()
	}
	return entries, nil
}

// entryRow is an entry as the table has it.
type entryRow struct {
	Entry
	Answer Answer[json.RawMessage] `db:"answer,json"`
}

func (row entryRow) entry() Entry {
	e := row.Entry
	e.Why = row.Answer.Refusal
	return e
}

// Last is the newest entry of a query; nil where there is none.
func (j *Journal) Last(ctx context.Context, q store.Queryer, want Query) (*Entry, error) {
	want.Newest = 1
	entries, err := j.Read(ctx, q, want)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &entries[0], nil
}

// Adopt gives the entries of before they bore an account to one, and counts them.
func (j *Journal) Adopt(ctx context.Context, tx *store.Tx, account string) (int64, error) {
	return tx.Exec(ctx, "update journal set account = $1 where account = '' and room = '"+j.Room+"'", account) // as an index says it
}
