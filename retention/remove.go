package retention

import (
	"context"
	"fmt"
	"time"

	"magpie/store"
)

// remove removes those of up to inOne requests that still may go, with all that belongs to them.
func (r *Retainer) remove(ctx context.Context, tx *store.Tx, ns []int64, cutoff int64) (Retained, error) {
	may, err := lock(ctx, tx, ns, cutoff)
	if err != nil {
		return Retained{}, err
	}
	if len(may) == 0 {
		return Retained{}, nil
	}
	if err := r.note(ctx, tx, may); err != nil {
		return Retained{}, err
	}
	rows, err := removeRows(ctx, tx, may)
	return Retained{Requests: int64(len(may)), Rows: rows}, err
}

// lock keeps everybody else from up to inOne requests until tx ends, and returns those that still
// may go: by a statement of its own, for PostgreSQL looks at other tables as they were before it
// waited. SQLite lets one write at a time.
func lock(ctx context.Context, tx *store.Tx, ns []int64, cutoff int64) ([]int64, error) {
	these := padded(ns, itself)
	if tx.PG != nil {
		if _, err := tx.Exec(ctx, "select n from request where n in ("+places(1)+") order by n for update", these...); err != nil {
			return nil, err
		}
	}
	return store.Column[int64](tx.Query(ctx, "select r.n from request r where r.n in ("+places(2)+") and "+mayGo+" order by r.n", append([]any{cutoff}, these...)...))
}

// note keeps what is to be said of requests once they are gone.
func (r *Retainer) note(ctx context.Context, tx *store.Tx, ns []int64) error {
	_, err := tx.Exec(ctx, `insert into removed_request (n, account, kind, state, asked_at, ended_at, removed_at, setting)
		select n, account, kind, state, asked_at, ended_at, $1, $2 from request where n in (`+places(3)+")", append([]any{store.Millis(r.Now()), r.Said}, padded(ns, itself)...)...)
	return err
}

// removeRows deletes requests, and what belongs to them first: on PostgreSQL by one statement,
// since each is a way there and back.
func removeRows(ctx context.Context, tx *store.Tx, ns []int64) (rows int64, err error) {
	all := append(belongings[:len(belongings):len(belongings)], belonging{table: "request", column: "n"})
	if tx.PG != nil {
		query, args := atOnce(all, ns)
		err := tx.QueryRow(ctx, query, args...).Scan(&rows)
		return rows, err
	}
	for _, b := range all {
		deleted, err := tx.Exec(ctx, b.ofAll(), padded(ns, b.named)...)
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
	var may []int64
	if err := r.paceEach(ctx, func(tx *store.Tx) (gone Retained, err error) {
		if may, err = lock(ctx, tx, []int64{n}, cutoff); err != nil || len(may) == 0 {
			return gone, err
		}
		if err := r.note(ctx, tx, may); err != nil {
			return gone, err
		}
		_, err = tx.Exec(ctx, "update request set state = $2 where n = $1", n, stateOfGoing)
		return Retained{Requests: 1}, err
	}); err != nil || len(may) == 0 {
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

// WouldGo counts what a sweep would remove now: what ended before an instant. Texts and images
// that stay for requests which would go themselves are not among it. It reads alone.
func WouldGo(ctx context.Context, q store.Queryer, before time.Time) (would Retained, err error) {
	cutoff := store.Millis(before)
	if err := q.QueryRow(ctx, "select count(*) from request r where "+mayGo, cutoff).Scan(&would.Requests); err != nil {
		return would, err
	}
	if err := eachOldArticle(ctx, q, cutoff, func(n int64) error {
		a, err := readTexts(ctx, q, n, cutoff)
		would.Texts += int64(len(a.ended(cutoff)))
		return err
	}); err != nil {
		return would, err
	}
	return would, eachOldImages(ctx, q, cutoff, func(sums []string) error {
		would.Images += int64(len(sums))
		return nil
	})
}
