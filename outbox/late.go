package outbox

import (
	"context"
	"slices"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// hasGrace reports whether a request may begin only within its grace after its instant:
// nobody decided anything once that had come. It was approved ahead, or as its schedule was.
func (r *Request) hasGrace() bool {
	return r.Grace > 0 && !r.ApprovedAt.IsZero() && (r.wasGranted() || !r.ApprovedAt.After(r.Due))
}

// wasGranted reports whether a request needed nobody's approval of its own.
func (r *Request) wasGranted() bool { return r.Grant > 0 || r.Need == 0 }

// lateAfter is how long after its approval a request may begin.
const lateAfter = time.Hour

// preparesWithin is how much longer a broadcast of a schedule may take to begin: it is
// counted first, and WeChat may be asked for its followers, page by page.
const preparesWithin = 5 * time.Minute

// isLate reports whether more than an hour has gone since the request could begin:
// since its approval, its scheduled instant, the end of the time to undo it or of a pause.
// What nobody decided about since its instant has a grace after that, whatever held it, or
// after a person let it go on.
func (o *voices) isLate(r Request) bool {
	if r.hasGrace() && !r.HasBegun() {
		due := r.Due
		if r.Progress.ResumedAt.After(due) {
			due = r.Progress.ResumedAt
		}
		return o.Now().Sub(due) > r.Grace
	}
	from, begin := r.ApprovedAt, time.Time{}
	if r.Due.IsZero() && !r.Progress.BeginAt.IsZero() {
		begin = r.ApprovedAt.Add(o.UndoWindow) // BeginAt is by the database's clock
	}
	for _, t := range []time.Time{r.Due, begin, r.Progress.ResumedAt, o.resumedAt(r.Account)} {
		if t.After(from) {
			from = t
		}
	}
	return o.Now().Sub(from) > lateAfter
}

// late is that the time has passed in which a request might begin.
func (r *Request) late() sending.Lapse {
	if r.hasGrace() {
		return sending.Lapse{Why: cards.T("reason.late_fire", "at", r.Due), Late: true}
	}
	return sending.Lapse{Why: cards.T("reason.late"), Late: true}
}

// Missed reports whether nothing of request n was called since it could not begin within the
// grace after its instant: its schedule's policy says what becomes of it.
func (o *reader) Missed(ctx context.Context, n int64) (bool, error) {
	r, err := o.request(ctx, o.DB, n)
	if err != nil {
		return false, ignoreNone(err)
	}
	if r.State != Failed || !r.hasGrace() || r.EndedAt.Sub(r.Due) <= r.Grace {
		return false, nil
	}
	if r.Broadcast != nil || r.Progress.BegunAt.IsZero() {
		return r.Progress.BegunAt.IsZero(), nil
	}
	// A call that never left was none.
	all, err := o.Engine.Deliveries(ctx, o.DB, r.Order)
	return err == nil && !slices.ContainsFunc(all, func(d sending.Delivery) bool { return !d.Late }), err
}

// What was approved ahead of its instant is told to begin late from lateFrom on. The card of
// what was asked at its instant says how late that was; it is told again where it begins
// much later than it was asked.
const (
	lateFrom  = time.Second
	muchLater = 10 * time.Second
)

// tellLate says in the threads of a scheduled request how late after its instant it begins.
func (o *teller) tellLate(ctx context.Context, tx *store.Tx, r Request) error {
	now := o.Now()
	late := now.Sub(r.Due)
	switch {
	case r.Due.IsZero(), late <= lateFrom, r.wasGranted() && now.Sub(r.AskedAt) <= muchLater, !r.wasGranted() && !r.hasGrace():
		return nil
	}
	return o.reply(ctx, tx, r.N, inWords(cards.T("reply.late", "n", r.N, "late", cards.Span(late.Round(time.Second)))), false)
}
