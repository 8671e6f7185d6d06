package outbox

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// followed are the follow-ups of a request that were asked for and not turned down, with
// who asked and when they ended.
const followed = `select r.n, r.asked_by, r.ended_at from broadcast b join request r on r.n = b.request
	where b.failed_of = $1 and r.state not in ('rejected', 'expired', 'withdrawn') order by r.n`

// mayFollow refuses a follow-up of request n while another is under way, and one that
// nobody would be left for: whom a request failed to reach belongs to one follow-up at a
// time. Two who press at once meet at the row of the first request.
func (o *teller) mayFollow(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, followed, n)
	if err != nil {
		return fmt.Errorf("read the follow-ups of request %d: %w", n, err)
	}
	defer rows.Close()
	var last int64
	var by string
	for rows.Next() {
		var ended int64
		if err := rows.Scan(&last, &by, &ended); err != nil {
			return err
		}
		if ended == 0 {
			return cards.Refuse("fault.followed", "n", n, "by", last, "who", cards.User(by))
		}
	}
	if err := rows.Err(); err != nil || last == 0 {
		return err
	}
	left, err := o.Engine.Unfollowed(ctx, tx, n)
	if err == nil && left == 0 {
		return cards.Refuse("fault.followed_all", "n", n, "by", last, "who", cards.User(by))
	}
	return err
}

// followedBy is the follow-up to which everybody belongs whom a request failed to reach:
// it is open, or there is nobody else; nil where another can be asked for.
func (o *reader) followedBy(ctx context.Context, r Request) (*Request, error) {
	if !mayAskFailed(&r) {
		return nil, nil
	}
	f := new(Request)
	var ended int64
	err := o.DB.QueryRow(ctx, followed+" desc limit 1", r.N).Scan(&f.N, &f.By, &ended)
	if isNone(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the follow-up of request %d: %w", r.N, err)
	}
	if ended == 0 {
		return f, nil
	}
	if left, err := o.Engine.Unfollowed(ctx, o.DB, r.N); err != nil || left > 0 {
		return nil, err
	}
	return f, nil
}

// tellFirst has the cards of the request drawn anew that r follows up: what may be done
// to it depends on whether r is open.
func (o *teller) tellFirst(ctx context.Context, tx *store.Tx, n int64) error {
	first, err := store.Column[int64](tx.Query(ctx, "select failed_of from broadcast where request = $1 and failed_of > 0", n))
	if err != nil || len(first) == 0 {
		return err
	}
	return o.Redraw(ctx, tx, first[0])
}
