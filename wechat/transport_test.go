package wechat

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// TestOverTLS: below TLS, too, it is known whether the message has left.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	var drop atomic.Bool
	var arrived atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		arrived.Add(1)
		if drop.Load() {
			panic(http.ErrAbortHandler)
		}
		if r.ProtoMajor != 1 {
			t.Errorf("arrived as %s, want HTTP/1.1", r.Proto)
		}
		io.WriteString(w, `{"errcode":0,"access_token":"TOKEN-of-tls","expires_in":7200}`)
	}))
	t.Cleanup(s.Close)
	c := client(t, s.URL)
	if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "not sent" || arrived.Load() != 0 {
		t.Errorf("to a server with an unknown certificate = %v, want it not sent", err)
	}
	c.pool.tls.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	drop.Store(true)
	arrived.Store(0)
	if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "unclear" || arrived.Load() != 1 {
		t.Errorf("dropped = %v, arrived %d times; want unclear, once", err, arrived.Load())
	}
}

// TestThroughProxy: a proxy that cannot reach WeChat over TLS never had the
// message; one that carries plain HTTP and says 502 may have passed it on.
func TestThroughProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(502)
	}))
	t.Cleanup(proxy.Close)
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	for base, want := range map[string]string{"https://wechat.test": "not sent", "http://wechat.test": "unclear"} {
		c := client(t, base)
		transport := c.http.Transport.(*http.Transport)
		if transport.Proxy == nil {
			t.Error("the built-in transport ignores the environment's proxy")
		}
		transport.Proxy = http.ProxyURL(at)
		c.pool = newPool(&c.root, transport.Proxy) // none: net/http knows proxies
		c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().AddDate(1, 0, 0), renewAt: c.now().AddDate(1, 0, 0)}
		asked.Store(0)
		if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != want || asked.Load() != 1 {
			t.Errorf("to %s through a failing proxy = %v, %d calls; want %s after 1", base, err, asked.Load(), want)
		}
	}
}

// TestForeignTransport: without our counting, whatever got a connection counts as sent.
func TestForeignTransport(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	s, c := pretend(t, func(o *Options) { o.HTTP = &http.Client{Transport: &http.Transport{}} })
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	s.DropAfter(1)
	if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "unclear" {
		t.Errorf("dropped = %v, want unclear", err)
	}
	c = client(t, "http://"+ln.Addr().String(), func(o *Options) { o.HTTP = &http.Client{Transport: &http.Transport{}} })
	if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "not sent" {
		t.Errorf("refused = %v, want not sent", err)
	}
}

const throughVar = "MAGPIE_TEST_THROUGH_PROXY"

// TestProxyOfEnvironment: the environment's proxy carries the calls, save to whom it
// exempts. Go reads it once a process, so each case has one of its own.
func TestProxyOfEnvironment(t *testing.T) {
	t.Parallel()
	if os.Getenv(throughVar) != "" { // the other process
		c := client(t, "http://wechat.test")
		c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().AddDate(1, 0, 0), renewAt: c.now().AddDate(1, 0, 0)}
		fmt.Println("fate:", fateOf(c.SendSubscribe(t.Context(), notice)))
		return
	}
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Host)
		io.WriteString(w, allWell)
	}))
	t.Cleanup(proxy.Close)
	for exempt, want := range map[string][2]string{"": {"done", "wechat.test"}, "wechat.test": {"not sent", ""}} {
		asked.Store("")
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyOfEnvironment$")
		cmd.Env = append(os.Environ(), throughVar+"=1", "HTTP_PROXY="+proxy.URL, "http_proxy=", "NO_PROXY="+exempt, "no_proxy=")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "fate: "+want[0]+"\n") || asked.Load() != want[1] {
			t.Errorf("NO_PROXY=%s: %v, the proxy was asked for %q; want %v\n%s", exempt, err, asked.Load(), want, out)
		}
	}
}
