package sending

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	batchSize = 200 // recipients a batch
	// senders call WeChat at once for an account, for all of its broadcasts in this process
	// together; others call for all whom lines name, so that these do not wait for a broadcast.
	senders      = 64
	namedSenders = 32
	// checkpoint bounds what is written as sending and has no outcome written yet: about to
	// be called, under way, or back. After a kill that many may be unclear.
	checkpoint = 200
	// A group of changes is committed when it is this old or has enough of them; what
	// else is there by then goes along.
	groupAge    = 5 * time.Millisecond
	groupEnough = 96
	groupMost   = 512
	flagEvery   = 200 * time.Millisecond
	tellEvery   = time.Second
	staleAfter  = 3 * time.Second // from the intent to the call, by wall clock
)

// pool carries out the orders of one process: batches feed the senders of their account, and
// one committer writes in groups what is about to be called and what came of it.
// Nothing is called before its intent is committed.
type pool struct {
	changes chan change
	joined  chan struct{}  // an order is under way, where none was
	done    sync.WaitGroup // the senders and the committer
	end     chan struct{}  // closed when no batch is left

	mu       sync.Mutex
	flags    map[int64]*flag // by request
	ways     map[string]*ways
	approved map[int64]approved

	reasons map[int64]map[string]uint16 // the committer's: numbers of reasons, by request
	slowed  bool                        // the committer's: some API may be slowed down
}

// ways are those to the senders of one account, who do not wait for another's: one for
// broadcasts and one for all others. They are there while a batch of its is under way.
type ways struct {
	broadcasts, named *way
	batches           int
	over              chan struct{} // closed when none is
}

func newWays() *ways {
	over := make(chan struct{})
	return &ways{broadcasts: newWay(senders, over), named: newWay(namedSenders, over), over: over}
}

// way is a way to senders. There are as many as there are calls, up to most.
type way struct {
	window chan struct{} // a place for each member from intent to outcome
	ready  chan call
	over   <-chan struct{}
	most   int

	calls   atomic.Int64 // that are ready or under way
	running int          // senders; the committer's
}

func newWay(most int, over <-chan struct{}) *way {
	return &way{window: make(chan struct{}, checkpoint), ready: make(chan call, checkpoint), over: over, most: most}
}

// hand gives the senders a call, and a sender more where each has one.
func (w *way) hand(e *Engine, c call) {
	calls := w.calls.Add(1)
	w.ready <- c
	if w.running < w.most && int64(w.running) < calls {
		w.running++
		e.pool.done.Go(func() { e.sendReady(w) })
	}
}

// approved is what a broadcast stands by as it was approved: the sums of its batches, and
// the hash of its account, kind and payload.
type approved struct {
	sums []byte
	hash string
}

// call is one member about to be called: its intent is committed.
type call struct {
	batch  *claimedBatch
	at     int
	status status
	begun  time.Time // by wall clock
}

// change is what is to be committed of one member; the counts are what it adds up to.
type change struct {
	batch   *claimedBatch
	at      int
	intent  bool
	out     outcome
	begun   time.Time // the call
	problem Obstacle

	sending, done, failed, unclear int
	good, bad                      int // of calls since the broadcast began or went on: done; failed or left unclear
}

func newPool() *pool {
	return &pool{
		changes: make(chan change, 4*checkpoint), joined: make(chan struct{}, 1), end: make(chan struct{}),
		flags: map[int64]*flag{}, ways: map[string]*ways{}, approved: map[int64]approved{}, reasons: map[int64]map[string]uint16{},
	}
}

func (c *pool) start(e *Engine) { c.done.Go(e.commitGroups) }

// stop ends the pool once no batch feeds it.
func (c *pool) stop() {
	close(c.end)
	c.done.Wait()
}

// join makes a batch one of those under way here.
func (c *pool) join(b *claimedBatch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := c.ways[b.request.Account]
	if own == nil {
		own = newWays()
		c.ways[b.request.Account] = own
	}
	own.batches++
	if b.way = own.named; b.request.Broadcast != nil {
		b.way = own.broadcasts
	}
	f := c.flags[b.request.N]
	if f == nil {
		f = &flag{account: b.request.Account, progress: b.request.Broadcast != nil}
		c.flags[b.request.N] = f
		if len(c.flags) == 1 {
			select {
			case c.joined <- struct{}{}:
			default:
			}
		}
	}
	f.batches++
	b.flag = f
}

