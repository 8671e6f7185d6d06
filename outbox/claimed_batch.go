package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sort"
	"time"

	"magpie/cards"
	"magpie/store"
)

// claimedBatch is a batch that this process carries out.
type claimedBatch struct {
	request Request
	n       int64
	claim   string
	fitting *fitting
	members []Member
	named   []string // people whom the payload itself names
	gone    []string // those of them who want nothing more
	flag    *flag
	back    chan returned // one for each member under way

	// The committer's.
	version int64
	marks   outcomes
}

// returned is a member whose call has come to an end, or may not begin yet.
type returned struct {
	at    int
	again bool      // it is to be called again
	due   time.Time // not before
	hold  time.Time // no other of this kind before
}

// takeUpClaimed makes a batch this process's: what an earlier one left as sending is held as
// unclear or, where it may be repeated, waits again.
func (o *Outbox) takeUpClaimed(ctx context.Context, tx *store.Tx, b *claimedBatch) error {
	var total change
	var reason uint16
	now := o.Now()
	if b.marks.count()[markSending] > 0 {
		var err error
		if reason, err = o.reason(ctx, tx, b.request.N, 0, cards.T("reason.interrupted")); err != nil {
			return err
		}
	}
	for i := range b.marks.len() {
		m := b.marks.at(i)
		if m.state != markSending {
			continue
		}
		total.sending--
		if b.fitting.kind.mayRepeat(fromTicks(b.request.AskedAt, m.at), now) {
			m.state, m.doubt = markWaiting, true
		} else {
			m.state, m.reason, m.at = markUnclear, reason, ticks(b.request.AskedAt, now)
			total.unclear++
		}
		b.marks.set(i, m)
	}
	if _, err := tx.Exec(ctx, "update delivery_batch set claim = $3, waiting = $4, unclear = $5, outcomes = $6, version = version + 1 where request = $1 and n = $2",
		b.request.N, b.n, b.claim, b.marks.count()[markWaiting], b.marks.count()[markUnclear], []byte(b.marks)); err != nil {
		return err
	}
	b.version++
	if total.sending == 0 {
		return nil
	}
	_, err := o.addUp(ctx, tx, b.request, total)
	return err
}

var errDiffers = errors.New("it differs from what was approved")

// asApproved checks that a batch's members are those who were approved: their sum is
// the stored one, the stored sums and the payload have the request's hash, and enough
// people approved that.
func (o *Outbox) asApproved(ctx context.Context, b *claimedBatch, stored []byte) error {
	if len(b.members) != b.marks.len() {
		return errDiffers
	}
	if b.request.Broadcast == nil {
		return o.namedAsApproved(ctx, b.request)
	}
	sum := batchSum(b.members, b.marks)
	known, err := o.carrier.sums(ctx, o, b.request)
	if err != nil {
		return err
	}
	at := int(b.n) * sha256.Size
	if !bytes.Equal(sum, stored) || len(known) < at+sha256.Size || !bytes.Equal(known[at:at+sha256.Size], sum) {
		return errDiffers
	}
	return nil
}

// namedAsApproved checks that a request's content and those whom its line names are what
// enough people approved.
func (o *Outbox) namedAsApproved(ctx context.Context, r Request) error {
	recipients, err := o.recipients(ctx, o.DB, r.N)
	if err != nil {
		return err
	}
	enough, err := o.enough(ctx, o.DB, r)
	if err == nil && (!enough || hashOf(r.Account, r.Kind, r.Payload, recipients) != r.Hash) {
		err = errDiffers
	}
	return err
}

// approvedSums are the sums of a broadcast's batches, once they and the payload are
// what enough people approved.
func (o *Outbox) approvedSums(ctx context.Context, r Request) ([]byte, error) {
	sums, err := o.sums(ctx, o.DB, r.N)
	if err != nil {
		return nil, err
	}
	enough, err := o.enough(ctx, o.DB, r)
	if err != nil {
		return nil, err
	}
	if !enough || broadcastHash(r.Account, r.Kind, r.Payload, sums) != r.Hash {
		return nil, errDiffers
	}
	return sums, nil
}

// feed hands the batch's members to the senders until none is left to call before the end
// of the lane's time, or the request is held; it returns when none is under way. Where all
// that are left wait for longer, it returns until when.
func (b *claimedBatch) feed(o *Outbox, end time.Time) (later time.Time) {
	var next []returned // waiting, the earliest due first
	for i := range b.members {
		if m := b.marks.at(i); m.state == markWaiting {
			next = inOrder(next, returned{at: i, due: b.due(m)})
		}
	}
	underWay := 0
	var hold time.Time
	over := time.After(time.Until(end))
	for len(next) > 0 || underWay > 0 {
		var window chan<- struct{}
		var wake <-chan time.Time
		if len(next) > 0 && !b.flag.held() && !o.isStopping() && time.Now().Before(end) {
			due := next[0].due
			if hold.After(due) {
				due = hold
			}
			wait := due.Sub(o.Now())
			switch {
			case wait <= 0 || wait >= neverAhead:
				window = o.carrier.window
			case underWay == 0 && wait > time.Until(end):
				return due
			default:
				wake = time.After(min(wait, time.Second))
			}
		} else if underWay == 0 {
			return time.Time{}
		}
		select {
		case window <- struct{}{}:
			o.carrier.changes <- change{batch: b, at: next[0].at, intent: true}
			next, underWay = next[1:], underWay+1
		case r := <-b.back:
			underWay--
			if r.again {
				next = inOrder(next, r)
			}
			if r.hold.After(hold) {
				hold = r.hold
			}
		case <-wake:
		case <-over:
		}
	}
	return time.Time{}
}

// due is when a member that an earlier turn has called may be called again, if its calls
// took no time.
func (b *claimedBatch) due(m mark) time.Time {
	if m.tries == 0 {
		return time.Time{}
	}
	due := fromTicks(b.request.AskedAt, m.at)
	for try := range m.tries {
		due = due.Add(backOff(try + 1))
	}
	return due
}

// inOrder puts a member behind those that are due no later.
func inOrder(next []returned, r returned) []returned {
	after := sort.Search(len(next), func(i int) bool { return next[i].due.After(r.due) })
	return slices.Insert(next, after, r)
}
