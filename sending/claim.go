package sending

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/store"
)

// batchRow is a batch as it is claimed.
type batchRow struct {
	From     int64    `db:"first_row"`
	Size     int      `db:"members"`
	Named    string   `db:"named"`
	Sum      []byte   `db:"sum"`
	Outcomes outcomes `db:"outcomes"`
	Version  int64    `db:"version"`
	Dues     dues     `db:"dues,json"`
}

// takeBatch claims a batch: at first one that this very job had before a crash, else the
// next that is free. It returns nil where there is none to carry out.
func (e *Engine) takeBatch(ctx context.Context, checker *checker, job int64, first bool) (*claimedBatch, error) {
	r, n := checker.request, checker.request.N
	b := &claimedBatch{request: r, claim: uuid.NewString(), checker: checker, under: context.Background()}
	var row batchRow
	err := e.DB.Update(ctx, func(tx *store.Tx) error {
		b.n = -1
		if first {
			err := tx.QueryRow(ctx, "select n from delivery_batch where job = $1 and job > 0 and request = $2 order by n limit 1", job, n).Scan(&b.n)
			if err != nil && !isNone(err) {
				return err
			}
			// Held before it is read: a process that wakes may be about to commit what it
			// calls, and would be called again by what was read before.
			if held, err := tx.Exec(ctx, "update delivery_batch set job = job where request = $1 and n = $2 and job = $3", n, b.n, job); err != nil {
				return err
			} else if held == 0 {
				b.n = -1
			}
		}
		if b.n < 0 {
			if goes, err := e.mayGoOn(ctx, tx, r); err != nil || !goes {
				return err
			}
			next, err := e.nextFree(ctx, tx, n, job)
			if b.n = next; err != nil || next < 0 {
				return err
			}
		}
		var err error
		if row, err = store.One[batchRow](ctx, tx, "select first_row, members, named, sum, outcomes, version, dues from delivery_batch where request = $1 and n = $2", n, b.n); err != nil {
			return err
		}
		b.statuses, b.version = row.Outcomes, row.Version
		return e.takeUpClaimed(ctx, tx, b)
	})
	if err != nil || b.n < 0 {
		return nil, err
	}
	if b.members, err = e.membersOf(ctx, e.DB, r, row.Named, row.From, row.Size); err != nil {
		return nil, err
	}
	b.named, b.dues = checker.named, row.Dues
	if b.gone, err = e.Unsubscribed(ctx, e.DB, r.Account, b.named); err != nil {
		return nil, err
	}
	if err := e.asApproved(ctx, b, row.Sum); errors.Is(err, errDiffers) {
		e.Log.Error("a broadcast differs from what was approved; nothing more is sent", "request", n, "batch", b.n)
		if err := e.giveUp(ctx, n, cards.T("reason.differs")); err != nil {
			return nil, err
		}
		b.members = nil // what was under way is written, and no more
	} else if err != nil {
		return nil, err
	}
	b.back = make(chan returned, row.Size)
	e.pool.join(b)
	return b, nil
}

// mayGoOn reports whether a batch may be begun: the broadcast is to be sent, nobody
// holds it, and it is not too late for its first call.
func (e *Engine) mayGoOn(ctx context.Context, tx *store.Tx, r Order) (bool, error) {
	var goes, begun int64
	if err := tx.QueryRow(ctx, goesOn, r.N, PausedAs(r.Account)).Scan(&goes, &begun, new(int64)); err != nil || goes == 0 {
		return false, err
	}
	if begun > 0 {
		return true, nil
	}
	if err := e.Owner.Lock(ctx, tx, r.N); err != nil {
		return false, err
	}
	lapsed, err := e.Owner.Lapsed(ctx, tx, r)
	if err == nil && !lapsed.IsZero() {
		return false, e.failRemaining(ctx, tx, r.N, lapsed.Why)
	}
	return err == nil, err
}

// nextFree claims the first free batch for a job; -1 where there is none.
func (e *Engine) nextFree(ctx context.Context, tx *store.Tx, n, job int64) (int64, error) {
	now := e.Now()
	for {
		var next int64
		err := tx.QueryRow(ctx, "select n from delivery_batch where request = $1 and unclaimed = 1 and (due_at <= $2 or due_at > $3) order by n limit 1",
			n, store.Millis(now), store.Millis(now.Add(neverAhead))).Scan(&next)
		if isNone(err) {
			return -1, nil
		} else if err != nil {
			return -1, err
		}
		claimed, err := tx.Exec(ctx, "update delivery_batch set unclaimed = 0, job = $3 where request = $1 and n = $2 and unclaimed = 1", n, next, job)
		if err != nil || claimed == 1 {
			return next, err
		}
	}
}

// closeBatchOf gives a batch back: it is free again where members are left, from when the
// first of them may be called. It reports whether there is another to go on with; where
// this lane's turn is over, another job does.
func (e *Engine) closeBatchOf(ctx context.Context, b *claimedBatch, left []returned, over bool) (goes bool, err error) {
	later, dues, err := laterOf(left, e.Now())
	if err != nil {
		return false, err
	}
	err = e.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		goes = false
		given, err := tx.Exec(ctx, `update delivery_batch set job = 0, claim = '', due_at = $4, dues = $5, unclaimed = case when waiting > 0 then 1 else 0 end
			where request = $1 and n = $2 and claim = $3`, b.request.N, b.n, b.claim, store.Millis(later), dues)
		if err != nil || given == 0 {
			return err // another process has taken it over
		}
		if !later.IsZero() && b.request.Broadcast == nil { // why it waits stands on the card
			if err := e.Owner.Changed(ctx, tx, b.request.N); err != nil {
				return err
			}
		}
		var found int
		err = tx.QueryRow(ctx, `select 1 from delivery_batch b join sending s on s.request = b.request
			where b.request = $1 and b.unclaimed = 1 and b.due_at <= $2 and s.phase = 'going' and not exists (select 1 from setting where name in ('paused', $3)) limit 1`,
			b.request.N, store.Millis(e.Now()), PausedAs(b.request.Account)).Scan(&found)
		if isNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		if goes = true; !over {
			return nil
		}
		return e.enqueueLanes(ctx, tx, b.request)
	})
	return goes, err
}
