package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/wechat/wechattest"
)

// printed collects everything that a run prints.
type printed struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

// TestNothingSecretIsPrinted fails in every way there is, prints all that a
// program might print of it, and searches that.
func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	const secret, person = "s3cr3t/with+odd=chars&more", "oPERSONPERSONPERSONPERSON19Z"
	msg := notice
	msg.ToUser = person
	var out printed
	show := func(what string, v any) {
		fmt.Fprintf(&out, "%s: %v | %+v | %#v | %s | %q\n", what, v, v, v, v, v)
		slog.New(slog.NewJSONHandler(&out, nil)).Error(what, "it", v)
		slog.New(slog.NewTextHandler(&out, nil)).Error(what, "it", v)
		if err, ok := v.(interface{ Unwrap() error }); ok && err.Unwrap() != nil {
			fmt.Fprintf(&out, "%v %+v\n", err.Unwrap(), err.Unwrap())
		}
		var e *Error
		if err, ok := v.(error); ok {
			e, _ = err.(*Error)
		}
		if e != nil {
			b, _ := json.Marshal(e)
			fmt.Fprintln(&out, string(b), e.Advice("en"), e.Advice("zh"), e.Meaning("en"))
		}
	}
	logs := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var values sync.Map // every token that was ever handed out

	for _, mode := range []string{"stable", "classic"} {
		opts := Options{AppID: "wx1", AppSecret: secret, TokenMode: mode, Log: logs, Timeout: 200 * time.Millisecond}
		s, base, stop := wechattest.Start(wechattest.Options{AppID: "wx1", AppSecret: secret})
		opts.BaseURL = base
		c, err := New(opts)
		if err != nil {
			t.Fatal(err)
		}
		show("options", opts)
		show("client", c)
		send := func(what string) {
			if err := c.SendSubscribe(t.Context(), msg); err != nil {
				show(what, err)
			}
			values.Store(c.tokens.cur.value, true)
		}
		send("fine")
		for what, order := range map[string]func(){
			"busy":        func() { s.Busy(1) },
			"drop before": func() { s.DropBefore(1) },
			"drop after":  func() { s.DropAfter(1) },
			"garbage":     func() { s.Garbage(1) },
			"cut":         func() { s.CutBody(1) },
			"502":         func() { s.HTTPError(1, 502) },
			"404":         func() { s.HTTPError(1, 404) },
			"301":         func() { s.HTTPError(1, 301) },
			"refused":     func() { s.Answer("", 43101, 1) },
			"expired":     func() { s.ExpireTokens() },
			"invalid":     func() { s.InvalidateTokens() },
			"no token":    func() { s.ExpireTokens(); s.Answer(c.tokens.src.api().Path, 40125, 1) },
			"token cut": func() {
				s.ExpireTokens()
				s.Fail(wechattest.Fault{Kind: wechattest.FaultCutBody, Path: c.tokens.src.api().Path, Left: 1})
			},
			"slow": func() { s.Slow(time.Hour) },
		} {
			order()
			send(what)
			s.Slow(0)
		}
		stop()
		send("gone")
		c.tokens.mu.Lock()
		c.tokens.cur.until = time.Time{}
		c.tokens.mu.Unlock()
		send("gone without a token")
		c.closeIdle()

		// A server, or a proxy before it, that throws back what it was sent.
		for _, how := range []func(w http.ResponseWriter, echo string){
			func(w http.ResponseWriter, echo string) { io.WriteString(w, "<html>"+echo) },
			func(w http.ResponseWriter, echo string) { w.WriteHeader(400); io.WriteString(w, echo) },
			func(w http.ResponseWriter, echo string) {
				w.Header().Set("Location", "http://x/%zz?"+echo)
				w.WriteHeader(302)
			},
			func(w http.ResponseWriter, echo string) {
				json.NewEncoder(w).Encode(map[string]any{"errcode": 40001, "errmsg": echo})
			},
			func(w http.ResponseWriter, echo string) {
				json.NewEncoder(w).Encode(map[string]any{"errcode": echo, "errmsg": echo})
			},
		} {
			mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.URL.Query().Get("access_token") == "" && r.Header.Get("X-Round") == "" && strings.Contains(string(body)+r.URL.RawQuery, "client_credential") {
					io.WriteString(w, `{"access_token":"MIRROR+TOKEN/0123456789=","expires_in":7200}`)
					return
				}
				how(w, r.URL.String()+" "+r.URL.Query().Get("access_token")+" "+string(body))
			}))
			values.Store("MIRROR+TOKEN/0123456789=", true)
			values.Store("MIRROR%2BTOKEN%2F0123456789%3D", true)
			opts.BaseURL = mirror.URL
			if c, err = New(opts); err != nil {
				t.Fatal(err)
			}
			if err := c.SendSubscribe(t.Context(), msg); err != nil {
				show("mirror", err)
			}
			values.Store(c.tokens.cur.value, true)
			// The token call itself thrown back.
			all := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				how(w, r.URL.String()+" "+string(body))
			}))
			opts.BaseURL = all.URL
			if c, err = New(opts); err != nil {
				t.Fatal(err)
			}
			if err := c.SendSubscribe(t.Context(), msg); err != nil {
				show("mirrored token call", err)
			}
			mirror.Close()
			all.Close()
		}
	}

	got := out.b.String()
	if n := strings.Count(got, "\n"); n < 100 {
		t.Errorf("only %d lines were printed, the run did not fail as it should", n)
	}
	leaks := []string{secret, "s3cr3t", "s3cr3t%2Fwith%2Bodd%3Dchars%26more"}
	values.Range(func(v, _ any) bool { leaks = append(leaks, v.(string)); return true })
	if len(leaks) < 6 {
		t.Errorf("only %d values to search for", len(leaks))
	}
	for _, leak := range leaks {
		if leak == "" {
			continue
		}
		if i := strings.Index(got, leak); i >= 0 {
			t.Errorf("%s was printed: …%s…", ShortID(leak), got[max(0, i-200):min(len(got), i+80)])
		}
	}
	if i := strings.Index(got, person); i >= 0 {
		t.Errorf("a whole openid was printed: …%s…", got[max(0, i-200):min(len(got), i+80)])
	}
	if !strings.Contains(got, ShortID(person)) {
		t.Errorf("no log line has the short openid %s", ShortID(person))
	}
}

