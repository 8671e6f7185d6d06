package outbox

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/store"
)

// PauseAll holds every delivery on every machine from the next call on: an admin's.
// What is asked and approved meanwhile is kept.
func (o *Outbox) PauseAll(ctx context.Context, p Press) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "paused_all", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		set, err := tx.Exec(ctx, "insert into setting (name, value) values ('paused', $1) on conflict (name) do nothing", store.Millis(o.Now()))
		if err != nil {
			return Said{}, err
		}
		if set == 0 {
			return Said{}, cards.Refuse("fault.paused_already")
		}
		return Said{Text: cards.T("answer.paused_all")}, o.tellHold(ctx, tx, cards.T("hold.paused_all", "who", cards.User(p.Who.ID), "at", o.Now()))
	})
}

// ResumeAll lets deliveries go on and lists what was held: an admin's. The hour in
// which an approved request may begin runs anew.
func (o *Outbox) ResumeAll(ctx context.Context, p Press) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "resumed_all", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, _ *act) (Said, error) {
		if err := o.Roles.May(p.Who, Admin); err != nil {
			return Said{}, err
		}
		was, err := tx.Exec(ctx, "delete from setting where name = 'paused'")
		if err != nil {
			return Said{}, err
		}
		if was == 0 {
			return Said{}, cards.Refuse("fault.not_paused")
		}
		if _, err := tx.Exec(ctx, "insert into setting (name, value) values ('resumed', $1) on conflict (name) do update set value = excluded.value", store.Millis(o.Now())); err != nil {
			return Said{}, err
		}
		if err := o.Engine.WakeAll(ctx, tx); err != nil {
			return Said{}, err
		}
		if err := o.tellHold(ctx, tx, cards.T("hold.resumed_all", "who", cards.User(p.Who.ID), "at", o.Now())); err != nil {
			return Said{}, err
		}
		held, err := o.held(ctx, tx)
		if err != nil {
			return Said{}, err
		}
		if len(held) == 0 {
			return Said{Text: cards.T("answer.resumed_none")}, nil
		}
		return Said{Text: cards.T("answer.resumed", "held", held)}, nil
	})
}

// Paused reports whether everything is held; Held says by whom.
func (o *Outbox) Paused(ctx context.Context) (bool, error) { return o.isPaused(ctx, o.DB) }

func (o *Outbox) isPaused(ctx context.Context, q store.Queryer) (bool, error) {
	var n int
	err := q.QueryRow(ctx, "select count(*) from setting where name = 'paused'").Scan(&n)
	return n > 0, err
}

// resumedAt is when the last pause ended; zero where there was none.
func (o *Outbox) resumedAt() time.Time {
	var ms int64
	if err := o.DB.QueryRow(context.Background(), "select coalesce(max(value), 0) from setting where name = 'resumed'").Scan(&ms); err != nil {
		o.Log.Error("read when the last pause ended", "error", err)
	}
	return store.Time(ms)
}

// held lists the approved requests that have deliveries to go.
func (o *Outbox) held(ctx context.Context, q store.Queryer) ([]cards.Text, error) {
	rows, err := q.Query(ctx, "select n, kind from request where state in ('approved', 'sending') and due_at <= $1 order by n limit 20", store.Millis(o.Now()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var held []cards.Text
	for rows.Next() {
		var n int64
		var kind string
		if err := rows.Scan(&n, &kind); err != nil {
			return nil, err
		}
		held = append(held, cards.T("card.title", "n", n, "kind", cards.T("kind."+kind)))
	}
	return held, rows.Err()
}
