package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"magpie/cards"
	"magpie/store"
)

const (
	batchSize   = 200             // deliveries a job
	inFlight    = 8               // calls at once in a job
	maxTries    = 5               // of a call that WeChat answers with "busy"
	lateAfter   = time.Hour       // from the approval to the first call
	staleAfter  = 3 * time.Second // from the intent to the call, by wall clock
	longestWait = 30 * time.Second
	pausedPoll  = 500 * time.Millisecond
	// The queue wakes a job that waits longer than this up to as much too late.
	schedulerWithin = 5 * time.Second
)

// sendJob carries out the deliveries of a request from seq Batch×200.
type sendJob struct {
	Request int64 `json:"request"`
	Batch   int   `json:"batch"`
}

func (sendJob) Kind() string                 { return "send" }
func (sendJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueSend} }

// enqueueSends writes the jobs of a request's batches in the transaction that
// approved it.
func (o *Outbox) enqueueSends(ctx context.Context, tx *store.Tx, n int64, size int) error {
	for batch := range (size + batchSize - 1) / batchSize {
		if err := o.queue.insert(ctx, tx, sendJob{Request: n, Batch: batch}); err != nil {
			return fmt.Errorf("enqueue batch %d of request %d: %w", batch, n, err)
		}
	}
	return nil
}

// sender works sendJobs.
type sender struct {
	river.WorkerDefaults[sendJob]
	outbox *Outbox
}

// Work calls WeChat for every waiting delivery of the batch. It returns nil when
// none waits any more, and snoozes while one is to be tried later.
func (s *sender) Work(ctx context.Context, job *river.Job[sendJob]) error {
	o := s.outbox
	b, err := o.openBatch(ctx, job.Args)
	if err != nil || b == nil {
		return err
	}
	group := errgroup.Group{}
	group.SetLimit(inFlight)
	for _, d := range b.due {
		if o.isStopping() {
			break
		}
		group.Go(func() error { return o.deliver(ctx, b, d) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	wait, err := o.closeBatch(ctx, b)
	if err != nil || wait == 0 {
		return err
	}
	return river.JobSnooze(wait)
}

// batch is one job's share of a request.
type batch struct {
	request     Request
	kind        kind
	first, last int // seq
	due         []Delivery
}

// openBatch takes up a batch: what an earlier attempt left as sending is held as
// unclear or, where harmless, repeated; content that differs from what was approved
// fails the request. It returns nil where there is nothing to do.
func (o *Outbox) openBatch(ctx context.Context, job sendJob) (*batch, error) {
	b := &batch{first: job.Batch * batchSize, last: (job.Batch+1)*batchSize - 1}
	err := o.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "update request set n = n where n = $1", job.Request); err != nil {
			return err
		}
		r, err := o.request(ctx, tx, job.Request)
		if err != nil {
			return err
		}
		if r.State != Approved && r.State != Sending {
			b = nil
			return nil
		}
		var known bool
		b.request = r
		if b.kind, known = o.kinds[r.Kind]; !known {
			return fmt.Errorf("request %d is of kind %s, which this magpie does not know", r.N, r.Kind)
		}
		all, err := o.deliveries(ctx, tx, r.N, "")
		if err != nil {
			return err
		}
		if !o.isApproved(ctx, tx, r, all) {
			b = nil
			o.Log.Error("request differs from what was approved; nothing is sent", "request", r.N)
			return o.failRest(ctx, tx, r.N, cards.T("reason.differs"))
		}
		if err := o.takeUp(ctx, tx, b, all); err != nil || len(b.due) == 0 || r.State == Sending {
			return err
		}
		if _, err := tx.Exec(ctx, "update request set state = $2 where n = $1", r.N, string(Sending)); err != nil {
			return err
		}
		if err := o.noteSelf(ctx, tx, r.N, "sending", cards.Text{}); err != nil {
			return err
		}
		return o.enqueueTells(ctx, tx, r.N)
	})
	return b, err
}

// takeUp settles what an earlier attempt left and lists what is due.
func (o *Outbox) takeUp(ctx context.Context, tx *store.Tx, b *batch, all []Delivery) error {
	now := o.Now()
	left := outcome{state: Unclear, reason: cards.T("reason.interrupted")}
	if b.kind.repeat == RepeatHarmless {
		left = outcome{state: Waiting}
	}
	for _, d := range all {
		if d.Seq < b.first || d.Seq > b.last {
			continue
		}
		if d.State == Sending {
			if err := o.writeOutcome(ctx, tx, b.request.N, d.Seq, "", left); err != nil {
				return err
			}
			d.State = left.state
		}
		if d.State == Waiting && !d.Due.After(now) {
			b.due = append(b.due, d)
		}
	}
	return nil
}

