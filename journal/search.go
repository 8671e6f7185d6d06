package journal

import (
	"context"
	"fmt"
	"time"

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
func Find(ctx context.Context, q store.Queryer, s Search) ([]Found, error) {
	type foundRow struct {
		entryRow
		ID   string `db:"id"`
		Room string `db:"room"`
	}
	statement, args := "select "+store.ColumnsOf[foundRow]("")+" from journal where true", []any{}
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
	rows, err := store.All[foundRow](q.Query(ctx, statement+fmt.Sprintf(" order by id desc limit $%d", len(args)), args...))
	if err != nil {
		return nil, fmt.Errorf("search the record: %w", err)
	}
	found := make([]Found, len(rows))
	for i, row := range rows {
		found[i] = Found{Entry: row.entry(), ID: row.ID, Room: row.Room}
	}
	return found, nil
}

// idAt is below the ids of all acts from an instant on: an id is a UUID of version 7, which
// begins with its milliseconds in 12 hex digits.
func idAt(t time.Time) string {
	ms := fmt.Sprintf("%012x", t.UnixMilli())
	return ms[:8] + "-" + ms[8:]
}