func (c *pool) leave(b *claimedBatch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.flags[b.request.N]
	if f.batches--; f.batches == 0 {
		delete(c.flags, b.request.N)
	}
	own := c.ways[b.request.Account]
	if own.batches--; own.batches == 0 {
		delete(c.ways, b.request.Account)
		close(own.over)
	}
}

// underWay are the flags of the broadcasts that this process carries out.
func (c *pool) underWay() map[int64]*flag {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make(map[int64]*flag, len(c.flags))
	for n, f := range c.flags {
		all[n] = f
	}
	return all
}

// sums are the sums that were approved, read and checked once a process for a payload.
func (c *pool) sums(ctx context.Context, e *Engine, r Order) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash := broadcastHash(r.Account, r.Kind, r.Payload, nil)
	if known, ok := c.approved[r.N]; ok && known.hash == hash {
		return known.sums, nil
	}
	sums, err := e.approvedSums(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(c.approved) >= 8 {
		clear(c.approved)
	}
	c.approved[r.N] = approved{sums, hash}
	return sums, nil
}

// logNamed notes what came of a call for a recipient that a request's line names.
func (e *Engine) logNamed(r Order, m Member, state State, err error) {
	if state == Done {
		e.Log.Info("delivered", "request", r.N, "seq", m.Row, "kind", r.Kind, "account", r.Account, "outcome", string(state))
		return
	}
	e.Log.Warn("not delivered", "request", r.N, "seq", m.Row, "kind", r.Kind, "account", r.Account, "outcome", string(state), "error", err)
}

// sendReady calls what is ready, one after the other.
func (e *Engine) sendReady(w *way) {
	for {
		select {
		case c := <-w.ready:
			change := e.sendOne(c)
			w.calls.Add(-1)
			e.pool.changes <- change
		case <-w.over:
			return
		case <-e.pool.end:
			return
		}
	}
}

// sendOne calls WeChat for one member, unless the broadcast is held by now, or the
// machine slept since the intent.
func (e *Engine) sendOne(c call) change {
	b, change := c.batch, change{batch: c.batch, at: c.at, begun: c.begun}
	for wait := c.begun.Sub(e.Now()); wait > 0 && wait < neverAhead; wait = c.begun.Sub(e.Now()) {
		if b.flag.held() || e.isStopping() {
			break
		}
		time.Sleep(min(wait, 50*time.Millisecond))
	}
	if b.flag.held() || e.isStopping() || e.Now().Round(0).Sub(c.begun) > staleAfter {
		change.out = outcome{state: Waiting, uncalled: true}
		return change
	}
	m := b.members[c.at]
	if why := b.unwanted(m); !why.IsZero() {
		change.out = notCalled(c.status, Lapse{Why: why})
		return change
	}
	message, err := b.checker.call(m.Values)
	if err != nil {
		change.out = outcome{state: Failed, reason: Explain(err)}
		return change
	}
	ctx := withDelivery(b.under, b.request.N, m.Row, c.status.tries == 1, func() bool { return b.flag.held() || e.isStopping() })
	var receipt Receipt
	if err = e.Owner.MayCall(ctx, b.request); err == nil {
		receipt, err = message.Do(ctx, m.OpenID)
	}
	if errors.Is(err, ErrHeld) {
		change.out = outcome{state: Waiting, uncalled: true}
		return change
	}
	change.out = e.outcomeOf(c, message, m.OpenID, receipt, err)
	if b.request.Broadcast == nil {
		e.logNamed(b.request, m, change.out.state, err)
		return change
	}
	if err == nil {
		b.flag.count(Done, e.FailureLimit)
		return change
	}
	change.problem = obstacleOf(err)
	change.out.code, change.out.reason = reasonOf(err)
	if change.problem != NoObstacle && change.out.state != Unclear {
		// WeChat refuses everybody alike: this member is called again when it goes on.
		change.out = outcome{state: Waiting, reason: change.out.reason, uncalled: true}
	}
	b.flag.count(change.out.state, e.FailureLimit)
	e.Log.Debug("not delivered", "request", b.request.N, "row", m.Row, "outcome", string(change.out.state), "error", err)
	return change
}