func TestRedactByName(t *testing.T) {
	t.Parallel()
	r := newRedactor("0123456789")
	for in, want := range map[string]string{
		`Get "https://h/p?access_token=abc&x=1": EOF`: `Get "https://h/p?access_token=…&x=1": EOF`,
		`?grant=a&secret=xyz`:                         `?grant=a&secret=…`,
		`{"access_token":"abc","expires_in":7200}`:    `{"access_token":"…","expires_in":7200}`,
		`{\"secret\": \"abc\"}`:                       `{\"secret\": \"…\"}`,
		`access_token%3Dabc`:                          `access_token%3D…`,
		`access_token expired`:                        `access_token expired`,
		`proxy http://me:pass@proxy:3128 failed`:      `proxy http://…@proxy:3128 failed`,
		`x0123456789y`:                                `x…y`,
	} {
		if got := r.text(in); got != want {
			t.Errorf("redact %s = %s, want %s", in, got, want)
		}
	}
}

func TestShortID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "o": "o…", "OPENID": "O…", "oAB4567X9Z": "oAB…9Z", "oABCDEFGHIJKLMNOPQRSTUVWXY9Z": "oAB…9Z", "你好世界你好世界": "你好世…世界",
	} {
		if got := ShortID(in); got != want {
			t.Errorf("ShortID(%q) = %q, want %q", in, got, want)
		}
	}
}
