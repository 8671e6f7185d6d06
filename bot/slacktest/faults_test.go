package slacktest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	post := func() error {
		ctx, cancel := context.WithTimeout(s.ctx, time.Second)
		defer cancel()
		_, _, err := s.api.PostMessageContext(ctx, general, slack.MsgOptionText("a", false))
		return err
	}
	const method = "chat.postMessage"
	s.Fail(method, 1, slacktest.Fault{RetryAfter: 2 * time.Second})
	var limited *slack.RateLimitedError
	if err := post(); !errors.As(err, &limited) || limited.RetryAfter != 2*time.Second {
		t.Errorf("429 with Retry-After: got %v", err)
	}
	var status slack.StatusCodeError
	s.Fail(method, 1, slacktest.Fault{Status: 429})
	if err := post(); !errors.As(err, &status) || status.Code != 429 {
		t.Errorf("429 without Retry-After: got %v", err)
	}
	s.Fail(method, 1, slacktest.Fault{Status: 502})
	if err := post(); !errors.As(err, &status) || status.Code != 502 {
		t.Errorf("502: got %v", err)
	}
	s.Fail("*", 1, slacktest.Fault{Error: "fatal_error"})
	codeIs(t, "an error code", post(), "fatal_error")
	s.Fail(method, 1, slacktest.Fault{Drop: true})
	if err := post(); err == nil || len(s.Messages(general)) != 0 {
		t.Errorf("dropped: got %v and %d messages", err, len(s.Messages(general)))
	}
	s.Fail(method, 1, slacktest.Fault{Drop: true, After: true})
	if err := post(); err == nil || len(s.Messages(general)) != 1 {
		t.Errorf("dropped after acting: got %v and %d messages", err, len(s.Messages(general)))
	}
	s.Fail(method, 1, slacktest.Fault{Hang: true})
	if err := post(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hanging: got %v", err)
	}
	s.Fail(method, 1, slacktest.Fault{Delay: 20 * time.Millisecond})
	if err, begun := post(), time.Now(); err != nil || time.Since(begun) > time.Second {
		t.Errorf("slow: got %v", err)
	}
	s.Fail(method, -1, slacktest.Fault{Error: "internal_error"})
	codeIs(t, "for ever", errors.Join(post()), "internal_error")
	s.Heal()
	codeIs(t, "healed", post(), "")
	s.Down(true)
	if err := post(); !errors.As(err, &status) || status.Code != 503 {
		t.Errorf("down: got %v", err)
	}
	s.Down(false)
	codeIs(t, "up again", post(), "")
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	var now clock
	s := newStage(t, slacktest.Options{PerSecond: 1, Now: now.Now})
	post := func(channel string) error {
		_, _, err := s.api.PostMessage(channel, slack.MsgOptionText("a", false))
		return err
	}
	codeIs(t, "the first", post(general), "")
	var limited *slack.RateLimitedError
	if err := post(general); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("the second: got %v, want a RateLimitedError", err)
	}
	codeIs(t, "in another channel", post(amy), "")
	now.Add(time.Second)
	codeIs(t, "a second later", post(general), "")
}

func TestReconnects(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*slacktest.Workspace){
		"warning":           func(w *slacktest.Workspace) { w.Disconnect("warning") },
		"refresh_requested": func(w *slacktest.Workspace) { w.Disconnect("refresh_requested") },
		"dropped":           (*slacktest.Workspace).DropSockets,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, slacktest.Options{})
			s.listen(t, func(e socketmode.Event) { s.ack(e, nil) })
			cut(s.Workspace)
			if err := s.WaitFor(s.ctx, func() bool { return s.Opened() == 2 && s.Connected() == 1 }); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Say(s.ctx, amy, general, "/wechat help"); err != nil {
				t.Fatalf("Say: %v", err)
			}
			if n := len(s.Calls("apps.connections.open")); n != 2 {
				t.Errorf("apps.connections.open: got %d calls, want 2", n)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{PingInterval: 20 * time.Millisecond})
	client := socketmode.New(s.api, socketmode.OptionPingInterval(200*time.Millisecond))
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	go func() { _ = client.RunContext(ctx) }()
	go func() {
		for {
			select {
			case <-client.Events:
			case <-ctx.Done():
				return
			}
		}
	}()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	opened := func() int { return len(s.Calls("apps.connections.open")) }
	s.Silent(true)
	if err := s.WaitFor(s.ctx, func() bool { return opened() >= 2 }); err != nil {
		t.Fatal("a silent socket was not left")
	}
	s.Silent(false)
}

