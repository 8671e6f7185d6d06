package outbox

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// heldMarks are marksOf that nobody else changes before tx ends: a late answer may be about
// to be written.
func (o *Outbox) heldMarks(ctx context.Context, tx *store.Tx, n int64, where string) (map[int64]outcomes, error) {
	if _, err := tx.Exec(ctx, "update delivery_batch set job = job where request = $1 and "+where, n); err != nil {
		return nil, err
	}
	return o.marksOf(ctx, tx, n, where)
}

// marksOf are the outcomes of the batches of a request that where selects.
func (o *Outbox) marksOf(ctx context.Context, q store.Queryer, n int64, where string) (map[int64]outcomes, error) {
	rows, err := q.Query(ctx, "select n, outcomes from delivery_batch where request = $1 and "+where, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]outcomes{}
	for rows.Next() {
		var batch int64
		var marks outcomes
		if err := rows.Scan(&batch, &marks); err != nil {
			return nil, err
		}
		all[batch] = marks
	}
	return all, rows.Err()
}

// holdDoubtful holds those as unclear who wait in a broadcast that was stopped or given
// up, and whom an earlier call may have reached.
func (o *Outbox) holdDoubtful(ctx context.Context, tx *store.Tx, r *Request) error {
	touched, err := o.heldMarks(ctx, tx, r.N, "waiting > 0 and version > 0")
	if err != nil {
		return err
	}
	reason, all := uint16(0), 0
	for _, batch := range slices.Sorted(maps.Keys(touched)) {
		marks, found := touched[batch], 0
		for i := range marks.len() {
			m := marks.at(i)
			if m.state != markWaiting || !m.doubt {
				continue
			}
			if reason == 0 {
				if reason, err = o.reason(ctx, tx, r.N, 0, cards.T("reason.interrupted")); err != nil {
					return err
				}
			}
			m.state, m.reason, m.at = markUnclear, reason, ticks(r.AskedAt, o.Now())
			marks.set(i, m)
			found++
		}
		if found == 0 {
			continue
		}
		count := marks.count()
		if _, err := tx.Exec(ctx, "update delivery_batch set outcomes = $3, waiting = $4, unclear = $5, version = version + 1 where request = $1 and n = $2",
			r.N, batch, []byte(marks), count[markWaiting], count[markUnclear]); err != nil {
			return err
		}
		all += found
	}
	if all == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, "update sending set unclear = unclear + $2 where request = $1", r.N, all); err != nil {
		return err
	}
	*r, err = o.request(ctx, tx, r.N)
	return err
}

// sendAgain has exactly the deliveries called again that are in a state, but for those to
// people who want nothing more by now. The hour in which it may begin runs anew; where
// nobody decides, as when what failed is tried again, its approval is as old as it was.
func (o *Outbox) sendAgain(ctx context.Context, tx *store.Tx, r *Request, repeated State) (Said, error) {
	where := "1 = 1"
	if r.Broadcast != nil {
		where = "unclear > 0"
	}
	batches, err := o.heldMarks(ctx, tx, r.N, where)
	if err != nil {
		return Said{}, err
	}
	never, err := o.endRemaining(ctx, tx, r, batches)
	if err != nil {
		return Said{}, err
	}
	count, unwanted, err := o.wantedAgain(ctx, tx, r, batches, repeated)
	switch {
	case err != nil:
		return Said{}, err
	case count == 0: // before anything is written: a refusal commits
		return Said{}, noneWanted(r.N)
	}
	for _, batch := range slices.Sorted(maps.Keys(batches)) {
		marks := batches[batch]
		left := marks.count()
		if left[markWaiting] == 0 && never == 0 {
			continue // nobody in it is called again
		}
		if _, err := tx.Exec(ctx, "update delivery_batch set outcomes = $3, waiting = $4, unclear = $5, due_at = 0, unclaimed = 1, job = 0, claim = '', version = version + 1 where request = $1 and n = $2",
			r.N, batch, []byte(marks), left[markWaiting], left[markUnclear]); err != nil {
			return Said{}, err
		}
	}
	approved, unclear, failed, stopped := "approved_at = $3, resumed_at = $3", unwanted, r.Tally.Failed, r.Tally.Stopped
	if repeated == Failed {
		approved, unclear, failed = "resumed_at = $3", r.Tally.Unclear, unwanted
	}
	if _, err := tx.Exec(ctx, `update sending set unclear = $2, failed = $3, stopped = $4, remaining_as = '', remaining_why = '',
		begun_at = 0, since_good = 0, since_bad = 0, rate_count = done + failed, report_state = '' where request = $1`, r.N, unclear, failed, stopped); err != nil {
		return Said{}, err
	}
	if _, err := tx.Exec(ctx, "update request set state = $2, "+approved+", ended_at = 0 where n = $1", r.N, string(Sending), store.Millis(o.Now())); err != nil {
		return Said{}, err
	}
	if err := o.tellFirst(ctx, tx, r.N); err != nil {
		return Said{}, err
	}
	text, err := o.againText(ctx, tx, r.N, count, unwanted)
	if err != nil {
		return Said{}, err
	}
	return Said{Text: text}, o.enqueueLanes(ctx, tx, r.N)
}

