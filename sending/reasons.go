package sending

import (
	"context"
	"errors"
	"maps"

	"magpie/cards"
	"magpie/store"
)

// maxReasons are told apart for one broadcast.
const maxReasons = 500

// reasonOf is why a call failed, in words that are the same for everybody: without
// the id of the one call.
func reasonOf(err error) (code int, why cards.Text) {
	var told interface{ Reason() (int, cards.Text) }
	if errors.As(err, &told) {
		return told.Reason()
	}
	return 0, Explain(err)
}

// reason is the number under which an order keeps why a delivery came to its end.
func (e *ledger) reason(ctx context.Context, tx *store.Tx, n int64, out outcome) (uint16, error) {
	text, late := out.reason.JSON(), 0
	if out.late {
		late = 1
	}
	for {
		var known, count uint16
		err := tx.QueryRow(ctx, "select n from delivery_reason where request = $1 and why = $2", n, text).Scan(&known)
		if !isNone(err) {
			return known, err
		}
		if err := tx.QueryRow(ctx, "select coalesce(max(n), 0) from delivery_reason where request = $1", n).Scan(&count); err != nil {
			return 0, err
		}
		if count >= maxReasons {
			out.code, text, late = 0, cards.T("reason.other").JSON(), 0
		}
		if _, err := tx.Exec(ctx, "insert into delivery_reason (request, n, code, why, late) values ($1, $2, $3, $4, $5) on conflict do nothing", n, count+1, out.code, text, late); err != nil {
			return 0, err
		}
	}
}

// knownReason is reason, from memory where the committer has met it before.
func (e *ledger) knownReason(ctx context.Context, tx *store.Tx, r *ofRequest, out outcome) (uint16, error) {
	text := out.reason.JSON()
	if known, ok := e.pool.reasons[r.request.N][text]; ok {
		return known, nil
	}
	if known, ok := r.reasons[text]; ok {
		return known, nil
	}
	known, err := e.reason(ctx, tx, r.request.N, out)
	r.reasons[text] = known
	return known, err
}

// knowReasons remembers numbers that are committed.
func (c *pool) knowReasons(n int64, reasons map[string]uint16) {
	if len(reasons) == 0 {
		return
	}
	if len(c.reasons) > 8 {
		clear(c.reasons)
	}
	if c.reasons[n] == nil {
		c.reasons[n] = map[string]uint16{}
	}
	maps.Copy(c.reasons[n], reasons)
}

// toldReason is a reason with how it came about.
type toldReason struct {
	N    uint16     `db:"n"`
	Code int        `db:"code"`
	Why  cards.Text `db:"why"`
	Late bool       `db:"late"` // see Lapse
}

// reasons are all of a broadcast, by their numbers.
func (e *ledger) reasons(ctx context.Context, q store.Queryer, n int64) (map[uint16]toldReason, error) {
	rows, err := store.All[toldReason](q.Query(ctx, "select n, code, why, late from delivery_reason where request = $1", n))
	all := make(map[uint16]toldReason, len(rows))
	for _, r := range rows {
		all[r.N] = r
	}
	return all, err
}
