package sending

import (
	"cmp"
	"context"
	"slices"
	"time"

	"magpie/cards"
	"magpie/store"
)

// group is what one transaction writes, by broadcast and batch.
type group struct{ requests []*ofRequest }

type ofRequest struct {
	request    Order // as it was when the first of its batches was taken
	batches    []*claimedOf
	total      change
	held       bool      // its intents may not be begun
	lapsed     Lapse     // why nor those of people who have not been called so far
	hold       time.Time // nor those for which there was no slot, before this
	resumed    time.Time // calls that were begun before say nothing of whether it may go on
	problem    *problem
	transition bool // the request itself may have come to another state
	reasons    map[string]uint16
}

// under is a context below the span of the first of its batches.
func (r *ofRequest) under() context.Context { return r.batches[0].under }

// problem is that WeChat refused everybody alike in a call.
type problem struct {
	Obstacle
	why   cards.Text
	begun time.Time // the call
}

type claimedOf struct {
	*claimedBatch
	changes  []change
	statuses outcomes // as they are to be
	version  int64
	lost     bool   // another process has it
	calls    []call // whose intents are written
}

func newGroup(changes []change) *group {
	g := &group{}
	requests, batches := map[int64]*ofRequest{}, map[*claimedBatch]*claimedOf{}
	for _, c := range changes {
		n := c.batch.request.N
		if requests[n] == nil {
			requests[n] = &ofRequest{request: c.batch.request, reasons: map[string]uint16{}}
			g.requests = append(g.requests, requests[n])
		}
		if batches[c.batch] == nil {
			batches[c.batch] = &claimedOf{claimedBatch: c.batch, statuses: append(outcomes(nil), c.batch.statuses...), version: c.batch.version}
			requests[n].batches = append(requests[n].batches, batches[c.batch])
		}
		batches[c.batch].changes = append(batches[c.batch].changes, c)
	}
	// Two processes lock them in one order.
	slices.SortFunc(g.requests, func(a, b *ofRequest) int { return cmp.Compare(a.request.N, b.request.N) })
	for _, r := range g.requests {
		slices.SortFunc(r.batches, func(a, b *claimedOf) int { return cmp.Compare(a.n, b.n) })
	}
	return g
}

// calls counts the calls that are about to be made.
func (r *ofRequest) calls() (n int) {
	for _, l := range r.batches {
		n += len(l.calls)
	}
	return n
}

// writeBatch writes the changes of one batch.
func (e *Engine) writeBatch(ctx context.Context, tx *store.Tx, r *ofRequest, l *claimedOf, slots *slots) error {
	before := r.total
	firstSlot := slots.next
	for {
		if err := e.apply(ctx, tx, r, l, slots); err != nil {
			return err
		}
		count := l.statuses.count()
		written, err := tx.Exec(ctx, `update delivery_batch set outcomes = $4, waiting = $5, unclear = $6, version = version + 1
			where request = $1 and n = $2 and version = $3`, r.request.N, l.n, l.version, []byte(l.statuses), count[isWaiting], count[isUnclear])
		if err != nil {
			return err
		}
		if written == 1 {
			l.version++
			return nil
		}
		// An event of WeChat's changed it meanwhile, or another process took it over.
		var claim string
		if err := tx.QueryRow(ctx, "select claim, version, outcomes from delivery_batch where request = $1 and n = $2", r.request.N, l.n).
			Scan(&claim, &l.version, &l.statuses); err != nil {
			return err
		}
		r.total, slots.next, l.calls = before, firstSlot, nil
		l.lost = claim != l.claim
	}
}

// apply changes the statuses of one batch. Of a batch that was lost to another process,
// only answers are taken that clear up what that one holds as unclear.
func (e *Engine) apply(ctx context.Context, tx *store.Tx, r *ofRequest, l *claimedOf, slots *slots) error {
	asked, now := r.request.AskedAt, e.Now().Round(0)
	for _, c := range l.changes {
		m := l.statuses.at(c.at)
		if c.intent {
			begun, free := slots.take()
			if !l.lost && m.state == isSending { // a commit whose answer was lost; it was not called
				m.state, m.tries = isWaiting, m.tries-1
				r.total.sending--
				l.statuses.set(c.at, m)
			}
			if r.held || l.lost || !free || m.state != isWaiting {
				continue
			}
			if !r.lapsed.IsZero() && m.tries == 0 {
				if err := e.outcomeStatus(ctx, tx, r, l, change{at: c.at, out: notCalled(m, r.lapsed)}, &m, now); err != nil {
					return err
				}
				l.statuses.set(c.at, m)
				continue
			}
			if m.tries == 0 && (!m.doubt || m.at == 0) {
				m.at = ticks(asked, begun)
			}
			m.state, m.tries = isSending, m.tries+1
			r.total.sending++
			l.statuses.set(c.at, m)
			l.calls = append(l.calls, call{batch: l.claimedBatch, at: c.at, status: m, begun: begun})
			continue
		}
		if l.lost && m.state != isUnclear || !l.lost && m.state != isSending {
			e.Log.Warn("an outcome came after the delivery had gone on", "request", r.request.N, "row", l.members[c.at].Row, "outcome", string(c.out.state))
			continue
		}
		if l.lost && c.out.state == Waiting {
			continue // it clears nothing up
		}
		if l.lost {
			r.total.unclear--
		} else {
			r.total.sending--
		}
		if err := e.outcomeStatus(ctx, tx, r, l, c, &m, now); err != nil {
			return err
		}
		l.statuses.set(c.at, m)
	}
	return nil
}

