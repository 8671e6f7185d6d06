package schedules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// note puts on record who did what to a schedule; "" is magpie itself.
func (s *ledger) note(ctx context.Context, tx *store.Tx, id int64, who, verb string) error {
	return s.journal.Write(ctx, tx, journal.Entry{Subject: journal.Subject(id), Verb: verb, Who: who})
}

// Act is one entry of a schedule's record.
type Act struct {
	At   time.Time
	Who  string // "" for magpie itself
	Verb string
}

// Acts are the newest entries of a schedule's record.
func (s *ledger) Acts(ctx context.Context, id int64, limit int) ([]Act, error) {
	entries, err := s.journal.Read(ctx, s.DB, journal.Query{Subject: journal.Subject(id), Newest: limit})
	acts := make([]Act, len(entries))
	for i, e := range entries {
		acts[i] = Act{At: e.At, Who: e.Who, Verb: e.Verb}
	}
	return acts, err
}

// Paused is who paused a schedule, and when; nil where it is not paused. Who is "" where
// magpie itself did.
func (s *ledger) Paused(ctx context.Context, one Schedule) (*Act, error) {
	if one.State != Paused {
		return nil, nil
	}
	return s.lastAct(ctx, s.DB, one.ID, "paused")
}

// lastAct is the newest act of a verb on a schedule; nil where there is none.
func (s *ledger) lastAct(ctx context.Context, q store.Queryer, id int64, verb string) (*Act, error) {
	e, err := s.journal.Last(ctx, q, journal.Query{Subject: journal.Subject(id), Verbs: []string{verb}})
	if err != nil || e == nil {
		return nil, err
	}
	return &Act{At: e.At, Who: e.Who, Verb: e.Verb}, nil
}

// sinceOf says on the card of the request that a schedule was approved by who has paused
// or removed that since, and when.
func (s *ledger) sinceOf(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
	var id int64
	var state State
	err := q.QueryRow(ctx, "select id, state from schedule where version = $1 or version = 0 and pending = $1 or id = $1 and version = 0", n).Scan(&id, &state)
	if errors.Is(err, sql.ErrNoRows) || err == nil && state != Paused && state != Removed {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the schedule of request %d: %w", n, err)
	}
	a, err := s.lastAct(ctx, q, id, string(state))
	if err != nil || a == nil {
		return nil, err
	}
	return []cards.Field{{Label: cards.T("field.schedule_" + string(state)), Value: a.Text()}}, nil
}

// Text is who did something, and when.
func (a Act) Text() cards.Text {
	if a.Who == "" {
		return cards.T("schedule.by_magpie", "at", a.At)
	}
	return cards.T("schedule.by", "who", cards.User(a.Who), "at", a.At)
}
