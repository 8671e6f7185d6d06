package wechat

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/wechat/wechattest"
)

const eventToken = "magpie-event-token"

// ears is an event address that remembers what it was told.
type ears struct {
	*wechattest.Server
	c *Client

	mu    sync.Mutex
	heard []Event
	fail  atomic.Int32 // so many times
}

func (e *ears) handle(_ context.Context, event Event) error {
	if e.fail.Add(-1) >= 0 {
		return errors.New("the database is away")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, event)
	return nil
}

func listen(t *testing.T, aesKey string) *ears {
	t.Helper()
	e := &ears{}
	e.Server, e.c = pretend(t)
	events, err := NewEvents(EventOptions{
		AppIDs: []string{wechattest.DefaultAppID, wechattest.DefaultPlatformAppID}, Token: eventToken, AESKey: aesKey, Handle: e.handle, Now: e.Server.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(events)
	t.Cleanup(s.Close)
	e.EventsTo(wechattest.EventAddress{URL: s.URL, Token: eventToken, AESKey: aesKey})
	return e
}

func security(t *testing.T, test func(t *testing.T, aesKey string)) {
	t.Run("plain", func(t *testing.T) { t.Parallel(); test(t, "") })
	t.Run("encrypted", func(t *testing.T) { t.Parallel(); test(t, wechattest.DefaultAESKey) })
}

// TestOutcomes: what WeChat pushes after each sort of message.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	security(t, func(t *testing.T, aesKey string) {
		e := listen(t, aesKey)
		if err := e.c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		msgID, err := e.c.SendTemplate(t.Context(), templateMsg())
		if err != nil {
			t.Fatal(err)
		}
		mass, err := e.c.SendMassTo(t.Context(), []string{"oA", "oB"}, MassMsg{MassContent: MassContent{Text: "T"}})
		if err != nil {
			t.Fatal(err)
		}
		publish := func() *PublishJob {
			draft, err := e.c.AddDraft(t.Context(), []DraftArticle{draftArticle("一"), draftArticle("二")})
			if err != nil {
				t.Fatal(err)
			}
			job, err := e.c.SubmitPublish(t.Context(), draft)
			if err != nil {
				t.Fatal(err)
			}
			return job
		}
		job := publish()
		e.FailPublish(4)
		refused := publish()
		e.Advance(time.Minute)
		if n, err := e.Deliver(t.Context()); n != 5 || err != nil {
			t.Fatalf("%d events were taken, %v; want 5", n, err)
		}
		sub := e.heard[0].What.(SubscribeSent)
		if o := sub.Outcomes; e.heard[0].From != notice.ToUser || len(o) != 1 || !o[0].OK() || o[0].TemplateID != "T" || o[0].MsgID == "" || o[0].Status != "success" {
			t.Errorf("heard %+v", e.heard[0])
		}
		if got := e.heard[1].What.(TemplateSent); got.MsgID != msgID || !got.OK() || e.heard[1].From != templateMsg().ToUser {
			t.Errorf("heard %+v", e.heard[1])
		}
		if got := e.heard[2].What.(MassSent); got.MsgID != mass.MsgID || !got.OK() || got.Sent != 2 || got.Failed != 0 {
			t.Errorf("heard %+v", e.heard[2])
		}
		done := e.heard[3].What.(PublishDone)
		if done.PublishID != job.PublishID || done.Status != Published || len(done.Articles) != 2 || done.Articles[1].Index != 2 || done.ArticleID == "" {
			t.Errorf("heard %+v", done)
		}
		if got := e.heard[4].What.(PublishDone); got.PublishID != refused.PublishID || got.Status != PublishAuditRefused || len(got.FailIndex) != 1 {
			t.Errorf("heard %+v", got)
		}
		if e.heard[0].At.IsZero() || e.heard[0].To == "" || e.heard[0].Fields["MsgType"] != "event" {
			t.Errorf("heard %+v", e.heard[0])
		}
	})
}

