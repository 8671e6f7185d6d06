package sending

import (
	"context"
	"maps"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// heldStatuses are statusesOf that nobody else changes before tx ends: a late answer may be about
// to be written.
func (e *ledger) heldStatuses(ctx context.Context, tx *store.Tx, n int64, where string) (map[int64]outcomes, error) {
	if _, err := tx.Exec(ctx, "update delivery_batch set job = job where request = $1 and "+where, n); err != nil {
		return nil, err
	}
	return e.statusesOf(ctx, tx, n, where)
}

// batchOutcomes is what became of a batch.
type batchOutcomes struct {
	N        int64    `db:"n"`
	Outcomes outcomes `db:"outcomes"`
}

// statusesOf are the outcomes of the batches of a request that where selects.
func (e *ledger) statusesOf(ctx context.Context, q store.Queryer, n int64, where string) (map[int64]outcomes, error) {
	all := map[int64]outcomes{}
	for b, err := range store.Each[batchOutcomes](q.Query(ctx, "select n, outcomes from delivery_batch where request = $1 and "+where, n)) {
		if err != nil {
			return nil, err
		}
		all[b.N] = b.Outcomes
	}
	return all, nil
}

// holdDoubtful holds those as unclear who wait in a broadcast that was stopped or given
// up, and whom an earlier call may have reached.
func (e *Engine) holdDoubtful(ctx context.Context, tx *store.Tx, r *Order) error {
	touched, err := e.heldStatuses(ctx, tx, r.N, "waiting > 0 and version > 0")
	if err != nil {
		return err
	}
	reason, all := uint16(0), 0
	for _, batch := range slices.Sorted(maps.Keys(touched)) {
		statuses, found := touched[batch], 0
		for i := range statuses.len() {
			m := statuses.at(i)
			if m.state != isWaiting || !m.doubt {
				continue
			}
			if reason == 0 {
				if reason, err = e.reason(ctx, tx, r.N, outcome{reason: cards.T("reason.interrupted")}); err != nil {
					return err
				}
			}
			m.state, m.reason, m.at = isUnclear, reason, ticks(r.AskedAt, e.Now())
			statuses.set(i, m)
			found++
		}
		if found == 0 {
			continue
		}
		count := statuses.count()
		if _, err := tx.Exec(ctx, "update delivery_batch set outcomes = $3, waiting = $4, unclear = $5, version = version + 1 where request = $1 and n = $2",
			r.N, batch, []byte(statuses), count[isWaiting], count[isUnclear]); err != nil {
			return err
		}
		all += found
	}
	if all == 0 {
		return nil
	}
	tx.OnCommit(func() { e.delivered(*r, Unclear, all) })
	if _, err := tx.Exec(ctx, "update sending set unclear = unclear + $2 where request = $1", r.N, all); err != nil {
		return err
	}
	*r, err = e.order(ctx, tx, r.N)
	return err
}

// Again has exactly the deliveries of an order called again that are in a state, but for
// those to people who want nothing more by now, whom it counts beside the others. Where
// nobody is called, nothing is written. The instant at which it went on last is now.
func (e *Engine) Again(ctx context.Context, tx *store.Tx, r Order, repeated State) (count, unwanted int, err error) {
	where := "1 = 1"
	if r.Broadcast != nil {
		where = "unclear > 0"
	}
	batches, err := e.heldStatuses(ctx, tx, r.N, where)
	if err != nil {
		return 0, 0, err
	}
	before := countAll(batches)
	never, err := e.endRemaining(ctx, tx, r, batches)
	if err != nil {
		return 0, 0, err
	}
	if count, unwanted, err = e.wantedAgain(ctx, tx, r, batches, repeated); err != nil || count == 0 {
		return 0, unwanted, err
	}
	after := countAll(batches)
	for _, batch := range slices.Sorted(maps.Keys(batches)) {
		statuses := batches[batch]
		left := statuses.count()
		if left[isWaiting] == 0 && never == 0 {
			continue // nobody in it is called again
		}
		if _, err := tx.Exec(ctx, "update delivery_batch set outcomes = $3, waiting = $4, unclear = $5, due_at = 0, unclaimed = 1, job = 0, claim = '', version = version + 1 where request = $1 and n = $2",
			r.N, batch, []byte(statuses), left[isWaiting], left[isUnclear]); err != nil {
			return 0, 0, err
		}
	}
	if _, err := tx.Exec(ctx, `update sending set phase = 'going', resumed_at = $5, unclear = unclear + $2, failed = failed + $3, stopped = stopped + $4, remaining_as = '', remaining_why = '',
		begun_at = 0, since_good = 0, since_bad = 0, rate_count = done + failed, report_state = '' where request = $1`,
		r.N, after[isUnclear]-before[isUnclear], after[isFailed]-before[isFailed], after[isStopped]-before[isStopped], store.Millis(e.Now())); err != nil {
		return 0, 0, err
	}
	return count, unwanted, e.enqueueLanes(ctx, tx, r)
}

// countAll counts the deliveries of some batches by their states.
func countAll(batches map[int64]outcomes) (n [len(states)]int) {
	for _, statuses := range batches {
		for state, count := range statuses.count() {
			n[state] += count
		}
	}
	return n
}

// endRemaining notes of each delivery that was never called what became of it, so that
// others of the request can be called again; it counts them.
func (e *Engine) endRemaining(ctx context.Context, tx *store.Tx, r Order, batches map[int64]outcomes) (never int, err error) {
	ended := status{state: isStopped}
	switch p := r.Progress; p.RemainingAs {
	case "":
		return 0, nil
	case Failed:
		ended.state = isFailed
		if ended.reason, err = e.reason(ctx, tx, r.N, outcome{reason: p.RemainingWhy}); err != nil {
			return 0, err
		}
	}
	for _, statuses := range batches {
		for i := range statuses.len() {
			if statuses.at(i).state == isWaiting {
				statuses.set(i, ended)
				never++
			}
		}
	}
	return never, nil
}
