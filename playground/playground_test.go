package playground

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

func start(t *testing.T) *World {
	t.Helper()
	w, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return w
}

// post sends body to the page's server as the page itself does.
func post(t *testing.T, w *World, path string, body any) (int, map[string]any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest("POST", w.URL()+path, bytes.NewReader(raw))
	req.Header.Set("Origin", w.URL())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return resp.StatusCode, answer
}

func look(t *testing.T, w *World) state {
	t.Helper()
	resp, err := http.Get(w.URL() + "/state")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var s state
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStartOnlyOnLoopback(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":0", "0.0.0.0:0", "192.0.2.1:8080", "example.com:80", "[::]:0", "nowhere"} {
		if w, err := Start(Options{Addr: addr}); err == nil {
			w.Close()
			t.Errorf("Start(%q) = nil error, want a refusal", addr)
		} else if !strings.Contains(err.Error(), addr) {
			t.Errorf("Start(%q) = %q, want the address in it", addr, err)
		}
	}
	for _, addr := range []string{"localhost:0", "127.0.0.1:0"} {
		w, err := Start(Options{Addr: addr})
		if err != nil {
			t.Errorf("Start(%q) = %v, want none", addr, err)
			continue
		}
		w.Close()
	}
}

func TestEnvLeadsToThisWorld(t *testing.T) {
	t.Parallel()
	w := start(t)
	env := w.Env()
	for _, key := range []string{"SLACK_API_URL", "WECHAT_MAIN_API_URL", "WECHAT_SHOP_MINI_API_URL"} {
		if !strings.HasPrefix(env[key], "http://127.0.0.1:") {
			t.Errorf("%s = %q, want loopback", key, env[key])
		}
	}
	if env["WECHAT_MAIN_API_URL"] == env["WECHAT_SHOP_MINI_API_URL"] {
		t.Errorf("both accounts are at %s, want a WeChat of its own for each", env["WECHAT_MAIN_API_URL"])
	}
	for key, want := range map[string]string{
		"ACCOUNTS":         "main,shop-mini",
		"WECHAT_MAIN_KIND": "service", "WECHAT_MAIN_TITLE": "Acme Tea",
		"WECHAT_SHOP_MINI_KIND": "miniprogram", "WECHAT_SHOP_MINI_TITLE": "Acme Shop",
	} {
		if env[key] != want {
			t.Errorf("%s = %q, want %q", key, env[key], want)
		}
	}
	path, ok := strings.CutPrefix(env["DATABASE_URL"], "sqlite:")
	if _, err := os.Stat(filepath.Dir(path)); !ok || err != nil {
		t.Errorf("DATABASE_URL = %q: %v, want a file in a directory that is there", env["DATABASE_URL"], err)
	}
	w.Close()
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("after Close: stat = %v, want the world's own directory gone", err)
	}
}

func TestPageActsForItselfAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		name, method, path, host string
		header                   map[string]string
		want                     int
	}{
		{"the page", "GET", "/", "", nil, 200},
		{"by the name localhost", "GET", "/state", "localhost" + w.host[strings.LastIndex(w.host, ":"):], nil, 200},
		{"a foreign name that leads here", "GET", "/state", "evil.example", nil, 421},
		{"a foreign name with the port", "POST", "/say", "evil.example" + w.host[strings.LastIndex(w.host, ":"):], nil, 421},
		{"another site", "POST", "/say", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another port of this machine", "POST", "/say", "", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"another origin", "POST", "/say", "", map[string]string{"Origin": "http://evil.example"}, 403},
		{"no origin", "POST", "/say", "", map[string]string{"Origin": "null"}, 403},
		{"the page's own", "POST", "/say", "", map[string]string{"Origin": w.URL(), "Sec-Fetch-Site": "same-origin"}, 200},
		{"not a way to say", "GET", "/say", "", nil, 404},
	} {
		req := httptest.NewRequest(c.method, w.URL()+c.path, strings.NewReader("{}"))
		if c.host != "" {
			req.Host = c.host
		}
		for k, v := range c.header {
			req.Header.Set(k, v)
		}
		rec := httptest.NewRecorder()
		w.server.Handler.ServeHTTP(rec, req)
		if rec.Code != c.want {
			t.Errorf("%s: %s %s = %d, want %d", c.name, c.method, c.path, rec.Code, c.want)
		}
		if csp := rec.Header().Get("Content-Security-Policy"); c.want == 200 && !strings.Contains(csp, "script-src 'self'") {
			t.Errorf("%s: policy = %q, want one that allows the page's own scripts alone", c.name, csp)
		}
	}
}

