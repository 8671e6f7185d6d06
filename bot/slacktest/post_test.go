package slacktest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"magpie/bot/slacktest"
)

// posted is one request to a request address.
type posted struct {
	header http.Header
	body   []byte
}

// address is a request address that notes what is posted, and answers as it is told.
func address(t *testing.T, answer func(http.ResponseWriter, posted)) (*httptest.Server, chan posted) {
	t.Helper()
	heard := make(chan posted, 16)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p := posted{r.Header, body}
		var event struct{ Type, Challenge string }
		if _ = json.Unmarshal(body, &event); event.Type == "url_verification" {
			_ = json.NewEncoder(w).Encode(map[string]string{"challenge": event.Challenge})
			return
		}
		heard <- p
		answer(w, p)
	}))
	t.Cleanup(server.Close)
	return server, heard
}

// Everything is posted signed: slack-go takes it for Slack's.
func TestPosted(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{SigningSecret: "sesame"})
	to, heard := address(t, func(w http.ResponseWriter, p posted) {
		if p.header.Get("Content-Type") != "application/json" {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "heard")
		}
	})
	if err := s.PostTo(s.ctx, to.URL); err != nil {
		t.Fatal(err)
	}
	check := func(want string) posted {
		t.Helper()
		p := <-heard
		verifier, err := slack.NewSecretsVerifier(p.header, "sesame")
		if err == nil {
			_, _ = verifier.Write(p.body)
			err = verifier.Ensure()
		}
		if err != nil || p.header.Get("Content-Type") != want {
			t.Errorf("posted %s %s: %v, want it signed and %s", p.header, p.body, err, want)
		}
		return p
	}
	ack, err := s.Say(s.ctx, amy, general, "/wechat tea & milk")
	if err != nil || ack.Message == nil || ack.Message.Text != "heard" {
		t.Fatalf("Say: got %+v, %v, want the plain text", ack, err)
	}
	form, err := url.ParseQuery(string(check("application/x-www-form-urlencoded").body))
	if err != nil || form.Get("text") != "tea & milk" || form.Get("trigger_id") == "" || form.Get("response_url") == "" || form.Get("is_enterprise_install") != "false" {
		t.Errorf("a command: got %v", form)
	}
	if _, err := s.Shortcut(s.ctx, bo, "ask", slacktest.Target{}); err != nil {
		t.Fatal(err)
	}
	var callback slack.InteractionCallback
	form, _ = url.ParseQuery(string(check("application/x-www-form-urlencoded").body))
	if err := json.Unmarshal([]byte(form.Get("payload")), &callback); err != nil || callback.Type != slack.InteractionTypeShortcut || callback.User.ID != bo {
		t.Errorf("a shortcut: got %+v, %v", callback, err)
	}
	if err := s.OpenHome(s.ctx, amy); err != nil {
		t.Fatal(err)
	}
	p := check("application/json")
	if p.header.Get("X-Slack-Retry-Num") != "" || !json.Valid(p.body) {
		t.Errorf("an event: got %s %s", p.header, p.body)
	}
}

// An event that is not answered 200 is posted again, the same, unless the app wants it no
// more.
func TestPostedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{EventRetries: []time.Duration{0, time.Millisecond, time.Millisecond}})
	to, heard := address(t, func(w http.ResponseWriter, p posted) {
		switch p.header.Get("X-Slack-Retry-Num") {
		case "":
			w.WriteHeader(http.StatusInternalServerError)
		case "1":
			w.Header().Set("Location", "/again")
			w.WriteHeader(http.StatusTemporaryRedirect)
		case "2":
			w.Header().Set("X-Slack-No-Retry", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if err := s.PostTo(s.ctx, to.URL); err != nil {
		t.Fatal(err)
	}
	if err := s.Mention(s.ctx, amy, general, "", "help"); !errors.Is(err, slacktest.ErrHTTPStatus) {
		t.Fatalf("Mention: got %v, want ErrHTTPStatus", err)
	}
	first := <-heard
	var told [][2]string
	for len(told) < 5 { // the redirects are posts too
		p := <-heard
		if string(p.body) != string(first.body) {
			t.Errorf("posted again: got %s, want %s", p.body, first.body)
		}
		told = append(told, [2]string{p.header.Get("X-Slack-Retry-Num"), p.header.Get("X-Slack-Retry-Reason")})
		if told[len(told)-1][0] == "2" {
			break
		}
	}
	want := [][2]string{{"1", "http_error"}, {"1", "http_error"}, {"1", "http_error"}, {"2", "too_many_redirects"}}
	if len(told) != len(want) {
		t.Fatalf("posted again: got %v, want %v", told, want)
	}
	for i := range want {
		if told[i] != want[i] {
			t.Errorf("posted again: got %v, want %v", told, want)
		}
	}
	select {
	case p := <-heard:
		t.Errorf("posted after X-Slack-No-Retry: %s", p.header)
	case <-time.After(50 * time.Millisecond):
	}
}

// An address that does not return the challenge is not taken; of several, one that is away
// is passed over.
func TestRequestAddresses(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{AckTimeout: 300 * time.Millisecond})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer silent.Close()
	if err := s.PostTo(s.ctx, silent.URL); err == nil {
		t.Error("an address without the challenge is taken")
	}
	one, heard := address(t, func(http.ResponseWriter, posted) {})
	gone, _ := address(t, func(http.ResponseWriter, posted) {})
	release := make(chan struct{})
	late, _ := address(t, func(http.ResponseWriter, posted) { <-release })
	defer close(release)
	if err := s.PostTo(s.ctx, one.URL, gone.URL); err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for range 4 {
		if _, err := s.Say(s.ctx, amy, general, "/wechat help"); err != nil {
			t.Errorf("Say while one of two is away: %v", err)
		}
		<-heard
	}
	if err := s.PostTo(s.ctx, late.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); !errors.Is(err, slacktest.ErrNoAck) {
		t.Errorf("Say to an address that answers late: got %v, want ErrNoAck", err)
	}
	if err := s.PostTo(s.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); !errors.Is(err, slacktest.ErrNotConnected) {
		t.Errorf("Say without an address or a socket: got %v, want ErrNotConnected", err)
	}
}
