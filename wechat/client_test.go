package wechat

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// pretend starts a pretended WeChat and a client for it.
func pretend(t testing.TB, change ...func(*Options)) (*wechattest.Server, *Client) {
	t.Helper()
	s, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	return s, client(t, base, change...)
}

func client(t testing.TB, base string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: base}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.closeIdle)
	return c
}

// closeIdle closes the connections that no call uses.
func (c *Client) closeIdle() {
	c.http.CloseIdleConnections()
	for c.pool != nil {
		conn := c.pool.pop()
		if conn == nil {
			return
		}
		conn.Close()
	}
}

// plain serves a good token, and everything else with h.
func plain(t testing.TB, h http.HandlerFunc, change ...func(*Options)) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == apis.StableToken.Path || r.URL.Path == apis.Token.Path {
			io.WriteString(w, `{"access_token":"TOKEN-of-plain","expires_in":7200}`)
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return client(t, s.URL, change...)
}

var notice = SubscribeMsg{ToUser: "oAAAAAAAAAAAAAAAAAAAAAAAAA9Z", TemplateID: "T", Data: map[string]DataValue{"thing1": {Value: "Tea"}}}

// failed is err as an *Error, or the end of the test.
func failed(t testing.TB, call string, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%s = %v (%T), want a *wechat.Error", call, err, err)
	}
	return e
}

// fateOf is a short word for what an error says became of the message.
func fateOf(err error) string {
	var e *Error
	switch {
	case err == nil:
		return "done"
	case !errors.As(err, &e):
		return "?"
	case e.Unclear():
		return "unclear"
	case e.NotSent():
		return "not sent"
	default:
		return "refused " + strconv.Itoa(e.Code)
	}
}

func sameJSON(t *testing.T, call string, got []byte, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s sent %s: %v", call, got, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s sent\n%s\nwant\n%s", call, got, want)
	}
	if strings.Contains(string(got), `\u`) {
		t.Errorf("%s sent an escape: %s", call, got)
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := New(Options{BaseURL: "ftp://user:pass@x", TokenMode: "new", Timeout: -1})
	for _, want := range []string{"AppID", "AppSecret", "BaseURL", "TokenMode", "Timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want it to name %s", err, want)
		}
	}
	if strings.Contains(fmt.Sprint(err), "pass@") {
		t.Errorf("New = %v, want no password in it", err)
	}
	for _, base := range []string{"", "http://127.0.0.1:1", "http://127.0.0.1:1/", "https://proxy.example/wechat/"} {
		if _, err := New(Options{AppID: "a", AppSecret: "b", BaseURL: base}); err != nil {
			t.Errorf("New with BaseURL %q = %v", base, err)
		}
	}
}

func TestBasePathIsKept(t *testing.T) {
	t.Parallel()
	var path atomic.Value
	s := httptest.NewServer(http.StripPrefix("/proxy", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path.Store(r.URL.Path)
		io.WriteString(w, `{"errcode":0,"access_token":"t"}`)
	})))
	t.Cleanup(s.Close)
	c := client(t, s.URL+"/proxy/")
	if err := c.SendSubscribe(t.Context(), notice); err != nil || path.Load() != apis.SubscribeSend.Path {
		t.Errorf("SendSubscribe = %v on %v, want done on %s", err, path.Load(), apis.SubscribeSend.Path)
	}
}

