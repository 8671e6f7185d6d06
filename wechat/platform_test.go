package wechat

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// platformStore keeps a platform's things in memory.
type platformStore struct {
	mu      sync.Mutex
	ticket  string
	at      time.Time
	refresh map[string]string
	saved   []string
	broken  error
}

func (s *platformStore) Ticket(context.Context, string) (string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticket, s.at, nil
}

func (s *platformStore) SaveTicket(_ context.Context, _, ticket string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticket, s.at = ticket, at
	return nil
}

func (s *platformStore) RefreshToken(_ context.Context, appID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refresh[appID], nil
}

func (s *platformStore) SaveRefreshToken(_ context.Context, appID, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	s.refresh = maps.Clone(s.refresh)
	if s.refresh == nil {
		s.refresh = map[string]string{}
	}
	s.refresh[appID] = token
	s.saved = append(s.saved, token)
	return nil
}

// platformed is a platform that the account has authorised.
func platformed(t *testing.T, sets ...int) (*wechattest.Server, *Client, *platformStore) {
	t.Helper()
	store := &platformStore{}
	s, c := pretend(t, func(o *Options) {
		o.Call, o.AppSecret = "platform", ""
		o.Platform = Platform{AppID: wechattest.DefaultPlatformAppID, AppSecret: wechattest.DefaultPlatformAppSecret, Store: store}
	})
	store.SaveTicket(t.Context(), "", s.Ticket(), time.Now())
	if appID, err := c.Authorize(t.Context(), s.AuthorizePlatform(sets...)); err != nil || appID != c.AppID() {
		t.Fatalf("Authorize = %q, %v", appID, err)
	}
	return s, c, store
}

func TestPlatform(t *testing.T) {
	t.Parallel()
	s, c, store := platformed(t)
	storm(t, c, 50)
	if _, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}}); err != nil {
		t.Errorf("UploadNews = %v", err)
	}
	if a, b := len(s.ReceivedOn(apis.ComponentToken.Path)), len(s.ReceivedOn(apis.AuthorizerToken.Path)); a != 1 || b != 1 {
		t.Errorf("%d component and %d authorizer tokens for 51 calls, want 1 and 1", a, b)
	}
	if len(s.ReceivedOn(apis.StableToken.Path)) != 0 {
		t.Error("the account's own token was fetched")
	}
	s.ExpireTokens()
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe with an expired token = %v", err)
	}
	if n := len(store.saved); n != 3 || store.saved[1] == store.saved[2] {
		t.Errorf("refresh tokens saved: %d, want one for the authorisation and one for each token", n)
	}
	for _, r := range s.Received() {
		for _, secret := range append(store.saved, store.ticket, wechattest.DefaultPlatformAppSecret) {
			if strings.Contains(string(r.Body), secret) {
				t.Errorf("%s: the pretended WeChat remembers a secret", r.Path)
			}
		}
	}
}

// The accounts of one platform share its own token.
func TestSiblingsOfAPlatform(t *testing.T) {
	t.Parallel()
	s, first, store := platformed(t)
	second, err := New(Options{
		AppID: first.AppID(), Call: "platform", BaseURL: first.root.String(),
		Platform: Platform{AppID: wechattest.DefaultPlatformAppID, AppSecret: wechattest.DefaultPlatformAppSecret, Store: store, Sibling: first},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Client{first, second} {
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Errorf("SendSubscribe = %v", err)
		}
	}
	if a, b := len(s.ReceivedOn(apis.ComponentToken.Path)), len(s.ReceivedOn(apis.AuthorizerToken.Path)); a != 1 || b != 2 {
		t.Errorf("%d component and %d authorizer tokens for two accounts, want 1 and 2", a, b)
	}
	if token := first.component.cur.value; token == "" || strings.Contains(second.hide.text("got "+token), token) {
		t.Error("the second account does not keep the shared token back")
	}
}

func TestPlatformTicket(t *testing.T) {
	t.Parallel()
	s, c, store := platformed(t)
	c.component.cur = token{}
	for name, at := range map[string]time.Time{"old": time.Now().Add(-TicketLife - time.Minute), "none": {}} {
		store.SaveTicket(t.Context(), "", map[string]string{"old": "ticket@@@old"}[name], at)
		e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
		if wait, again := e.RetryAfter(); !errors.Is(e, ErrNoTicket) || !e.NotSent() || !again || wait != time.Minute || !strings.Contains(e.Advice("en"), "10 minutes") {
			t.Errorf("%s ticket: SendSubscribe = %v, again %v in %v, %q", name, e, again, wait, e.Advice("en"))
		}
	}
	store.SaveTicket(t.Context(), "", "ticket@@@wrong-one", time.Now())
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != 61006 || !e.NotSent() || e.For != apis.SubscribeSend.Path {
		t.Errorf("SendSubscribe with a wrong ticket = %v, want 61006", e)
	}
	store.SaveTicket(t.Context(), "", s.Ticket(), time.Now())
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe with a new ticket = %v", err)
	}
}

// TestRotatedRefreshToken is saved before the token that came with it is used,
// and not lost where saving fails.
func TestRotatedRefreshToken(t *testing.T) {
	t.Parallel()
	s, c, store := platformed(t)
	store.mu.Lock()
	store.broken = errors.New("the disk is full")
	store.mu.Unlock()
	e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
	if !e.NotSent() || !errors.Is(e, store.broken) || len(s.ReceivedOn(apis.SubscribeSend.Path)) != 0 {
		t.Errorf("SendSubscribe with a store that fails = %v, %d sent", e, len(s.ReceivedOn(apis.SubscribeSend.Path)))
	}
	store.mu.Lock()
	store.broken = nil
	store.mu.Unlock()
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe afterwards = %v, want the unsaved refresh token used", err)
	}
	if len(store.saved) != 2 {
		t.Errorf("saved %d, want 2", len(store.saved))
	}
}

func TestPlatformPermissions(t *testing.T) {
	t.Parallel()
	s, c, store := platformed(t, 89)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe with set 89 = %v", err)
	}
	if _, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}}); failed(t, "UploadNews", err).Code != 61007 {
		t.Errorf("UploadNews without its sets = %v, want 61007", err)
	}
	s.RevokePlatform()
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != 61003 || !e.NotSent() {
		t.Errorf("SendSubscribe after the authorisation was taken back = %v, want 61003", e)
	}
	if _, err := c.Authorize(t.Context(), "queryauthcode@@@x"); failed(t, "Authorize", err).Code != 61010 {
		t.Errorf("Authorize with a strange code = %v, want 61010", err)
	}
	if _, err := c.Authorize(t.Context(), s.AuthorizePlatform(11)); err != nil {
		t.Fatal(err)
	}
	c.authorizer.cur = token{}
	if _, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}}); err != nil {
		t.Errorf("UploadNews with set 11 = %v", err)
	}
	store.SaveRefreshToken(t.Context(), c.AppID(), "")
	c.authorizer.cur = token{}
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); !strings.Contains(e.Error(), "not authorised") {
		t.Errorf("SendSubscribe without a refresh token = %v", e)
	}
	_, plainClient := pretend(t)
	if _, err := plainClient.Authorize(t.Context(), "x"); !errors.Is(err, ErrWay) {
		t.Errorf("a platform's call of a client that is none = %v, want ErrWay", err)
	}
}
