package sending

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"time"

	"magpie/cards"
	"magpie/store"
)

// claimedBatch is a batch that this process carries out.
type claimedBatch struct {
	request Order
	n       int64
	claim   string
	checker *checker
	members []Member
	named   []string // people whom the payload itself names
	gone    []string // those of them who want nothing more
	dues    dues     // of members who are to be called again at a time that WeChat named
	flag    *flag
	way     *way            // to the senders
	back    chan returned   // one for each member under way
	under   context.Context // of its calls: below its span

	// The committer's.
	version  int64
	statuses outcomes
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
func (e *Engine) takeUpClaimed(ctx context.Context, tx *store.Tx, b *claimedBatch) error {
	var total change
	var reason uint16
	now := e.Now()
	if b.statuses.count()[isSending] > 0 {
		var err error
		if reason, err = e.reason(ctx, tx, b.request.N, outcome{reason: cards.T("reason.interrupted")}); err != nil {
			return err
		}
	}
	for i := range b.statuses.len() {
		m := b.statuses.at(i)
		if m.state != isSending {
			continue
		}
		total.sending--
		if b.checker.kind.mayRepeat(fromTicks(b.request.AskedAt, m.at), now) {
			m.state, m.doubt = isWaiting, true
		} else {
			m.state, m.reason, m.at = isUnclear, reason, ticks(b.request.AskedAt, now)
			total.unclear++
		}
		b.statuses.set(i, m)
	}
	if _, err := tx.Exec(ctx, "update delivery_batch set claim = $3, waiting = $4, unclear = $5, outcomes = $6, version = version + 1 where request = $1 and n = $2",
		b.request.N, b.n, b.claim, b.statuses.count()[isWaiting], b.statuses.count()[isUnclear], []byte(b.statuses)); err != nil {
		return err
	}
	b.version++
	if total.sending == 0 {
		return nil
	}
	tx.OnCommit(func() { e.delivered(b.request, Unclear, total.unclear) })
	_, _, err := e.addUp(ctx, tx, b.request, total)
	return err
}

var errDiffers = errors.New("it differs from what was approved")

// asApproved checks that a batch's members are those who were approved: their sum is
// the stored one, the stored sums and the payload have the request's hash, and enough
// people approved that.
func (e *Engine) asApproved(ctx context.Context, b *claimedBatch, stored []byte) error {
	if len(b.members) != b.statuses.len() {
		return errDiffers
	}
	if b.request.Broadcast == nil {
		return e.namedAsApproved(ctx, b.request)
	}
	sum := batchSum(b.members, b.statuses)
	known, err := e.pool.sums(ctx, e, b.request)
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
func (e *Engine) namedAsApproved(ctx context.Context, r Order) error {
	recipients, err := e.Recipients(ctx, e.DB, r.N)
	if err != nil {
		return err
	}
	enough, err := e.Owner.Approved(ctx, e.DB, r)
	if err == nil && (!enough || Hash(r.Account, r.Kind, r.Payload, recipients) != r.Hash) {
		err = errDiffers
	}
	return err
}

// approvedSums are the sums of a broadcast's batches, once they and the payload are
// what enough people approved.
func (e *Engine) approvedSums(ctx context.Context, r Order) ([]byte, error) {
	sums, err := e.sums(ctx, e.DB, r.N)
	if err != nil {
		return nil, err
	}
	enough, err := e.Owner.Approved(ctx, e.DB, r)
	if err != nil {
		return nil, err
	}
	if !enough || broadcastHash(r.Account, r.Kind, r.Payload, sums) != r.Hash {
		return nil, errDiffers
	}
	return sums, nil
}

// feed hands the batch's members to the senders until none is left to call before the end
// of the lane's time, or the request is held; it returns when none is under way, with those
// who are left, the earliest due first.
func (b *claimedBatch) feed(e *Engine, end time.Time) (next []returned) {
	for i := range b.members {
		if m := b.statuses.at(i); m.state == isWaiting {
			due := b.due(m)
			if told, ok := b.dues[i]; ok && store.Time(told).After(due) {
				due = store.Time(told)
			}
			next = inOrder(next, returned{at: i, due: due})
		}
	}
	window := b.way.window
	underWay, most := 0, b.inFlight()
	var hold time.Time
	over := time.After(time.Until(end))
	for len(next) > 0 || underWay > 0 {
		var free chan<- struct{}
		var wake <-chan time.Time
		if len(next) > 0 && underWay < most && !b.flag.held() && !e.isStopping() && time.Now().Before(end) {
			due := next[0].due
			if hold.After(due) {
				due = hold
			}
			wait := due.Sub(e.Now())
			switch {
			case wait <= 0 || wait >= neverAhead:
				free = window
			case underWay == 0 && wait > time.Until(end):
				return next
			default:
				wake = time.After(min(wait, time.Second))
			}
		} else if underWay == 0 {
			return next
		}
		select {
		case free <- struct{}{}:
			e.pool.changes <- change{batch: b, at: next[0].at, intent: true}
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
	return next
}

// dues are when members may be called again, Unix milliseconds by their places in a batch.
type dues map[int]int64

// laterOf is when the first of those who are left in a batch may be called, zero where one
// may be at once, and what the batch keeps of when.
func laterOf(left []returned, now time.Time) (later time.Time, kept string, err error) {
	ahead := dues{}
	for _, r := range left {
		if r.due.After(now) {
			ahead[r.at] = store.Millis(r.due)
		}
	}
	if len(ahead) == 0 {
		return later, "", nil
	}
	if len(ahead) == len(left) {
		later = left[0].due
	}
	raw, err := json.Marshal(ahead)
	return later, string(raw), err
}

// namedInFlight are the calls at once of an order whose line names its recipients: after a
// kill that many of them may be unclear.
const namedInFlight = 8

// inFlight is how many of a batch may be under way at once.
func (b *claimedBatch) inFlight() int {
	if b.request.Broadcast == nil {
		return namedInFlight
	}
	return len(b.members)
}

// due is when a member that an earlier turn has called may be called again, if its calls
// took no time.
func (b *claimedBatch) due(m status) time.Time {
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
