package schedules

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
)

// Kind is the name of the requests that approve a schedule.
const Kind = "schedule.add"

// errTaken is that the name stands for another schedule.
var errTaken = errors.New("the name is taken")

// Ask asks for a schedule, or where terms.Schedule is set for a change of one. ask
// holds the account, the line, who said it, where, and its key. Refuses as outbox.Ask does;
// without a code where another schedule has the name.
func (s *manager) Ask(ctx context.Context, terms Terms, ask outbox.Ask) (outbox.Said, error) {
	terms.Key = uuid.NewString()
	ask.Kind, ask.Payload = Kind, terms
	ask.AtLeast = s.Outbox.Needs(ask.Account, terms.Kind, terms.Size)
	if terms.Cron == "" {
		ask.Until = terms.At
	}
	if until := s.Now().Add(s.Outbox.TTL); ask.Until.After(until) {
		ask.Until = until
	}
	ask.With = func(ctx context.Context, tx *store.Tx, n int64) error { return s.write(ctx, tx, n, ask.Account, terms) }
	said, err := s.Outbox.Ask(ctx, ask)
	if errors.Is(err, errTaken) {
		return said, cards.Refuse("fault.schedule_taken", "name", cards.Code(terms.Name), "edit", cards.Code("schedule edit "+terms.Name+" …"))
	}
	return said, err
}

// write keeps the terms beside the request that asks for them.
func (s *ledger) write(ctx context.Context, tx *store.Tx, n int64, account string, terms Terms) error {
	id := terms.Schedule
	if id == 0 {
		var taken int
		if err := tx.QueryRow(ctx, "select count(*) from schedule where account = $1 and folded = $2 and state <> 'removed'", account, folded(terms.Name)).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return errTaken
		}
		id = n
		if _, err := tx.Exec(ctx, "insert into schedule (id, account, name, folded, state, owner, channel, pending, created_at) values ($1, $2, $3, $4, 'waiting', $5, $6, $1, $7)",
			n, account, terms.Name, folded(terms.Name), terms.Owner, terms.Channel, store.Millis(s.Now())); err != nil {
			return err
		}
	} else if changed, err := tx.Exec(ctx, "update schedule set pending = $2 where id = $1 and account = $3 and state <> 'removed'", id, n, account); err != nil {
		return err
	} else if changed == 0 {
		return fmt.Errorf("schedule %d is no more", id)
	}
	_, err := tx.Exec(ctx, "insert into schedule_version (n, key, schedule, terms) values ($1, $2, $3, $4)", n, terms.Key, id, store.JSON(terms))
	return err
}

// kind is the sort of request that an account's schedule is approved by. Carrying it out
// puts the terms in force; doing so again changes nothing.
func (s *manager) kind(account string) outbox.Kind[Terms] {
	return outbox.Kind[Terms]{
		Name: Kind, Account: account, Approval: true, Keeps: outbox.InTheLine[Terms](), Repeat: outbox.RepeatHarmless,
		Done: cards.T("schedule.scheduled"), Next: nextAfter, Instant: true,
		Do: func(ctx context.Context, terms Terms, _ string) (outbox.Receipt, error) {
			return nil, s.activate(ctx, terms)
		},
		Content:  func(t Terms) []cards.Content { return s.contentOf(account, t) },
		Fields:   func(t Terms) []cards.Field { return s.fieldsOf(account, t) },
		Since:    s.sinceOf,
		Sentence: func(t Terms) cards.Text { return s.sentenceOf(account, t) },
		Face:     func(t Terms) cards.Face { return s.inner(account, t).Face },
		Head:     func(t Terms, _ []string) []cards.Text { return s.headOf(account, t) },
		Preview:  func(t Terms) cards.Button { return s.previewOf(account, t) },
		Stands:   s.stands,
		Standing: s.standing,
		Confirm:  func(t Terms, _ cards.Text) cards.Confirm { return s.Outbox.Really(account, t.Kind, t.Payload) },
		Picture:  outbox.PictureOf(s.Outbox, account, func(t Terms) (string, json.RawMessage) { return t.Kind, t.Payload }),
	}
}