// TestEventsAreHeardOnce: a replayed push and the same event in another push.
func TestEventsAreHeardOnce(t *testing.T) {
	t.Parallel()
	security(t, func(t *testing.T, aesKey string) {
		e := listen(t, aesKey)
		event := "<xml><FromUserName>oA</FromUserName><CreateTime>1391857799</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID><Status>success</Status></xml>"
		p := e.Sign(event)
		for range 3 {
			if status, answer, err := e.Post(t.Context(), p); status != 200 || answer != "success" || err != nil {
				t.Errorf("a replay was answered with %d %q, %v", status, answer, err)
			}
		}
		if status, answer, err := e.Post(t.Context(), e.Sign(event)); status != 200 || answer != "success" || err != nil {
			t.Errorf("the same event pushed anew was answered with %d %q, %v", status, answer, err)
		}
		if len(e.heard) != 1 {
			t.Errorf("heard %d events, want 1", len(e.heard))
		}
		e.Post(t.Context(), e.Sign(strings.Replace(event, "<MsgID>1<", "<MsgID>2<", 1)))
		if len(e.heard) != 2 || e.heard[0].Once == e.heard[1].Once {
			t.Errorf("heard %+v, want another message's event too", e.heard)
		}
		e.Advance(11 * time.Minute)
		if status, _, _ := e.Post(t.Context(), p); status != 403 {
			t.Errorf("a replay after 11 minutes was answered with %d, want 403", status)
		}
	})
}

// TestFailedEventsComeAgain: what could not be taken is pushed again by WeChat.
func TestFailedEventsComeAgain(t *testing.T) {
	t.Parallel()
	e := listen(t, "")
	e.fail.Store(2)
	if err := e.c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	if n, err := e.Deliver(t.Context()); n != 1 || err != nil || len(e.heard) != 1 {
		t.Errorf("%d taken, %d heard, %v; want it taken the third time", n, len(e.heard), err)
	}
}

func TestBadPushes(t *testing.T) {
	t.Parallel()
	const event = "<xml><MsgType>event</MsgType><Event>E</Event></xml>"
	security(t, func(t *testing.T, aesKey string) {
		e := listen(t, aesKey)
		good := e.Sign(event)
		for name, tc := range map[string]struct {
			change func(p *wechattest.Pushes)
			status int
		}{
			"signature": {func(p *wechattest.Pushes) { p.Query.Set("signature", "0"); p.Query.Set("msg_signature", "0") }, 403},
			"none":      {func(p *wechattest.Pushes) { p.Query = url.Values{} }, 403},
			"nonce":     {func(p *wechattest.Pushes) { p.Query.Set("nonce", "other") }, 403},
			"old":       {func(p *wechattest.Pushes) { p.Query.Set("timestamp", "1391857799") }, 403},
			"no XML":    {func(p *wechattest.Pushes) { p.Body = []byte("<xml><a>") }, 400},
			"an entity": {func(p *wechattest.Pushes) { p.Body = []byte(`<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>`) }, 400},
			"too long":  {func(p *wechattest.Pushes) { p.Body = make([]byte, maxEvent+1) }, 400},
			"too deep":  {func(p *wechattest.Pushes) { p.Body = []byte(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)) }, 400},
			"half JSON": {func(p *wechattest.Pushes) { p.Body = []byte(`{"Event":`) }, 400},
			"nothing":   {func(p *wechattest.Pushes) { p.Body = nil }, 400},
			"tampered": {func(p *wechattest.Pushes) {
				p.Body = []byte(strings.Replace(string(p.Body), "Encrypt><", "Encrypt><!-- -->A<", 1))
			}, map[string]int{"": 200}[aesKey]},
			"other mode": {func(p *wechattest.Pushes) { p.Body = []byte("<xml><Encrypt>AAAA</Encrypt></xml>") }, 403},
		} {
			p := wechattest.Pushes{Query: url.Values{}, Body: good.Body}
			for k, v := range good.Query {
				p.Query[k] = v
			}
			tc.change(&p)
			if tc.status == 0 {
				tc.status = 403
			}
			status, _, err := e.Post(t.Context(), p)
			if status != tc.status || err != nil {
				t.Errorf("%s: answered %d, %v, want %d", name, status, err, tc.status)
			}
		}
		if n := len(e.heard); aesKey != "" && n != 0 {
			t.Errorf("heard %d events, want none", n)
		}
		if aesKey == "" {
			return
		}
		plain := wechattest.Pushes{Query: good.Query, Body: []byte(event)}
		if status, _, _ := e.Post(t.Context(), plain); status != 403 {
			t.Errorf("a plain event where encrypted ones are expected was answered with %d, want 403", status)
		}
		e.EventsTo(wechattest.EventAddress{URL: eventURL(t, e), Token: eventToken, AESKey: aesKey, AppID: "wxstranger"})
		if status, _, _ := e.Post(t.Context(), e.Sign(event)); status != 403 {
			t.Errorf("an event for a stranger was answered with %d, want 403", status)
		}
	})
}