// TestWhatAnAnswerMeans holds the judging of whole, strange and broken answers.
func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	huge := `{"errcode":43101,"errmsg":"` + strings.Repeat("x", maxReply) + `"}`
	long := `{"errcode":43101,"errmsg":"` + strings.Repeat("长", 100_000) + ` rid: 1a-2b-3c"}`
	for _, tc := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"done", 200, `{"errcode":0,"errmsg":"ok"}`, "done"},
		{"errcode as a string", 200, `{"errcode":"0","errmsg":"ok"}`, "done"},
		{"a byte order mark", 200, "\xef\xbb\xbf" + `{"errcode":0}`, "done"},
		{"errmsg as a number", 200, `{"errcode":0,"errmsg":0}`, "done"},
		{"more fields", 200, `{"errcode":0,"errmsg":"ok","msgid":200163836}`, "done"},
		{"201", 201, `{"errcode":0}`, "done"},
		{"refused", 200, `{"errcode":43101,"errmsg":"no"}`, "refused 43101"},
		{"refused with a string", 200, `{"errcode":"43101"}`, "refused 43101"},
		{"errmsg as an object", 200, `{"errcode":43101,"errmsg":{"a":1}}`, "refused 43101"},
		{"a very long errmsg", 200, long, "refused 43101"},
		{"busy", 200, `{"errcode":-1,"errmsg":"system error"}`, "refused -1"},
		{"longer than any answer", 200, huge, "unclear"},
		{"nothing", 200, ``, "unclear"},
		{"blank", 200, " \n", "unclear"},
		{"an empty object", 200, `{}`, "unclear"},
		{"no errcode", 200, `{"errmsg":"ok"}`, "unclear"},
		{"errcode null", 200, `{"errcode":null}`, "unclear"},
		{"errcode no number", 200, `{"errcode":"ok"}`, "unclear"},
		{"errcode a fraction", 200, `{"errcode":0.5}`, "unclear"},
		{"null", 200, `null`, "unclear"},
		{"a list", 200, `[{"errcode":0}]`, "unclear"},
		{"a text", 200, `"ok"`, "unclear"},
		{"a page", 200, `<html><body>Sorry</body></html>`, "unclear"},
		{"a page after the object", 200, `{"errcode":0}<html>`, "unclear"},
		{"cut JSON", 200, `{"errcode":0,"errmsg":"o`, "unclear"},
		{"301", 301, `{"errcode":0}`, "unclear"},
		{"302", 302, ``, "unclear"},
		{"307", 307, ``, "unclear"},
		{"308", 308, ``, "unclear"},
		{"500", 500, `oops`, "unclear"},
		{"500 with JSON", 500, `{"errcode":0,"errmsg":"ok"}`, "unclear"},
		{"502 with a refusal", 502, `{"errcode":-1,"errmsg":"system error"}`, "unclear"},
		{"504", 504, `<html>`, "unclear"},
		{"400", 400, `<html>`, "refused 0"},
		{"404", 404, `not found`, "refused 0"},
		{"403 with JSON", 403, `{"errcode":48001,"errmsg":"api unauthorized"}`, "refused 48001"},
		{"429", 429, ``, "refused 0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var arrived atomic.Int32
			c := plain(t, func(w http.ResponseWriter, r *http.Request) {
				arrived.Add(1)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tc.status)
				io.WriteString(w, tc.body)
			})
			err := c.SendSubscribe(t.Context(), notice)
			if got := fateOf(err); got != tc.want {
				t.Errorf("SendSubscribe answered %d %.60s = %s (%.200v), want %s", tc.status, tc.body, got, err, tc.want)
			}
			if n := arrived.Load(); n != 1 {
				t.Errorf("arrived %d times, want 1", n)
			}
			if tc.want == "done" {
				return
			}
			e := failed(t, "SendSubscribe", err)
			if len(e.Error()) > 10_000 {
				t.Errorf("the error is %d bytes long", len(e.Error()))
			}
			if _, again := e.RetryAfter(); again != (tc.want == "refused -1") {
				t.Errorf("RetryAfter of %s = %v", tc.name, again)
			}
			if e.HTTPStatus != tc.status || e.API != apis.SubscribeSend.Path {
				t.Errorf("error says %d %s, want %d %s", e.HTTPStatus, e.API, tc.status, apis.SubscribeSend.Path)
			}
		})
	}
}

func TestPromisedValuesMissing(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:                                "unclear",
		`{"errcode":0,"errmsg":"ok"}`:       "unclear",
		`{"media_id":"","activity_id":""}`:  "unclear",
		`{"media_id":{},"activity_id":"A"}`: "done",
		`{"media_id":"M","activity_id":"A","created_at":"x","expiration_time":[]}`: "done",
		`{"errcode":0,"media_id":"M","activity_id":"A"}`:                           "done",
	} {
		c := plain(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) })
		_, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}})
		if got := fateOf(err); got != want {
			t.Errorf("UploadNews answered %s = %s (%v), want %s", body, got, err, want)
		}
		_, err = c.CreateActivityID(t.Context(), CreateActivityIDParams{})
		if got := fateOf(err); got != want {
			t.Errorf("CreateActivityID answered %s = %s (%v), want %s", body, got, err, want)
		}
	}
}

// tcp is a server that speaks by hand. It counts the messages that arrive in
// full, and calls speak with each; speak returns false to close the connection.
func tcp(t *testing.T, speak func(conn net.Conn, r *http.Request, body string) bool) (base string, arrived *atomic.Int32) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + ln.Addr().String(), speakOn(t, ln, speak)
}

func speakOn(t *testing.T, ln net.Listener, speak func(conn net.Conn, r *http.Request, body string) bool) (arrived *atomic.Int32) {
	t.Cleanup(func() { ln.Close() })
	arrived = new(atomic.Int32)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				in := bufio.NewReader(conn)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					body, err := io.ReadAll(r.Body)
					if err != nil {
						return
					}
					if r.URL.Path == apis.StableToken.Path {
						io.WriteString(conn, response(`{"access_token":"TOKEN-of-tcp","expires_in":7200}`))
						continue
					}
					arrived.Add(1)
					if !speak(conn, r, string(body)) {
						return
					}
				}
			}()
		}
	}()
	return arrived
}

func response(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// TestCutAtEveryByte breaks the answer off after every one of its bytes.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	full := response(`{"errcode":0,"errmsg":"ok"}`)
	chunked := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n{\"errcode\":0,\"errmsg\":\"ok\"}\r\n0\r\n\r\n"
	untilClose := "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"errcode\":0,\"errmsg\":\"ok\"}"
	for name, answer := range map[string]string{"length": full, "chunked": chunked, "until close": untilClose} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cut atomic.Int32
			base, arrived := tcp(t, func(conn net.Conn, r *http.Request, body string) bool {
				io.WriteString(conn, answer[:cut.Load()])
				return false
			})
			c := client(t, base)
			for n := range len(answer) + 1 {
				cut.Store(int32(n))
				arrived.Store(0)
				got, want := fateOf(c.SendSubscribe(t.Context(), notice)), "unclear"
				if n == len(answer) {
					want = "done"
				}
				if got != want || arrived.Load() != 1 {
					t.Errorf("SendSubscribe cut after %d of %d bytes = %s, arrived %d times; want %s, once", n, len(answer), got, arrived.Load(), want)
				}
			}
		})
	}
}

