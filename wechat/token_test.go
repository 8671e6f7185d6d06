package wechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

func classic(o *Options) { o.TokenMode = "classic" }

func modes(t *testing.T, test func(t *testing.T, path string, mode func(*Options))) {
	t.Run("stable", func(t *testing.T) { t.Parallel(); test(t, apis.StableToken.Path, func(*Options) {}) })
	t.Run("classic", func(t *testing.T) { t.Parallel(); test(t, apis.Token.Path, classic) })
}

// TestTokenStorm: a thousand callers find the token expired; one fetches.
func TestTokenStorm(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, path string, mode func(*Options)) {
		s, c := pretend(t, mode)
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		s.ExpireTokens()
		storm(t, c, 1000)
		if n := len(s.ReceivedOn(path)); n != 2 {
			t.Errorf("1000 callers with an expired token fetched %d times, want 1", n-1)
		}
		if n := len(s.Phone().Notifications); n != 1001 {
			t.Errorf("%d notifications, want 1001", n)
		}
	})
}

// TestFirstTokenStorm: the same with no token at all yet.
func TestFirstTokenStorm(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, path string, mode func(*Options)) {
		s, c := pretend(t, mode)
		storm(t, c, 1000)
		if n := len(s.ReceivedOn(path)); n != 1 {
			t.Errorf("1000 callers without a token fetched %d times, want 1", n)
		}
	})
}

func storm(t *testing.T, c *Client, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if err := c.SendSubscribe(t.Context(), notice); err != nil {
				t.Errorf("SendSubscribe = %v", err)
			}
		})
	}
	wg.Wait()
}

// TestInvalidatedTokenIsForced: stable_token hands the dead token back until forced.
func TestInvalidatedTokenIsForced(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	s.InvalidateTokens()
	storm(t, c, 100)
	var forced []bool
	for _, r := range s.ReceivedOn(apis.StableToken.Path) {
		forced = append(forced, strings.Contains(string(r.Body), `"force_refresh":true`))
	}
	if len(forced) != 3 || forced[0] || forced[1] || !forced[2] {
		t.Errorf("token calls forced: %v, want [false false true]", forced)
	}
}

// TestNeverALoop: WeChat refuses every token. One renewal and one retry are all,
// and the next message soon after does not even renew.
func TestNeverALoop(t *testing.T) {
	t.Parallel()
	for _, code := range []int{40001, 40014, 42001} {
		modes(t, func(t *testing.T, path string, mode func(*Options)) {
			s, c := pretend(t, mode)
			s.Answer(apis.SubscribeSend.Path, code, -1)
			e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
			if _, again := e.RetryAfter(); e.Code != code || e.NotSent() || e.Unclear() || again {
				t.Errorf("SendSubscribe = %v, want the refusal %d and no retry by itself", e, code)
			}
			if n := len(s.ReceivedOn(apis.SubscribeSend.Path)); n != 2 {
				t.Errorf("%d: tried %d times, want 2", code, n)
			}
			fetched := len(s.ReceivedOn(path))
			failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
			if n := len(s.ReceivedOn(path)); n != fetched {
				t.Errorf("%d: a token that has just come and never worked was renewed again", code)
			}
			s.Clear()
			if err := c.SendSubscribe(t.Context(), notice); err != nil {
				t.Errorf("%d: afterwards SendSubscribe = %v", code, err)
			}
		})
	}
}

// TestLateRefusalUsesTheNewToken: who is refused with an old token takes the
// current one and fetches none.
func TestLateRefusalUsesTheNewToken(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	old := c.tokens.cur.value
	s.ExpireTokens()
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	fetched := len(s.ReceivedOn(apis.StableToken.Path))
	got, err := c.tokens.renew(t.Context(), old)
	if err != nil || got != c.tokens.cur.value || got == old || len(s.ReceivedOn(apis.StableToken.Path)) != fetched {
		t.Errorf("renew(old token) = %q, %v, want the current token without a fetch", ShortID(got), err)
	}
}

