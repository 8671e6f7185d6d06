package schedules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// note puts on record who did what to a schedule; "" is magpie itself.
func (s *Schedules) note(ctx context.Context, tx *store.Tx, id int64, who, verb string) error {
	key, err := uuid.NewV7()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "insert into schedule_act (id, schedule, at, who, verb) values ($1, $2, $3, $4, $5)", key.String(), id, store.Millis(s.Now()), who, verb)
	return err
}

// Act is one entry of a schedule's record.
type Act struct {
	At   time.Time
	Who  string // "" for magpie itself
	Verb string
}

// Acts are the newest entries of a schedule's record.
func (s *Schedules) Acts(ctx context.Context, id int64, limit int) ([]Act, error) {
	return s.acts(ctx, s.DB, "schedule = $1 order by id desc limit $2", id, limit)
}

// Paused is who paused a schedule, and when; nil where it is not paused. Who is "" where
// magpie itself did.
func (s *Schedules) Paused(ctx context.Context, one Schedule) (*Act, error) {
	if one.State != Paused {
		return nil, nil
	}
	return s.lastAct(ctx, s.DB, one.ID, "paused")
}

// lastAct is the newest act of a verb on a schedule; nil where there is none.
func (s *Schedules) lastAct(ctx context.Context, q store.Queryer, id int64, verb string) (*Act, error) {
	acts, err := s.acts(ctx, q, "schedule = $1 and verb = $2 order by id desc limit 1", id, verb)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	return &acts[0], nil
}

func (s *Schedules) acts(ctx context.Context, q store.Queryer, where string, args ...any) ([]Act, error) {
	rows, err := q.Query(ctx, "select at, who, verb from schedule_act where "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	defer rows.Close()
	var acts []Act
	for rows.Next() {
		var a Act
		var at int64
		if err := rows.Scan(&at, &a.Who, &a.Verb); err != nil {
			return nil, err
		}
		a.At = store.Time(at)
		acts = append(acts, a)
	}
	return acts, rows.Err()
}

// sinceOf says on the card of the request that a schedule was approved by who has paused
// or removed that since, and when.
func (s *Schedules) sinceOf(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
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