// TestKeptConnectionDropped: the server takes a message on a connection that it
// has served before, and drops it. Go would resend some calls on its own there.
func TestKeptConnectionDropped(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	var last atomic.Value
	base, arrived := tcp(t, func(conn net.Conn, r *http.Request, body string) bool {
		if old := last.Swap(conn); old != conn {
			conns.Add(1)
		}
		if strings.Contains(body, "drop") {
			return false
		}
		io.WriteString(conn, response(`{"errcode":0,"errmsg":"ok"}`))
		return true
	})
	c := client(t, base)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	drop := notice
	drop.Page = "drop"
	for round := range 20 {
		arrived.Store(0)
		err := c.SendSubscribe(t.Context(), drop)
		if got := fateOf(err); got != "unclear" || arrived.Load() != 1 {
			t.Fatalf("round %d: a dropped message = %s (%v), arrived %d times; want unclear, once", round, got, err, arrived.Load())
		}
		if err := c.SendSubscribe(t.Context(), notice); err != nil { // a kept connection again
			t.Fatal(err)
		}
	}
	if n := conns.Load(); n > 22 {
		t.Errorf("%d connections for 41 messages of which 20 were dropped, want them kept", n)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"errcode":0,"access_token":"t"}`)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c := client(t, s.URL)
	for range 20 {
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
	}
	if n := conns.Load(); n != 1 {
		t.Errorf("20 calls took %d connections, want 1", n)
	}
}

// TestNothingLeft: faults before the first byte of the message.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	plainTCP, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plainTCP.Close() })
	go func() { // no TLS here: every connection is closed at once
		for {
			conn, err := plainTCP.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()

	for name, base := range map[string]string{
		"refused":             "http://" + closed.Addr().String(),
		"TLS handshake fails": "https://" + plainTCP.Addr().String(),
	} {
		c := client(t, base)
		c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().Add(time.Hour), renewAt: c.now().Add(time.Hour)}
		e := failed(t, name, c.SendSubscribe(t.Context(), notice))
		if _, again := e.RetryAfter(); !e.NotSent() || e.Unclear() || !again || e.For != "" {
			t.Errorf("%s: %v: not sent %v, unclear %v, try again %v; want true, false, true", name, e, e.NotSent(), e.Unclear(), again)
		}
		c = client(t, base) // the same, when it is the token that cannot be fetched
		e = failed(t, name, c.SendSubscribe(t.Context(), notice))
		if _, again := e.RetryAfter(); !e.NotSent() || e.Unclear() || !again || e.For != apis.SubscribeSend.Path {
			t.Errorf("%s, no token: %v: not sent %v, unclear %v, try again %v; want true, false, true", name, e, e.NotSent(), e.Unclear(), again)
		}
	}
}

// TestDeadlines: the caller's and our own, before, while and after the message leaves.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	s, c := pretend(t, func(o *Options) { o.Timeout = 100 * time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.SendSubscribe(ctx, notice); fateOf(err) != "not sent" || !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context = %v, want it not sent", err)
	}
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	if err := c.SendSubscribe(ctx, notice); fateOf(err) != "not sent" {
		t.Errorf("with a cancelled context and a token = %v, want it not sent", err)
	}
	before := len(s.ReceivedOn(apis.SubscribeSend.Path))
	s.Slow(time.Hour)
	if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "unclear" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timed out = %v, want unclear and a deadline", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		s.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(apis.SubscribeSend.Path)) == before+2 })
		cancel()
	}()
	if err := c.SendSubscribe(ctx, notice); fateOf(err) != "unclear" {
		t.Errorf("cancelled in flight = %v, want unclear", err)
	}
}

func TestUnreadableBytes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	bad := notice
	bad.Data = map[string]DataValue{"keyword1": {Value: "a\xffb"}}
	if err := c.SendSubscribe(t.Context(), bad); len(FieldErrors(err)) != 1 {
		t.Errorf("SendSubscribe of invalid UTF-8 = %v, want a field error", err)
	}
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d calls were made, want none", n)
	}
	odd := notice
	odd.Data = map[string]DataValue{"keyword1": {Value: "<a&b>\u2028\u2029\ufffd\"\\u2028\t😀\u202eعربي"}}
	if err := c.SendSubscribe(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
	got := s.ReceivedOn(apis.SubscribeSend.Path)[0].Body
	if !strings.Contains(string(got), "<a&b>\u2028\u2029\ufffd\\\"\\\\u2028\\t😀\u202eعربي") {
		t.Errorf("SendSubscribe sent %s, want the characters as they are", got)
	}
}