// TestTokenFails: however the token call fares, the message was never sent.
func TestTokenFails(t *testing.T) {
	t.Parallel()
	type want struct {
		code  int
		again bool
	}
	for name, tc := range map[string]struct {
		fault wechattest.Fault
		want  want
	}{
		"busy":         {wechattest.Fault{Kind: wechattest.FaultAnswer, Code: -1}, want{-1, true}},
		"per minute":   {wechattest.Fault{Kind: wechattest.FaultAnswer, Code: 45011}, want{45011, true}},
		"wrong secret": {wechattest.Fault{Kind: wechattest.FaultAnswer, Code: 40125}, want{40125, false}},
		"wrong IP":     {wechattest.Fault{Kind: wechattest.FaultAnswer, Code: 40164}, want{40164, false}},
		"quota":        {wechattest.Fault{Kind: wechattest.FaultAnswer, Code: 45009}, want{45009, false}},
		"no answer":    {wechattest.Fault{Kind: wechattest.FaultDropAfter}, want{0, true}},
		"cut answer":   {wechattest.Fault{Kind: wechattest.FaultCutBody}, want{0, true}},
		"garbage":      {wechattest.Fault{Kind: wechattest.FaultGarbage}, want{0, true}},
		"502":          {wechattest.Fault{Kind: wechattest.FaultHTTPError, Status: 502}, want{0, true}},
		"404":          {wechattest.Fault{Kind: wechattest.FaultHTTPError, Status: 404}, want{0, false}},
	} {
		modes(t, func(t *testing.T, path string, mode func(*Options)) {
			s, c := pretend(t, mode)
			fault := tc.fault
			fault.Path, fault.Left = path, 1
			s.Fail(fault)
			err := c.SendSubscribe(t.Context(), notice)
			e := failed(t, name, err)
			_, again := e.RetryAfter()
			if got := (want{e.Code, again}); got != tc.want || !e.NotSent() || e.Unclear() {
				t.Errorf("%s: %v: %+v, not sent %v, unclear %v; want %+v, true, false", name, err, got, e.NotSent(), e.Unclear(), tc.want)
			}
			if e.API != path || e.For != apis.SubscribeSend.Path || len(s.ReceivedOn(apis.SubscribeSend.Path)) != 0 {
				t.Errorf("%s: error of %s for %s, want %s for %s and no message sent", name, e.API, e.For, path, apis.SubscribeSend.Path)
			}
			if err := c.SendSubscribe(t.Context(), notice); err != nil {
				t.Errorf("%s: afterwards SendSubscribe = %v", name, err)
			}
		})
	}
}

// script is a transport whose answers are written down beforehand.
type script func(*http.Request) (*http.Response, error)

func (s script) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

func said(body string) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(strings.NewReader(body))}, nil
}

// TestRenewedAhead: near its end the token is renewed beside the calls, none of
// which waits, and a failure to do so is tried again without haste.
func TestRenewedAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		fetches, fail := 0, false
		c := client(t, "http://wechat.test", func(o *Options) {
			o.HTTP = &http.Client{Transport: script(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path != apis.StableToken.Path {
					return said(`{"errcode":0}`)
				}
				time.Sleep(3 * time.Second)
				mu.Lock()
				defer mu.Unlock()
				fetches++
				if fail {
					return nil, errors.New("no network")
				}
				return said(`{"access_token":"TOKEN-` + strings.Repeat("x", fetches) + `","expires_in":7200}`)
			})}
		})
		send := func(what string, wantWait time.Duration, wantFetches int) {
			t.Helper()
			start := time.Now()
			if err := c.SendSubscribe(t.Context(), notice); err != nil {
				t.Errorf("%s: SendSubscribe = %v", what, err)
			}
			wait := time.Since(start)
			time.Sleep(5 * time.Second) // what runs beside it ends
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if wait != wantWait || fetches != wantFetches {
				t.Errorf("%s: waited %v, %d fetches; want %v, %d", what, wait, fetches, wantWait, wantFetches)
			}
		}
		send("first", 3*time.Second, 1)
		time.Sleep(time.Hour)
		send("in the middle", 0, 1)
		time.Sleep(time.Hour - 5*time.Minute)
		mu.Lock()
		fail = true
		mu.Unlock()
		send("five minutes before the end", 0, 1)
		time.Sleep(time.Minute)
		send("four minutes before the end, no network", 0, 2)
		send("5 s later", 0, 2)
		time.Sleep(renewPause)
		mu.Lock()
		fail = false
		mu.Unlock()
		send("10 s later", 0, 3)
		send("renewed", 0, 3)
	})
}

// TestOneCallerCannotCancelAll: the first caller goes away while the token is
// fetched; the others get it.
func TestOneCallerCannotCancelAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetches := 0
		c := client(t, "http://wechat.test", func(o *Options) {
			o.HTTP = &http.Client{Transport: script(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path != apis.StableToken.Path {
					return said(`{"errcode":0}`)
				}
				fetches++
				select {
				case <-time.After(5 * time.Second):
					return said(`{"access_token":"TOKEN-x","expires_in":7200}`)
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			})}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first := make(chan error, 1)
		go func() { first <- c.SendSubscribe(ctx, notice) }()
		synctest.Wait()
		second := make(chan error, 1)
		go func() { second <- c.SendSubscribe(t.Context(), notice) }()
		if err := <-first; fateOf(err) != "not sent" || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the caller that went away got %v, want its deadline, not sent", err)
		}
		if err := <-second; err != nil || fetches != 1 {
			t.Errorf("the other got %v after %d fetches, want the message sent after 1", err, fetches)
		}
	})
}

// TestTokenEndsByOurClock: an ended token is not even tried.
func TestTokenEndsByOurClock(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	s, c := pretend(t, func(o *Options) { o.Now = clock })
	s.SetClock(clock)
	for range 3 {
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		now = now.Add(2*time.Hour + time.Second)
		mu.Unlock()
	}
	if n, m := len(s.ReceivedOn(apis.SubscribeSend.Path)), len(s.ReceivedOn(apis.StableToken.Path)); n != 3 || m != 3 {
		t.Errorf("%d messages and %d token calls, want 3 and 3", n, m)
	}
}
