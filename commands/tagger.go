package commands

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/wechat"
)

// tagWait is how long a call that tags people waits for more of them.
const tagWait = 30 * time.Millisecond

// tagger tags people for WeChat up to 50 in one call, whom the engine hands over one by
// one: each has an outcome of their own.
type tagger struct {
	call func(ctx context.Context, tagID int, openids []string) (failed []string, err error)
	held func(ctx context.Context) bool // that nobody of what ctx belongs to is to be called any more

	mu   sync.Mutex
	open map[int]*tagBatch // by tag, those that are not called yet
}

// tagBatch are people who are tagged in one call.
type tagBatch struct {
	openids []string
	of      map[string]context.Context // the delivery of each
	over    chan struct{}
	errs    map[string]error // once it is over, of those who were not tagged
}

// errNotTagged is of one whom WeChat named as not taken while it took others.
var errNotTagged = &explained{errors.New("wechat did not take this person: 45171"), cards.T("fault.not_tagged")}

// do tags one person and returns once the call that they are in is over. It waits for that
// whatever becomes of ctx: what has left is not taken back by going away.
func (t *tagger) do(ctx context.Context, tagID int, openid string) error {
	t.mu.Lock()
	b := t.open[tagID]
	if b != nil && slices.Contains(b.openids, openid) {
		t.begin(ctx, tagID, b) // WeChat refuses a call that names somebody twice
		b = nil
	}
	if b == nil {
		b = &tagBatch{of: map[string]context.Context{}, over: make(chan struct{}), errs: map[string]error{}}
		if t.open == nil {
			t.open = map[int]*tagBatch{}
		}
		t.open[tagID] = b
		time.AfterFunc(tagWait, func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.begin(ctx, tagID, b)
		})
	}
	b.of[openid] = ctx
	if b.openids = append(b.openids, openid); len(b.openids) == wechat.MaxTagged {
		t.begin(ctx, tagID, b)
	}
	t.mu.Unlock()
	<-b.over
	return b.errs[openid]
}

// begin calls WeChat for a batch, unless that was done. The lock is held.
func (t *tagger) begin(ctx context.Context, tagID int, b *tagBatch) {
	if t.open[tagID] != b {
		return
	}
	delete(t.open, tagID)
	// The others' call must not end with the one that happened to come first.
	ctx = context.WithoutCancel(ctx)
	go func() {
		defer close(b.over)
		t.tag(ctx, tagID, b, b.openids)
	}()
}

// ofOnePerson are the codes by which WeChat refuses a whole call for one of the people.
var ofOnePerson = []int{40003, 45059, 49003, 50005}

// tag calls WeChat, and notes who was not tagged. Where a call is refused for one of many,
// its halves are tried: the others shall not suffer for it. Before each call those are left
// out whose order is held by then.
func (t *tagger) tag(ctx context.Context, tagID int, b *tagBatch, openids []string) {
	openids = slices.DeleteFunc(slices.Clone(openids), func(id string) bool {
		if t.held(b.of[id]) {
			b.errs[id] = sending.ErrHeld
			return true
		}
		return false
	})
	if len(openids) == 0 {
		return
	}
	failed, err := t.call(ctx, tagID, openids)
	if e, ok := errors.AsType[*wechat.Error](err); ok && slices.Contains(ofOnePerson, e.Code) && len(openids) > 1 {
		half := len(openids) / 2
		t.tag(ctx, tagID, b, openids[:half])
		t.tag(ctx, tagID, b, openids[half:])
		return
	}
	if err != nil {
		for _, id := range openids {
			b.errs[id] = explain(err)
		}
		return
	}
	for _, id := range failed {
		b.errs[id] = errNotTagged
	}
}