// eventURL serves e's ears once more.
func eventURL(t *testing.T, e *ears) string {
	t.Helper()
	events, _ := NewEvents(EventOptions{AppIDs: []string{wechattest.DefaultAppID}, Token: eventToken, AESKey: wechattest.DefaultAESKey, Handle: e.handle, Now: e.Server.Now})
	s := httptest.NewServer(events)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAddressIsTriedOut(t *testing.T) {
	t.Parallel()
	events, err := NewEvents(EventOptions{Token: eventToken, Handle: func(context.Context, Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, sig string) (int, string) {
		w := httptest.NewRecorder()
		events.ServeHTTP(w, httptest.NewRequest(method, "/?timestamp=1&nonce=2&echostr=12345&signature="+sig, http.NoBody))
		return w.Code, w.Body.String()
	}
	if code, body := ask("GET", signature(eventToken, "1", "2")); code != 200 || body != "12345" {
		t.Errorf("GET = %d %q, want the echo", code, body)
	}
	if code, body := ask("GET", "0"); code != 403 || strings.Contains(body, "12345") {
		t.Errorf("GET with a wrong signature = %d %q, want 403", code, body)
	}
	if code, _ := ask("PUT", ""); code != 405 {
		t.Errorf("PUT = %d, want 405", code)
	}
	_, err = NewEvents(EventOptions{AESKey: "short"})
	for _, want := range []string{"Token", "Handle", "AESKey", "AppIDs"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "short") {
			t.Errorf("NewEvents = %v, want it to name %s and no key", err, want)
		}
	}
}

// TestTicketArrives: from WeChat's push to the platform's token.
func TestTicketArrives(t *testing.T) {
	t.Parallel()
	s, c, store := platformed(t)
	store.SaveTicket(t.Context(), "", "", time.Time{})
	c.component.cur, c.authorizer.cur = token{}, token{}
	failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice))
	events, err := NewEvents(EventOptions{AppIDs: []string{wechattest.DefaultPlatformAppID}, Token: eventToken, AESKey: wechattest.DefaultAESKey, Handle: func(ctx context.Context, e Event) error {
		ticket, ok := e.What.(VerifyTicket)
		if !ok || e.Kind != "component_verify_ticket" || e.From != wechattest.DefaultPlatformAppID {
			t.Errorf("heard %+v", e)
		}
		return store.SaveTicket(ctx, ticket.PlatformAppID, ticket.Ticket, e.At)
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(events)
	t.Cleanup(server.Close)
	s.EventsTo(wechattest.EventAddress{URL: server.URL, Token: eventToken, AESKey: wechattest.DefaultAESKey, AppID: wechattest.DefaultPlatformAppID})
	if err := s.PushTicket(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe with the pushed ticket = %v", err)
	}
}