// outcomeStatus makes a status of what came of a call.
func (e *Engine) outcomeStatus(ctx context.Context, tx *store.Tx, r *ofRequest, l *claimedOf, c change, m *status, now time.Time) error {
	var err error
	fresh := c.begun.After(r.resumed) && r.request.Broadcast != nil
	switch c.out.state {
	case Waiting:
		if c.out.uncalled {
			m.tries--
		}
		m.state, m.doubt = isWaiting, m.doubt || c.out.doubt
		if c.problem != NoObstacle && fresh {
			r.problem = &problem{c.problem, c.out.reason, c.begun}
		}
		if r.request.Broadcast == nil && !c.out.reason.IsZero() { // it stands on the card
			m.reason, err = e.knownReason(ctx, tx, r, c.out)
		}
		return err
	case Done:
		m.state, m.reason = isDone, 0
		r.total.done++
		if fresh {
			r.total.good++
		}
		if err := e.writeReceipt(ctx, tx, r.request, l, c); err != nil {
			return err
		}
	case Unclear:
		m.state = isUnclear
		r.total.unclear++
		m.reason, err = e.knownReason(ctx, tx, r, c.out)
	default:
		m.state = isFailed
		r.total.failed++
		// What WeChat has not taken no later word of its is about.
		if r.request.Broadcast == nil && !l.checker.kind.OwnRefs {
			if _, err := tx.Exec(ctx, "delete from delivery_ref where request = $1 and row = $2", r.request.N, l.members[c.at].Row); err != nil {
				return err
			}
		}
		m.reason, err = e.knownReason(ctx, tx, r, c.out)
	}
	if m.state != isDone && fresh {
		r.total.bad++
	}
	m.at = ticks(r.request.AskedAt, now)
	return err
}

// writeReceipt keeps what WeChat returned for a call, and by which name its later events
// call that.
func (e *Engine) writeReceipt(ctx context.Context, tx *store.Tx, r Order, l *claimedOf, c change) error {
	row := l.members[c.at].Row
	if c.out.ref != "" && (l.checker.kind.OwnRefs || r.Broadcast == nil) {
		if err := writeRef(ctx, tx, c.out.ref, r.N, row); err != nil {
			return err
		}
	}
	if r.Broadcast != nil || c.out.receipt == nil {
		return nil
	}
	_, err := tx.Exec(ctx, "insert into delivery_receipt (request, row, receipt) values ($1, $2, $3) on conflict (request, row) do update set receipt = excluded.receipt", r.N, row, store.JSON(c.out.receipt))
	return err
}

// release lets what is written go on: calls to the senders, members back to their
// batches.
func (g *group) release(e *Engine) {
	for _, r := range g.requests {
		e.pool.knowReasons(r.request.N, r.reasons)
		var came [len(states)]int
		for _, l := range r.batches {
			l.claimedBatch.statuses, l.claimedBatch.version = l.statuses, l.version
			if r.held {
				l.flag.on.Store(true)
			}
			way := l.way
			begun := map[int]bool{}
			for _, c := range l.calls {
				begun[c.at] = true
				way.hand(e, c)
			}
			for _, c := range l.changes {
				if c.intent && begun[c.at] {
					continue
				}
				if !l.lost {
					came[l.statuses.at(c.at).state]++
				}
				if !c.intent && c.out.state != Waiting {
					l.flag.written++
				}
				<-way.window
				back := returned{at: c.at, again: !l.lost && l.statuses.at(c.at).state == isWaiting, due: c.out.due}
				if c.intent && !r.held {
					back.hold = r.hold
				}
				l.back <- back
			}
		}
		for _, state := range []byte{isDone, isFailed, isUnclear} {
			e.delivered(r.request, states[state], came[state])
		}
	}
}
