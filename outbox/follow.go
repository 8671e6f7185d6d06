package outbox

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// follower is a follow-up.
type follower struct {
	N       int64     `db:"n"`
	By      string    `db:"asked_by"`
	EndedAt time.Time `db:"ended_at"` // zero: it is open
}

// followed are the follow-ups of a request that were asked for and not turned down, with
// who asked and when they ended.
const followed = `select r.n, r.asked_by, r.ended_at from broadcast b join request r on r.n = b.request
	where b.failed_of = $1 and r.state not in ('rejected', 'expired', 'withdrawn') order by r.n`

// mayFollow refuses a follow-up of request n while another is under way, and one that
// nobody would be left for: whom a request failed to reach belongs to one follow-up at a
// time. Two who press at once meet at the row of the first request.
func (o *teller) mayFollow(ctx context.Context, tx *store.Tx, n int64) error {
	if err := o.lock(ctx, tx, n); err != nil {
		return err
	}
	all, err := store.All[follower](tx.Query(ctx, followed, n))
	if err != nil {
		return fmt.Errorf("read the follow-ups of request %d: %w", n, err)
	}
	if len(all) == 0 {
		return nil
	}
	for _, f := range all {
		if f.EndedAt.IsZero() {
			return cards.Refuse("fault.followed", "n", n, "by", f.N, "who", cards.User(f.By))
		}
	}
	left, err := o.Engine.Unfollowed(ctx, tx, n)
	if last := all[len(all)-1]; err == nil && left == 0 {
		return cards.Refuse("fault.followed_all", "n", n, "by", last.N, "who", cards.User(last.By))
	}
	return err
}

// followedBy is the follow-up to which everybody belongs whom a request failed to reach:
// it is open, or there is nobody else; nil where another can be asked for.
func (o *reader) followedBy(ctx context.Context, r Request) (*Request, error) {
	if !mayAskFailed(&r) {
		return nil, nil
	}
	last, err := store.One[follower](ctx, o.DB, followed+" desc limit 1", r.N)
	if isNone(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the follow-up of request %d: %w", r.N, err)
	}
	f := &Request{By: last.By}
	f.N = last.N
	if last.EndedAt.IsZero() {
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