// dial opens a socket by hand.
func dial(t *testing.T, s *stage) *websocket.Conn {
	t.Helper()
	_, url, err := s.api.StartSocketModeContext(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := websocket.DefaultDialer.DialContext(s.ctx, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, resp, err := websocket.DefaultDialer.DialContext(s.ctx, url, nil); err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("the same address again: got %v, want 403", err)
	}
	return c
}

func TestSockets(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	took := make([]int, 10)
	turns := make(chan int, 20)
	for i := range 10 {
		c := dial(t, s)
		var hello struct {
			Type           string `json:"type"`
			NumConnections int    `json:"num_connections"`
			ConnectionInfo struct {
				AppID string `json:"app_id"`
			} `json:"connection_info"`
		}
		if err := c.ReadJSON(&hello); err != nil || hello.Type != "hello" || hello.NumConnections != i+1 || hello.ConnectionInfo.AppID != "A0MAGPIE" {
			t.Fatalf("hello: got %+v, %v", hello, err)
		}
		go func() {
			for {
				var e struct {
					ID string `json:"envelope_id"`
				}
				if c.ReadJSON(&e) != nil {
					return
				}
				turns <- i
				_ = c.WriteJSON(map[string]any{"envelope_id": e.ID})
			}
		}()
	}
	eleventh := dial(t, s)
	var bye struct{ Type, Reason string }
	if err := eleventh.ReadJSON(&bye); err != nil || bye.Reason != "too_many_websockets" {
		t.Errorf("the eleventh socket: got %+v, %v", bye, err)
	}
	for range 20 {
		if _, err := s.Say(s.ctx, amy, general, "/wechat help"); err != nil {
			t.Fatal(err)
		}
		took[<-turns]++
	}
	for i, n := range took {
		if n != 2 {
			t.Errorf("socket %d took %d envelopes of 20, want 2: %v", i, n, took)
		}
	}
}

func TestLargeAck(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	c := dial(t, s)
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	pong := make(chan struct{}, 1)
	c.SetPongHandler(func(string) error { pong <- struct{}{}; return nil })
	_ = c.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second))
	size := make(chan int, 1)
	go func() {
		for {
			var e struct {
				ID string `json:"envelope_id"`
			}
			if c.ReadJSON(&e) != nil {
				return
			}
			if e.ID != "" {
				head := len(`{"envelope_id":"","payload":{"text":""}}`) + len(e.ID)
				_ = c.WriteMessage(websocket.TextMessage, []byte(`{"envelope_id":"`+e.ID+`","payload":{"text":"`+strings.Repeat("a", <-size-head)+`"}}`))
			}
		}
	}()
	size <- 20*1024 - 1
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); err != nil {
		t.Errorf("20 KB less one byte: got %v, want nil", err)
	}
	size <- 20 * 1024
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); !errors.Is(err, slacktest.ErrAckTooLarge) {
		t.Errorf("20 KB: got %v, want ErrAckTooLarge", err)
	}
	select {
	case <-pong:
	case <-s.ctx.Done():
		t.Error("no pong came")
	}
}

func BenchmarkSay(b *testing.B) {
	w := slacktest.Start(slacktest.Options{})
	defer w.Close()
	w.AddUser(slacktest.User{ID: amy})
	w.AddChannel(slacktest.Channel{ID: general, BotIn: true})
	client := socketmode.New(slack.New("xoxb-test", slack.OptionAppLevelToken("xapp-test"), slack.OptionAPIURL(w.APIURL)))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go func() { _ = client.RunContext(ctx) }()
	go func() {
		for {
			select {
			case e := <-client.Events:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					_ = client.AckCtx(ctx, e.Request.EnvelopeID, nil)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	if err := w.WaitConnected(ctx, 1); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := w.Say(ctx, amy, general, "/wechat help"); err != nil {
			b.Fatal(err)
		}
	}
}
