package wechat

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"magpie/wechat/apis"
)

// SharedToken is the place where several processes keep the one classic token
// of an account, so that they do not outdate each other's: a row of a database.
// Implementations are safe for many goroutines and processes.
type SharedToken interface {
	// Load returns what stands there, the zero StoredToken where nothing does.
	Load(ctx context.Context, appID string) (StoredToken, error)
	// Swap replaces what stands there by next, if its Version is still
	// next.Version-1 (0 where nothing stands there), and reports whether it was.
	Swap(ctx context.Context, appID string, next StoredToken) (bool, error)
}

// StoredToken is the shared token, and who is fetching its successor.
type StoredToken struct {
	Version   int64
	Value     string
	FetchedAt time.Time
	Until     time.Time
	Refresher string    // who fetches; "" for nobody
	LeaseEnds time.Time // when the others stop waiting for it
}

const (
	sharedLease = 20 * time.Second // longer than an exchange takes by default
	sharedPause = 250 * time.Millisecond
)

// sharedSource lets one process fetch, and the others take what it fetched.
type sharedSource struct {
	c     *Client
	fresh classicSource
	store SharedToken
	me    string
}

func newSharedSource(c *Client, store SharedToken) *sharedSource {
	return &sharedSource{c: c, fresh: classicSource{c}, store: store, me: rand.Text()}
}

func (s *sharedSource) api() apis.API { return apis.Token }

// fetch takes the stored token unless it is the one that is to be replaced, or
// fetches one itself if nobody else does, or waits for whoever does.
func (s *sharedSource) fetch(ctx context.Context, old string) (token, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*sharedLease)
	defer cancel()
	for {
		now := s.c.now()
		stored, err := s.store.Load(ctx, s.c.appID)
		if err != nil {
			return token{}, s.failed(err)
		}
		if stored.Value != "" && stored.Value != old && now.Before(stored.Until) {
			return s.take(stored), nil
		}
		if stored.Refresher == "" || stored.Refresher == s.me || !now.Before(stored.LeaseEnds) {
			mine := stored
			mine.Version++
			mine.Refresher, mine.LeaseEnds = s.me, now.Add(max(sharedLease, s.c.timeout+sharedLease/4))
			switch ok, err := s.store.Swap(ctx, s.c.appID, mine); {
			case err != nil:
				return token{}, s.failed(err)
			case ok:
				return s.refresh(ctx, mine)
			}
			continue // somebody was faster
		}
		select {
		case <-time.After(sharedPause):
		case <-ctx.Done():
			return token{}, s.failed(errors.New("another process is fetching the token and does not finish"))
		}
	}
}

// take makes a token of the stored one.
func (s *sharedSource) take(stored StoredToken) token {
	t := s.c.newToken(stored.Value, int(stored.Until.Sub(stored.FetchedAt)/time.Second), stored.FetchedAt)
	t.until = stored.Until
	return t
}

// refresh fetches a token while mine stands in the store, and stores it.
func (s *sharedSource) refresh(ctx context.Context, mine StoredToken) (token, error) {
	t, fetchErr := s.fresh.fetch(ctx, "")
	next := mine
	next.Version++
	next.Refresher, next.LeaseEnds = "", time.Time{}
	if fetchErr == nil {
		next.Value, next.FetchedAt, next.Until = t.value, t.fetched, t.until
	}
	ok, err := s.store.Swap(ctx, s.c.appID, next)
	switch {
	case fetchErr != nil:
		return token{}, fetchErr // the lease that could not be given back ends by itself
	case err != nil || !ok:
		// The token is good all the same; the others fetch once more.
		s.c.log.Warn("wechat token not shared", "error", err, "overtaken", !ok)
	}
	return t, nil
}

func (s *sharedSource) failed(err error) error {
	return &Error{API: apis.Token.Path, fate: notSent, cause: s.c.hide.cause(err)}
}