// isApproved reports whether the request stands as it was approved: the content and
// audience that would be sent now have the hash that enough people approved.
func (o *Outbox) isApproved(ctx context.Context, q store.Queryer, r Request, all []Delivery) bool {
	var recipients []string
	for _, d := range all {
		if d.Recipient != "" {
			recipients = append(recipients, d.Recipient)
		}
	}
	hash := hashOf(r.Kind, r.Payload, recipients)
	var approvals int
	var err error
	if r.Grant > 0 {
		approvals, err = o.grants(ctx, q, r.Grant, r.By)
	} else {
		err = q.QueryRow(ctx, "select count(*) from approval where request = $1 and hash = $2 and who <> $3", r.N, hash, r.By).Scan(&approvals)
	}
	return err == nil && hash == r.Hash && len(all) == r.Size && approvals >= r.Need
}

// deliver carries out one delivery: it says sending and commits, calls, and writes
// what came of it. An error is the database's; the call's own ends in the outcome.
func (o *Outbox) deliver(ctx context.Context, b *batch, d Delivery) error {
	if d.Tries == 0 && o.isLate(b.request) {
		return o.settle(ctx, b.request.N, d.Seq, "", outcome{state: Failed, reason: cards.T("reason.late")})
	}
	claim := uuid.NewString()
	begun := o.Now().Round(0) // wall clock: a suspended machine's monotonic one stands still
	claimed := int64(0)
	if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		claimed, err = tx.Exec(ctx, `update delivery set state = $3, claim = $4, tries = tries + 1, called_at = $5
			where request = $1 and seq = $2 and state = $6 and exists (select 1 from request where n = $1 and state = $3)
			and not exists (select 1 from setting where name = 'paused')`,
			b.request.N, d.Seq, string(Sending), claim, store.Millis(begun), string(Waiting))
		return err
	}); err != nil || claimed == 0 {
		return err
	}
	if o.isStopping() || o.Now().Round(0).Sub(begun) > staleAfter {
		return o.settle(ctx, b.request.N, d.Seq, claim, outcome{state: Waiting, uncalled: true})
	}
	// A stop waits for a call under way; the client bounds how long it takes.
	receipt, err := b.kind.do(context.WithoutCancel(ctx), b.request.Payload, d.Recipient)
	out := o.outcomeOf(b, d, receipt, err)
	if out.state == Done {
		o.Log.Info("delivered", "request", b.request.N, "seq", d.Seq, "kind", b.request.Kind)
	} else {
		o.Log.Warn("not delivered", "request", b.request.N, "seq", d.Seq, "kind", b.request.Kind, "state", string(out.state), "error", err)
	}
	return o.settle(ctx, b.request.N, d.Seq, claim, out)
}

// isLate reports whether more than an hour has gone since the request could begin:
// since its approval, its scheduled instant or the end of a pause.
func (o *Outbox) isLate(r Request) bool {
	from := r.ApprovedAt
	for _, t := range []time.Time{r.Due, o.resumedAt()} {
		if t.After(from) {
			from = t
		}
	}
	return o.Now().Sub(from) > lateAfter
}

// outcome is what came of a delivery.
type outcome struct {
	state    State
	receipt  Receipt
	reason   cards.Text
	due      time.Time // of Waiting: not before
	uncalled bool      // of Waiting: the try does not count
}

// outcomeOf reads a call's end: done, to be tried later, unclear, or failed.
func (o *Outbox) outcomeOf(b *batch, d Delivery, receipt Receipt, err error) outcome {
	if err == nil {
		return outcome{state: Done, receipt: receipt}
	}
	out := outcome{state: Failed, reason: explain(err)}
	tries := d.Tries + 1
	var unclear interface{ Unclear() bool }
	if errors.As(err, &unclear) && unclear.Unclear() {
		if b.kind.repeat == RepeatHarmless && tries < maxTries {
			out.state, out.due = Waiting, o.Now().Add(backOff(tries))
			return out
		}
		out.state = Unclear
		return out
	}
	var notSent interface{ NotSent() bool }
	var later interface{ RetryAfter() (time.Duration, bool) }
	if errors.As(err, &later) {
		after, again := later.RetryAfter()
		// What never left is tried until it would be late; what WeChat refuses as
		// busy, five times.
		if errors.As(err, &notSent) && notSent.NotSent() {
			again = again && !o.isLate(b.request)
		} else {
			again = again && tries < maxTries
		}
		if again {
			out.state, out.due = Waiting, o.Now().Add(max(after, backOff(tries)))
		}
	}
	return out
}

