package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"magpie/cards"
	"magpie/retention"
)

const (
	// forgetWithin is how long a person in Slack waits for an answer: less than the 5 s that a
	// line has.
	forgetWithin = 4 * time.Second
	// compactAgain is how soon it is tried again to write the files anew.
	compactAgain = time.Minute
)

// forgetter forgets people as a line in Slack wants. Whom, stands nowhere but in memory: who stops
// magpie while it is at it says the line again.
type forgetter struct {
	keeper  *retention.Keeper
	log     *slog.Logger
	compact chan struct{}
	running sync.WaitGroup
}

func newForgetter(k *retention.Keeper, log *slog.Logger) *forgetter {
	return &forgetter{keeper: k, log: log, compact: make(chan struct{}, 1)}
}

// Forget is commands.Forgetter's.
func (p *forgetter) Forget(ctx context.Context, openid, who string) (cards.Text, error) {
	ctx = context.WithoutCancel(ctx)
	type outcome struct {
		forgotten retention.Forgotten
		err       error
	}
	ended := make(chan outcome, 1)
	p.running.Go(func() {
		f, err := p.keeper.Forget(ctx, openid, who)
		if err == nil {
			select {
			case p.compact <- struct{}{}:
			default: // it is wanted already
			}
		} else if !errors.As(err, new(*retention.UnderWay)) {
			p.log.Error("a person is not forgotten", "who", who, "error", err)
		}
		ended <- outcome{f, err}
	})
	select {
	case o := <-ended:
		var u *retention.UnderWay
		if errors.As(o.err, &u) {
			return cards.Text{}, cards.Refuse("fault.forget_under_way", "what", underWay(u))
		}
		f := o.forgotten
		return cards.T("answer.forgotten", "count", f.Rows(), "from", stoodIn(f), "digest", cards.Code(f.Digest), "kept", f.Kept), o.err
	case <-time.After(forgetWithin):
		return cards.T("answer.forgetting"), nil
	}
}

// stoodIn names the places at which a person stood.
func stoodIn(f retention.Forgotten) (places []cards.Text) {
	for _, r := range f.From {
		if r.Rows > 0 {
			places = append(places, cards.T("forgotten."+string(r.Place)))
		}
	}
	if len(places) == 0 {
		places = append(places, cards.Plain("–"))
	}
	return places
}

func underWay(u *retention.UnderWay) []cards.Text {
	var what []cards.Text
	for _, n := range u.Requests {
		what = append(what, cards.T("referred.request", "n", n))
	}
	for _, name := range u.Schedules {
		what = append(what, cards.T("schedule.referred", "name", cards.Code(name)))
	}
	return what
}

// run writes the files anew after somebody was forgotten, and at the start where that was cut
// short, until ctx ends.
func (p *forgetter) run(ctx context.Context) {
	defer p.running.Wait()
	for {
		again := make(<-chan time.Time)
		if err := p.keeper.Compact(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("the database's files may still hold who was forgotten", "error", err)
			again = time.After(compactAgain)
		}
		select {
		case <-p.compact:
		case <-again:
		case <-ctx.Done():
			return
		}
	}
}