func TestSayWithoutABotTellsWhatSlackWould(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		a      act
		status int
		want   string
	}{
		{act{Who: alice, Channel: announcements, Text: "/wechat help"}, 409, "dispatch failed"},
		{act{Who: alice, Channel: announcements, Text: "/weather"}, 409, "not a valid command"},
		{act{Who: gus, Channel: announcements, Text: "/wechat help"}, 409, "not in this channel"},
		{act{Who: alice, Channel: announcements, Text: "hello, @bob <b> & #marketing, @nobody."}, 200, ""},
	} {
		status, answer := post(t, w, "/say", c.a)
		said, _ := answer["error"].(string)
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("say %q = %d %v, want %d %q", c.a.Text, status, answer, c.status, c.want)
		}
	}
	messages := look(t, w).Slack.Messages[announcements]
	want := "hello, <@" + bob + "> &lt;b&gt; &amp; <#" + marketing + "|marketing>, @nobody."
	if len(messages) != 1 || messages[0].Text != want {
		t.Errorf("messages = %+v, want the one that says %q", messages, want)
	}
}

func TestEventsTellOfBothWorlds(t *testing.T) {
	t.Parallel()
	w := start(t)
	resp, err := http.Get(w.URL() + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	changed := func(what string) {
		t.Helper()
		line := make([]byte, len("data: changed\n\n"))
		if _, err := io.ReadFull(resp.Body, line); err != nil || string(line) != "data: changed\n\n" {
			t.Fatalf("%s: event = %q, %v, want changed", what, line, err)
		}
	}
	changed("at the start")
	post(t, w, "/say", act{Who: alice, Channel: marketing, Text: "good morning"})
	changed("Slack")
	post(t, w, "/fault", order{Kind: "busy", Calls: 2})
	changed("WeChat")
}

func TestTroubles(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, kind := range []string{"busy", "drop_before", "drop_after", "garbage", "http_error", "cut_body"} {
		if status, answer := post(t, w, "/fault", order{Kind: kind, Calls: 3}); status != 200 {
			t.Errorf("fault %s = %d %v, want 200", kind, status, answer)
		}
	}
	for _, kind := range []string{"slow", "uncertified", "down"} {
		post(t, w, "/fault", order{Kind: kind, On: true})
	}
	s := look(t, w)
	if want := (switched{Slow: true, Down: true, Uncertified: true}); s.Switches != want || len(s.Faults) != 6 {
		t.Errorf("switches = %+v, faults = %v; want %+v and six", s.Switches, s.Faults, want)
	}
	if s.Faults[0].Kind != wechattest.FaultAnswer || s.Faults[0].Code != -1 || s.Faults[0].Left != 3 {
		t.Errorf("busy = %+v, want three answers of -1", s.Faults[0])
	}
	post(t, w, "/fault", order{Kind: "clear"})
	if s := look(t, w); s.Switches != (switched{}) || len(s.Faults) != 0 {
		t.Errorf("after clear: %+v, %v; want none", s.Switches, s.Faults)
	}
	for _, o := range []order{{Kind: "nonsense"}, {Kind: "busy", Calls: -1}} {
		if status, _ := post(t, w, "/fault", o); status != 409 {
			t.Errorf("fault %+v = %d, want 409", o, status)
		}
	}
}

func TestFilesAreNeverRun(t *testing.T) {
	t.Parallel()
	w := start(t)
	resp, err := http.Post(w.URL()+"/files?who="+alice+"&name=../x.html", "text/html", strings.NewReader("<script>alert(1)</script>"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var f struct{ ID, Name string }
	if err := json.NewDecoder(resp.Body).Decode(&f); err != nil || f.Name != "x.html" {
		t.Fatalf("file = %+v, %v, want x.html", f, err)
	}
	got, err := http.Get(w.URL() + "/files/" + f.ID)
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if kind, how := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); kind != "application/octet-stream" || how != "attachment" {
		t.Errorf("the file comes as %s, %s; want bytes to be saved", kind, how)
	}
}

func TestToldInSlacksWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{slacktest.ErrNoAck, "operation timed out: the app did not answer in time"},
		{slacktest.ErrNotConnected, "dispatch failed: the app is not connected"},
		{fmt.Errorf("%w: %s in %s", slacktest.ErrNotMember, gus, announcements), "not in this channel: U5GUS in C1ANNOUNCE"},
		{slacktest.ErrAckTooLarge, "we had some trouble connecting; try again? (the acknowledgement is 20 KB or more and was dropped)"},
		{errors.New("slacktest: 0 buttons or options answer to \"x\""), "0 buttons or options answer to \"x\""},
	} {
		if got := told(c.err); got != c.want {
			t.Errorf("told(%v) = %q, want %q", c.err, got, c.want)
		}
	}
}