// nextAfter says when terms fire next, once they are in force; zero where they do not any more.
func nextAfter(t Terms, done time.Time) cards.Text {
	spec, err := t.Spec()
	if err != nil {
		return cards.Text{}
	}
	next := spec.Next(done)
	if next.IsZero() {
		return cards.Text{}
	}
	return cards.T("schedule.scheduled_next", "local", Shown(next, spec.Zone), "at", next)
}

// stands is what a request for a schedule is called while its terms are in force.
func (s *ledger) stands(ctx context.Context, q store.Queryer, n int64) (cards.Text, error) {
	var name string
	err := q.QueryRow(ctx, "select name from schedule where (version = $1 or pending = $1) and state not in ('removed', 'ended')", n).Scan(&name)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return cards.Text{}, nil
	case err != nil:
		return cards.Text{}, fmt.Errorf("read the schedule of request %d: %w", n, err)
	}
	return cards.T("schedule.referred", "name", cards.Code(name)), nil
}

// standing are the requests whose terms are in force, or are asked for.
func (s *ledger) standing(ctx context.Context, q store.Queryer) ([]int64, error) {
	all, err := store.Column[int64](q.Query(ctx, `select version from schedule where version > 0 and state not in ('removed', 'ended')
		union select pending from schedule where pending > 0 and state not in ('removed', 'ended')`))
	if err != nil {
		return nil, fmt.Errorf("read which schedules stand: %w", err)
	}
	return all, nil
}

// activate puts approved terms in force from now on.
func (s *manager) activate(ctx context.Context, terms Terms) error {
	spec, err := terms.Spec()
	if err != nil {
		return err
	}
	// A fire of the old terms that is due this moment is the ticker's first.
	for range 20 {
		var due int
		if err := s.DB.QueryRow(ctx, "select count(*) from schedule where id = $1 and state = 'active' and held = 0 and wake_at > 0 and wake_at <= $2",
			terms.Schedule, store.Millis(s.Now())).Scan(&due); err != nil {
			return err
		}
		if due == 0 {
			break
		}
		time.Sleep(tickEvery)
	}
	var n, id int64
	if err := s.DB.Update(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, "select n, schedule from schedule_version where key = $1", terms.Key).Scan(&n, &id)
		if err != nil {
			return fmt.Errorf("terms of %s: %w", terms.Name, err)
		}
		next := spec.Next(s.Now())
		if spec.IsOnce() {
			next = spec.At // it may be due this moment
		}
		state := Active
		if next.IsZero() {
			state = Ended
		}
		_, err = tx.Exec(ctx, `update schedule set version = $2, pending = case when pending = $2 then 0 else pending end, owner = $3, channel = $4,
			next_at = case when state = 'paused' then 0 else cast($5 as bigint) end, wake_at = case when state = 'paused' then 0 else cast($6 as bigint) end, held = 0, failures = 0,
			state = case when state = 'paused' then state else $7 end
			where id = $1 and version < $2 and state <> 'removed'`,
			id, n, terms.Owner, terms.Channel, store.Millis(next), store.Millis(s.wake(terms, next)), string(state))
		return err
	}); err != nil {
		return err
	}
	// What was asked for under the terms of before is not what it does from now on.
	return s.callOff(ctx, Schedule{ID: id, Owner: terms.Owner}, n, cards.T("schedule.called_off_edited", "name", cards.Code(terms.Name), "n", n))
}

// wake is when the ticker must look at a fire: at its instant, or in good time to ask
// for its approval.
func (s *ledger) wake(terms Terms, next time.Time) time.Time {
	if terms.Each && !next.IsZero() {
		return next.Add(-s.Lead)
	}
	return next
}

// pendingOver lets go of what waited for approval and will not get it: a schedule that
// was never approved frees its name.
func (s *ledger) pendingOver(ctx context.Context) error {
	rows, err := s.DB.Query(ctx, "select id, pending from schedule where pending > 0 order by pending limit 200")
	if err != nil {
		return err
	}
	defer rows.Close()
	waiting := map[int64]int64{}
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		waiting[id] = n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for id, n := range waiting {
		state, _, err := s.Outbox.StateOf(ctx, n)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !state.Ended() || state == outbox.Done {
			continue
		}
		if err := s.DB.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "update schedule set pending = 0, state = case when version = 0 then 'removed' else state end where id = $1 and pending = $2", id, n)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
