// Package outcomes follows what was sent after WeChat has taken it: how a mass message ended
// where WeChat pushes no events, what was taken back, and how articles are read.
package outcomes

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/wechat"
)

// Options are what Outcomes need.
type Options struct {
	DB       *store.DB
	Jobs     *jobs.Jobs
	Posts    *posts.Posts
	Outbox   *outbox.Outbox
	Articles *articles.Desk
	WeChat   wechat.Accounts
	// Off says that nobody is told of figures by itself.
	Off bool
	Now func() time.Time
	Log *slog.Logger
}

// Outcomes are what became of what was sent. They are safe for use by several goroutines.
type Outcomes struct {
	Options
	ending   chan struct{}
	once     sync.Once
	watching sync.WaitGroup
}

// New makes Outcomes and makes their jobs known; Start comes next.
func New(o Options) *Outcomes {
	all := &Outcomes{Options: o, ending: make(chan struct{})}
	// A magpie of before may have left pictures to draw, of what it had told in words.
	jobs.Register(o.Jobs, jobs.Cards, "outcomes.chart", func(context.Context, struct{}) error { return nil })
	return all
}

// Start begins to ask WeChat what became of what was sent. Each sort of question has a loop
// of its own for each account: figures that are slow to come hold up no outcome, and an account
// that does not answer no other.
func (o *Outcomes) Start() {
	for _, account := range o.Outbox.Accounts {
		of := outbox.Accounts{account}
		o.watching.Go(func() {
			o.watch(time.Second, "ask how mass messages ended", func(ctx context.Context) error { return o.askMasses(ctx, of) })
		})
		if !o.Off {
			o.watching.Go(func() {
				o.watch(3*time.Second, "ask for the figures of articles", func(ctx context.Context) error { return o.askFigures(ctx, of) })
			})
		}
	}
}

// Stop asks nothing more.
func (o *Outcomes) Stop() {
	o.once.Do(func() { close(o.ending) })
	o.watching.Wait()
}

func (o *Outcomes) watch(each time.Duration, doing string, ask func(context.Context) error) {
	store.Every(o.ending, each, func() {
		ctx, cancel := o.within(30 * time.Second)
		defer cancel()
		if err := ask(ctx); err != nil && !o.isStopping() {
			o.Log.Error(doing, "error", err)
		}
	})
}

// within is a context that ends after a while, or when nothing more is asked.
func (o *Outcomes) within(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	go func() {
		select {
		case <-o.ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (o *Outcomes) isStopping() bool {
	select {
	case <-o.ending:
		return true
	default:
		return false
	}
}

// insist writes what WeChat has done already: what is not written would be lost. It ends with
// ctx, or when nothing more is asked, and that is logged.
func (o *Outcomes) insist(ctx context.Context, fn func(*store.Tx) error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := o.DB.Update(ctx, fn)
		if err == nil {
			return nil
		}
		o.Log.Error("what became of a request is not written yet", "error", err)
		if ctx.Err() != nil || o.isStopping() {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// Since says on the card of request n what became of what it sent.
func (o *Outcomes) Since(ctx context.Context, q store.Queryer, n int64) ([]cards.Field, error) {
	ended, err := o.endField(ctx, q, n)
	if err != nil {
		return nil, err
	}
	back, err := o.backFields(ctx, q, n)
	return append(ended, back...), err
}
