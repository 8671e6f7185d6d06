package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// Found is an act that somebody looked for.
type Found struct {
	Entry
	ID   string
	Room string
}

// Search says which acts are looked for; zero values are all.
type Search struct {
	From, To time.Time // from an instant on, and before another
	Who      string
	Room     string
	Before   string // the id of an act: only older ones
	Limit    int    // so many at most
}

// Find reads acts, the newest first. Their Once is not read.
func Find(ctx context.Context, q store.Queryer, s Search) (found []Found, err error) {
	statement, args := "select id, room, account, subject, at, verb, who, note, answer from journal where true", []any{}
	where := func(condition string, value any) {
		args = append(args, value)
		statement += fmt.Sprintf(" and "+condition, len(args))
	}
	if !s.From.IsZero() {
		where("id >= $%d", idAt(s.From))
	}
	if !s.To.IsZero() {
		where("id < $%d", idAt(s.To))
	}
	if s.Who != "" {
		where("who = $%d", s.Who)
	}
	if s.Room != "" {
		where("room = $%d", s.Room)
	}
	if s.Before != "" {
		where("id < $%d", s.Before)
	}
	args = append(args, s.Limit)
	rows, err := q.Query(ctx, statement+fmt.Sprintf(" order by id desc limit $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("search the record: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f Found
		var at int64
		var text string
		if err := rows.Scan(&f.ID, &f.Room, &f.Account, &f.Subject, &at, &f.Verb, &f.Who, &f.Note, &text); err != nil {
			return nil, err
		}
		var answer struct {
			Refusal *cards.Refusal `json:"refusal"`
		}
		if text != "" {
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				return nil, fmt.Errorf("read the record of %s %s: %w", f.Room, f.Subject, err)
			}
		}
		f.At, f.Why = store.Time(at), answer.Refusal
		found = append(found, f)
	}
	return found, rows.Err()
}

// idAt is below the ids of all acts from an instant on: an id is a UUID of version 7, which
// begins with its milliseconds in 12 hex digits.
func idAt(t time.Time) string {
	ms := fmt.Sprintf("%012x", t.UnixMilli())
	return ms[:8] + "-" + ms[8:]
}
