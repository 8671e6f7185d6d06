package retention

import (
	"context"
	"fmt"
	"time"

	"magpie/store"
)

// remove removes those of up to inOne requests that still may go, with all that belongs to them.
func (r *Retainer) remove(ctx context.Context, tx *store.Tx, ns []int64, cutoff int64) (Retained, error) {
	var may []int64
	for _, n := range ns {
		ok, err := lock(ctx, tx, n, cutoff)
		if err != nil {
			return Retained{}, err
		}
		if !ok {
			continue
		}
		may = append(may, n)
		if err := r.note(ctx, tx, n); err != nil {
			return Retained{}, err
		}
	}
	if len(may) == 0 {
		return Retained{}, nil
	}
	rows, err := removeRows(ctx, tx, may)
	return Retained{Requests: int64(len(may)), Rows: rows}, err
}

// lock keeps everybody else from a request until tx ends, and reports whether it still may go:
// by a statement of its own, for PostgreSQL's update looks at other tables as they were before it
// waited.
func lock(ctx context.Context, tx *store.Tx, n, cutoff int64) (bool, error) {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return false, err
	}
	var may int
	err := tx.QueryRow(ctx, "select count(*) from request r where r.n = $2 and "+mayGo, cutoff, n).Scan(&may)
	return may > 0, err
}

// note keeps what is to be said of a request once it is gone.
func (r *Retainer) note(ctx context.Context, tx *store.Tx, n int64) error {
	_, err := tx.Exec(ctx, `insert into removed_request (n, account, kind, state, asked_at, ended_at, removed_at, setting)
		select n, account, kind, state, asked_at, ended_at, $2, $3 from request where n = $1`, n, store.Millis(r.Now()), r.Said)
	return err
}

// removeRows deletes requests, and what belongs to them first.
func removeRows(ctx context.Context, tx *store.Tx, ns []int64) (rows int64, err error) {
	for _, b := range append(belongings[:len(belongings):len(belongings)], belonging{table: "request", column: "n"}) {
		args := make([]any, inOne)
		for i := range args {
			args[i] = b.named(ns[min(i, len(ns)-1)])
		}
		deleted, err := tx.Exec(ctx, b.ofAll(), args...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", b.table, err)
		}
		rows += deleted
	}
	return rows, nil
}

// removeLarge removes a request whose rows are too many for one transaction: it is gone for
// everybody after the first, and its rows go one after the other.
func (r *Retainer) removeLarge(ctx context.Context, n, cutoff int64) error {
	var may bool
	if err := r.paceEach(ctx, func(tx *store.Tx) (gone Retained, err error) {
		if may, err = lock(ctx, tx, n, cutoff); err != nil || !may {
			return gone, err
		}
		if err := r.note(ctx, tx, n); err != nil {
			return gone, err
		}
		_, err = tx.Exec(ctx, "update request set state = $2 where n = $1", n, stateOfGoing)
		return Retained{Requests: 1}, err
	}); err != nil || !may {
		return err
	}
	return r.goOn(ctx, n)
}

// goOn removes the rows of a request that is gone for everybody.
func (r *Retainer) goOn(ctx context.Context, n int64) error {
	for _, b := range belongings {
		for more := b.key != ""; more; {
			if err := r.paceEach(ctx, func(tx *store.Tx) (Retained, error) {
				rows, err := tx.Exec(ctx, b.ofOne(mostRows), b.named(n))
				more = rows == mostRows
				return Retained{Rows: rows}, err
			}); err != nil {
				return fmt.Errorf("remove the rows of request %d: %s: %w", n, b.table, err)
			}
		}
	}
	return r.paceEach(ctx, func(tx *store.Tx) (Retained, error) {
		rows, err := removeRows(ctx, tx, []int64{n})
		return Retained{Rows: rows}, err
	})
}

// WouldGo counts the requests that a sweep would remove: those that ended before an instant.
// It reads alone.
func WouldGo(ctx context.Context, q store.Queryer, before time.Time) (count int64, err error) {
	err = q.QueryRow(ctx, "select count(*) from request r where "+mayGo, store.Millis(before)).Scan(&count)
	return count, err
}
