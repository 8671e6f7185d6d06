package outbox

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/store"
)

// wasAhead reports whether a request was approved ahead of an instant that it has a grace
// after.
func (r *Request) wasAhead() bool {
	return r.Grace > 0 && !r.ApprovedAt.IsZero() && !r.ApprovedAt.After(r.Due)
}

// lateText is why a request is not sent any more.
func (r *Request) lateText() cards.Text {
	if r.wasAhead() {
		return cards.T("reason.late_fire", "at", r.Due)
	}
	return cards.T("reason.late")
}

// Missed reports whether request n was approved ahead of its instant, and nothing of it was
// called, since it could not begin within its grace: its schedule's policy says what becomes
// of it.
func (o *Outbox) Missed(ctx context.Context, n int64) (bool, error) {
	r, err := o.request(ctx, o.DB, n)
	if err != nil || r.State != Failed || !r.wasAhead() || r.EndedAt.Sub(r.Due) <= r.Grace {
		return false, ignoreNone(err)
	}
	if r.Broadcast != nil {
		return r.Broadcast.BegunAt.IsZero(), nil
	}
	var called int
	err = o.DB.QueryRow(ctx, "select count(*) from delivery where request = $1 and called_at > 0", n).Scan(&called)
	return called == 0, err
}

// lateFrom is how late a request that was approved ahead is told to begin late.
const lateFrom = time.Second

// tellLate says in the threads of a request that was approved ahead of its instant how late
// after it it begins.
func (o *Outbox) tellLate(ctx context.Context, tx *store.Tx, r Request) error {
	late := o.Now().Sub(r.Due)
	if !r.wasAhead() || late <= lateFrom {
		return nil
	}
	return o.placeReplies(ctx, tx, r.N, place{role: roleReply, says: cards.T("reply.late", "n", r.N, "late", cards.Span(late.Round(time.Second)))}, false)
}