// backOff is half a second, doubled with each try, 30 s at most.
func backOff(tries int) time.Duration {
	return min(500*time.Millisecond<<min(tries-1, 10), longestWait)
}

// explain is an error in words for people.
func explain(err error) cards.Text {
	var explained interface{ Explain() cards.Text }
	if errors.As(err, &explained) {
		return explained.Explain()
	}
	return cards.T("reason.error", "error", err.Error())
}

// settle commits an outcome, trying until the database takes it: WeChat has acted.
func (o *Outbox) settle(ctx context.Context, n int64, seq int, claim string, out outcome) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return o.writeOutcome(ctx, tx, n, seq, claim, out) })
		if err == nil || ctx.Err() != nil {
			return err
		}
		o.Log.Error("outcome not written yet", "request", n, "seq", seq, "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// writeOutcome writes what came of a delivery if it is still this caller's: claim is
// the one that it was called under, or "" for whoever holds the batch. An answer that
// comes after another process held the delivery as unclear is still taken.
func (o *Outbox) writeOutcome(ctx context.Context, tx *store.Tx, n int64, seq int, claim string, out outcome) error {
	var receipt, reason []byte
	var err error
	if out.receipt != nil {
		if receipt, err = json.Marshal(out.receipt); err != nil {
			return err
		}
	}
	if !out.reason.IsZero() {
		if reason, err = json.Marshal(out.reason); err != nil {
			return err
		}
	}
	uncalled := 0
	if out.uncalled {
		uncalled = 1
	}
	changed, err := tx.Exec(ctx, `update delivery set state = $3, receipt = $4, reason = $5, due_at = $6, tries = tries - $7
		where request = $1 and seq = $2 and ($8 = '' and state in ('waiting', 'sending') or claim = $8 and state in ('sending', 'unclear'))`,
		n, seq, string(out.state), string(receipt), string(reason), store.Millis(out.due), uncalled, claim)
	if err == nil && changed == 0 {
		o.Log.Warn("an outcome came after the delivery had gone on", "request", n, "seq", seq, "state", string(out.state))
	}
	return err
}

// closeBatch ends the request when none of its deliveries is open, and otherwise
// tells how long to wait for this batch's (0: none of them waits).
func (o *Outbox) closeBatch(ctx context.Context, b *batch) (wait time.Duration, err error) {
	err = o.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err := o.endIfOver(ctx, tx, b.request.N); err != nil {
			return err
		}
		var waiting, due int64
		if err := tx.QueryRow(ctx, "select count(*), coalesce(min(due_at), 0) from delivery where request = $1 and seq between $2 and $3 and state = 'waiting'",
			b.request.N, b.first, b.last).Scan(&waiting, &due); err != nil || waiting == 0 {
			return err
		}
		wait = max(store.Time(due).Sub(o.Now()), 100*time.Millisecond)
		if paused, err := o.isPaused(ctx, tx); err != nil || paused {
			wait = max(wait, pausedPoll)
			return err
		}
		if wait > schedulerWithin {
			wait -= schedulerWithin // it wakes early, and then waits to the instant
		}
		// Why it waits stands on the card.
		return o.enqueueTells(ctx, tx, b.request.N)
	})
	return wait, err
}

// failRest fails every delivery that has not begun, and ends the request.
func (o *Outbox) failRest(ctx context.Context, tx *store.Tx, n int64, why cards.Text) error {
	reason, err := json.Marshal(why)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update delivery set state = 'failed', reason = $2 where request = $1 and state = 'waiting'", n, string(reason)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update request set state = 'sending' where n = $1", n); err != nil {
		return err
	}
	return o.endIfOver(ctx, tx, n)
}

// endIfOver ends a sending request whose deliveries have all ended.
func (o *Outbox) endIfOver(ctx context.Context, tx *store.Tx, n int64) error {
	if _, err := tx.Exec(ctx, "update request set n = n where n = $1", n); err != nil {
		return err
	}
	r, err := o.request(ctx, tx, n)
	if err != nil || r.Tally.Waiting+r.Tally.Sending > 0 {
		return err
	}
	state := Partly
	switch t := r.Tally; {
	case t.Unclear > 0:
		state = Unclear
	case t.Failed == 0:
		state = Done
	case t.Done == 0:
		state = Failed
	}
	// A late answer may end an unclear request anew.
	if r.State != Sending && (r.State != Unclear || state == Unclear) {
		return nil
	}
	if err := o.noteSelf(ctx, tx, n, "sent", tallyText(r.Tally)); err != nil {
		return err
	}
	return o.end(ctx, tx, n, state, "")
}

func (o *Outbox) isStopping() bool {
	select {
	case <-o.stopping:
		return true
	default:
		return false
	}
}
