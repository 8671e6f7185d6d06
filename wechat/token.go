package wechat

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"magpie/wechat/apis"
)

const (
	// stable_token hands out a new token in the last 5 minutes of the old one;
	// half a minute later than that, two clocks need not agree to the second.
	renewAhead = 4*time.Minute + 30*time.Second
	renewPause = 10 * time.Second // between two tries to renew ahead
	forcePause = 30 * time.Second // WeChat allows force_refresh no more often
	tokenLife  = 2 * time.Hour    // where the answer does not say
)

// tokens keeps one access token: the account's, or a platform's own. However
// many callers need a new one, one exchange fetches it, and no single caller
// can cancel that.
type tokens struct {
	c      *Client
	src    tokenSource
	flight singleflight.Group

	mu  sync.Mutex
	cur token
}

type token struct {
	value   string
	fetched time.Time
	renewAt time.Time
	until   time.Time
	refused bool // WeChat would not have it
	renewal bool // was fetched because its forerunner was refused
	worked  bool // WeChat has taken it at least once
}

// usable goes by the wall clock too: while a machine sleeps the monotonic one stands
// still, and WeChat's goes on.
func (t token) usable(now time.Time) bool {
	return t.value != "" && !t.refused && before(now, t.until)
}

// before reports whether now is before t by the wall clock and, where both have a
// reading of it, by the monotonic one.
func before(now, t time.Time) bool {
	return now.Before(t) && now.Round(0).Before(t.Round(0))
}

// with carries out do with a token, and once more with another where WeChat says
// that the token is no longer good: such a refusal is an answer, nothing was
// done. again says whether what do sends can be sent a second time.
func (t *tokens) with(ctx context.Context, a apis.API, again func() bool, do func(token string) error) error {
	token, err := t.get(ctx)
	if err != nil {
		return tokenFailed(err, a)
	}
	err = t.try(token, do)
	if !tokenRefused(err) || !again() {
		return err
	}
	fresh, err2 := t.renew(ctx, token)
	if err2 != nil {
		return tokenFailed(err2, a)
	}
	if fresh == "" {
		return err
	}
	return t.try(fresh, do)
}

func (t *tokens) try(token string, do func(token string) error) error {
	err := do(token)
	if err == nil || answered(err) && !tokenRefused(err) {
		t.worked(token)
	}
	return err
}

// get returns the current token. One about to end is still used while its
// successor is fetched beside it; one that has ended is waited for.
func (t *tokens) get(ctx context.Context) (string, error) {
	now := t.c.now()
	t.mu.Lock()
	cur := t.cur
	ahead := cur.usable(now) && !before(now, cur.renewAt)
	if ahead {
		t.cur.renewAt = now.Add(renewPause)
	}
	t.mu.Unlock()
	if ahead {
		t.fetchOnce(cur.value)
	}
	if cur.usable(now) {
		return cur.value, nil
	}
	return t.await(ctx, cur.value)
}

// renew is told that WeChat refused bad, and returns another token: the one
// that came since, or a newly fetched one. It returns "" where another fetch
// would be a loop, because bad itself came from one moments ago and has never
// worked.
func (t *tokens) renew(ctx context.Context, bad string) (string, error) {
	now := t.c.now()
	t.mu.Lock()
	if t.cur.value == bad {
		if t.cur.renewal && !t.cur.worked && now.Sub(t.cur.fetched) < forcePause {
			t.mu.Unlock()
			return "", nil
		}
		t.cur.refused = true
	}
	cur := t.cur
	t.mu.Unlock()
	if cur.usable(now) {
		return cur.value, nil
	}
	return t.await(ctx, cur.value)
}

// worked notes that WeChat took the token.
func (t *tokens) worked(value string) {
	t.mu.Lock()
	if t.cur.value == value {
		t.cur.worked = true
	}
	t.mu.Unlock()
}

func (t *tokens) await(ctx context.Context, old string) (string, error) {
	select {
	case r := <-t.fetchOnce(old):
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", &Error{API: t.src.api().Path, fate: notSent, cause: t.c.hide.cause(ctx.Err())}
	}
}

// fetchOnce replaces the token old, once for all who ask. It runs apart from
// every caller's context; the exchange has its own time-out.
func (t *tokens) fetchOnce(old string) <-chan singleflight.Result {
	return t.flight.DoChan(old, func() (any, error) {
		t.mu.Lock()
		cur := t.cur
		t.mu.Unlock()
		if cur.value != old && cur.usable(t.c.now()) {
			return cur.value, nil // somebody was faster
		}
		fresh, err := t.src.fetch(context.Background(), old)
		// After a refusal stable_token may hand back the very same token;
		// only then is it forced, for another process may have renewed it.
		if force, ok := t.src.(forcible); ok && err == nil && fresh.value == old && t.isRefused(old) {
			fresh, err = force.force(context.Background())
		}
		if err != nil {
			t.c.log.Warn("wechat token not fetched", "api", t.src.api().Path, "error", err)
			return nil, err
		}
		t.keep(fresh, old)
		return fresh.value, nil
	})
}

func (t *tokens) isRefused(value string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cur.value == value && t.cur.refused
}

func (t *tokens) keep(fresh token, old string) {
	t.mu.Lock()
	fresh.renewal = t.cur.refused
	fresh.worked = fresh.value == old && t.cur.worked && !t.cur.refused
	t.cur = fresh
	t.mu.Unlock()
	t.c.log.Info("wechat token fetched", "api", t.src.api().Path, "until", fresh.until, "after_refusal", fresh.renewal)
}