// endRemaining notes of each delivery that was never called what became of it, so that
// others of the request can be called again; it counts them.
func (o *Outbox) endRemaining(ctx context.Context, tx *store.Tx, r *Request, batches map[int64]outcomes) (never int, err error) {
	ended := mark{state: markStopped}
	switch p := r.Progress; p.RemainingAs {
	case "":
		return 0, nil
	case Failed:
		ended.state = markFailed
		if ended.reason, err = o.reason(ctx, tx, r.N, 0, p.RemainingWhy); err != nil {
			return 0, err
		}
	}
	for _, marks := range batches {
		for i := range marks.len() {
			if marks.at(i).state == markWaiting {
				marks.set(i, ended)
				never++
			}
		}
	}
	return never, nil
}

// mayAskFailed reports whether those whom a broadcast failed to reach can be sent to
// again by a new request.
func mayAskFailed(r *Request) bool {
	return r.Broadcast != nil && r.State.Ended() && r.Tally.Failed > 0 && r.Progress.RemainingAs != Failed
}

// AskFailed asks for a new request, to be approved anew, to those whom request n failed
// to reach.
func (o *Outbox) AskFailed(ctx context.Context, p Press) (Said, error) {
	return o.anew(ctx, p, func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error {
		if !mayAskFailed(&r) {
			return cards.Refuse("fault.none_failed", "n", r.N, "state", stateText(r.State))
		}
		b := r.Broadcast
		a.again, a.FailedOf = &Audience{Version: b.Version, Name: b.Audience, Columns: b.Columns, Size: b.Total}, r.N
		a.Note = cards.T("broadcast.failed_of", "n", r.N)
		return nil
	})
}

// AskTrial asks for a new request, to be approved like others, that sends the first
// message of broadcast n to the openids which whoever presses gave as their own.
func (o *Outbox) AskTrial(ctx context.Context, p Press) (Said, error) {
	return o.anew(ctx, p, func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error {
		if r.Broadcast == nil || len(r.Broadcast.Samples) == 0 {
			return cards.Refuse("fault.no_trial", "n", r.N)
		}
		own, err := o.Audiences.Trial(ctx, tx, r.Account, p.Who)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			return cards.Refuse("fault.no_trial_openids", "n", r.N)
		}
		a.Recipients, a.payload = own, r.Broadcast.Samples[0].Payload
		a.Note = cards.T("broadcast.trial_of", "n", r.N)
		return nil
	})
}

// anew asks for a request that is made of an earlier one.
func (o *Outbox) anew(ctx context.Context, p Press, change func(ctx context.Context, tx *store.Tx, r Request, a *Ask) error) (Said, error) {
	return o.accept(ctx, p.Once, act{request: p.N, verb: "asked", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		r, err := o.request(ctx, tx, p.N)
		if isNone(err) {
			entry.request = 0
			return Said{}, cards.Refuse("fault.no_request", "n", p.N)
		} else if err != nil {
			return Said{}, err
		}
		a := Ask{Account: r.Account, Kind: r.Kind, Line: r.Line, Who: p.Who, Where: p.Where, payload: r.Payload}
		if err := change(ctx, tx, r, &a); err != nil {
			return Said{}, err
		}
		entry.note = a.Note
		return o.ask(ctx, tx, o.kinds[r.Kind], a, a.payload)
	})
}

func readText(text string, into *cards.Text) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}
