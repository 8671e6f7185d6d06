package wechat

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// sharedRow is the row of a database that several processes see.
type sharedRow struct {
	mu     sync.Mutex
	row    StoredToken
	broken error
}

func (s *sharedRow) Load(context.Context, string) (StoredToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.row, s.broken
}

func (s *sharedRow) Swap(_ context.Context, _ string, next StoredToken) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil || s.row.Version != next.Version-1 {
		return false, s.broken
	}
	s.row = next
	return true, nil
}

// processes are n clients of one account that share one classic token.
func processes(t *testing.T, n int) (*wechattest.Server, *sharedRow, []*Client) {
	t.Helper()
	s, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	row := &sharedRow{}
	var all []*Client
	for range n {
		all = append(all, client(t, base, classic, func(o *Options) { o.Shared = row }))
	}
	return s, row, all
}

func TestOneRefresherAmongProcesses(t *testing.T) {
	t.Parallel()
	s, _, all := processes(t, 5)
	rush := func() {
		var wg sync.WaitGroup
		for _, c := range all {
			wg.Go(func() { storm(t, c, 40) })
		}
		wg.Wait()
	}
	rush()
	if n := len(s.ReceivedOn(apis.Token.Path)); n != 1 {
		t.Errorf("5 processes without a token fetched %d times, want once", n)
	}
	s.ExpireTokens()
	rush()
	if n := len(s.ReceivedOn(apis.Token.Path)); n != 2 {
		t.Errorf("5 processes with an expired token fetched %d times, want once more", n-1)
	}
	// One process learns of a new token by being refused with the old one.
	s.InvalidateTokens()
	storm(t, all[0], 1)
	s.Advance(6 * time.Minute)
	storm(t, all[1], 1)
	if n := len(s.ReceivedOn(apis.Token.Path)); n != 3 {
		t.Errorf("after an invalidation %d tokens were fetched, want 1", n-2)
	}
}

// TestRefresherDies: whoever waits for a process that died takes over when its lease ends.
func TestRefresherDies(t *testing.T) {
	t.Parallel()
	s, row, all := processes(t, 1)
	row.row = StoredToken{Version: 7, Refresher: "somebody who died", LeaseEnds: time.Now().Add(300 * time.Millisecond)}
	if err := all[0].SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	if n := len(s.ReceivedOn(apis.Token.Path)); n != 1 || row.row.Version != 9 || row.row.Refresher != "" {
		t.Errorf("fetched %d times, the row is %+v", n, row.row.Version)
	}
}

func TestSharedTokenTroubles(t *testing.T) {
	t.Parallel()
	s, row, all := processes(t, 2)
	row.broken = errors.New("the database is away")
	if e := failed(t, "SendSubscribe", all[0].SendSubscribe(t.Context(), notice)); !e.NotSent() || !errors.Is(e, row.broken) {
		t.Errorf("SendSubscribe with a store that fails = %v, want it not sent", e)
	}
	row.broken = nil
	s.Answer(apis.Token.Path, 45009, 1)
	if e := failed(t, "SendSubscribe", all[0].SendSubscribe(t.Context(), notice)); e.Code != 45009 || !e.NotSent() {
		t.Errorf("SendSubscribe with no token to be had = %v, want 45009", e)
	}
	if row.row.Refresher != "" || row.row.Value != "" {
		t.Errorf("after a failed fetch the row still says that somebody fetches")
	}
	if err := all[1].SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("afterwards SendSubscribe of the other process = %v", err)
	}
}
