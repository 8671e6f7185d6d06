package wechat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// spoken runs a test against a server that speaks by hand, without TLS and with it.
func spoken(t *testing.T, speak func(conn net.Conn, r *http.Request, body string) bool, test func(t *testing.T, c *Client, arrived *atomic.Int32)) {
	t.Run("plain", func(t *testing.T) {
		t.Parallel()
		base, arrived := tcp(t, speak)
		test(t, client(t, base), arrived)
	})
	t.Run("TLS", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewTLSServer(nil) // for its certificate
		s.Close()
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		arrived := speakOn(t, tls.NewListener(ln, &tls.Config{Certificates: s.TLS.Certificates}), speak)
		c := client(t, "https://"+ln.Addr().String())
		c.pool.tls.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		test(t, c, arrived)
	})
}

var allIsWell = response(allWell)

// TestClosedWhileIdle: a server that closes a kept connection, without having said
// that it would, leaves no message unclear.
func TestClosedWhileIdle(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(http.Handler) *httptest.Server{"plain": httptest.NewServer, "TLS": httptest.NewTLSServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, `{"errcode":0,"access_token":"t"}`)
			}))
			t.Cleanup(s.Close)
			c := client(t, s.URL)
			if c.pool.tls != nil {
				c.pool.tls.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			}
			for round := range 20 {
				if err := c.SendSubscribe(t.Context(), notice); err != nil {
					t.Fatalf("round %d: %v", round, err)
				}
				s.CloseClientConnections()
			}
		})
	}
}

// TestAnswerNobodyAskedFor: what a server sends beyond its answer is not taken for
// the answer to the next message.
func TestAnswerNobodyAskedFor(t *testing.T) {
	t.Parallel()
	spoken(t, func(conn net.Conn, r *http.Request, body string) bool {
		more := response(`{"errcode":43101,"errmsg":"not yours"}`)
		if strings.Contains(body, "later") {
			io.WriteString(conn, allIsWell)
			io.WriteString(conn, more)
			return true
		}
		io.WriteString(conn, allIsWell+more)
		return true
	}, func(t *testing.T, c *Client, arrived *atomic.Int32) {
		for round := range 40 {
			msg := notice
			if round%2 == 0 {
				msg.Page = "later"
			}
			if err := c.SendSubscribe(t.Context(), msg); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			if round%2 == 0 {
				time.Sleep(60 * time.Millisecond) // for what comes later
			}
		}
		if n := arrived.Load(); n != 40 {
			t.Errorf("%d messages arrived, want 40", n)
		}
	})
}

// TestInterimAnswers: a 1xx is not the answer.
func TestInterimAnswers(t *testing.T) {
	t.Parallel()
	spoken(t, func(conn net.Conn, r *http.Request, body string) bool {
		io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
		if strings.Contains(body, "drop") {
			return false
		}
		io.WriteString(conn, allIsWell)
		return true
	}, func(t *testing.T, c *Client, arrived *atomic.Int32) {
		drop := notice
		drop.Page = "drop"
		for range 3 {
			if err := c.SendSubscribe(t.Context(), notice); err != nil {
				t.Error(err)
			}
			if err := c.SendSubscribe(t.Context(), drop); fateOf(err) != "unclear" {
				t.Errorf("dropped after a 1xx = %v, want unclear", err)
			}
		}
		if n := arrived.Load(); n != 6 {
			t.Errorf("%d messages arrived, want 6", n)
		}
	})
}

// breaking is a connection of which the kernel takes so many bytes more, and then breaks.
type breaking struct {
	*net.TCPConn
	left  *atomic.Int64 // below 0: without end
	wrote *atomic.Int64
}

func (b breaking) Write(p []byte) (n int, err error) {
	left := b.left.Load()
	if left < 0 || left >= int64(len(p)) {
		n, err = b.TCPConn.Write(p)
	} else {
		if left > 0 {
			n, _ = b.TCPConn.Write(p[:left])
		}
		err = syscall.EPIPE
	}
	b.wrote.Add(int64(n))
	b.left.CompareAndSwap(left, max(left-int64(n), -1))
	return n, err
}

// TestBreaksAtEveryByte breaks the connection after every byte of the message. A
// kept one that takes none is replaced by another; once a byte has left, the
// message goes nowhere else.
func TestBreaksAtEveryByte(t *testing.T) {
	t.Parallel()
	spoken(t, func(conn net.Conn, r *http.Request, body string) bool {
		io.WriteString(conn, allIsWell)
		return true
	}, func(t *testing.T, c *Client, arrived *atomic.Int32) {
		var dialled atomic.Int32
		left, wrote := new(atomic.Int64), new(atomic.Int64)
		left.Store(-1)
		c.pool.connect = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dialled.Add(1)
			conn, err := dialCounted(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			below := conn.(*countedConn).Conn.(*net.TCPConn)
			if left.Load() == 0 {
				left.Store(-1) // the one that replaces it is whole
			}
			return &countedConn{Conn: breaking{below, left, wrote}}, nil
		}
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		wrote.Store(0)
		if err := c.SendSubscribe(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		whole := wrote.Load()
		for n := range whole {
			if err := c.SendSubscribe(t.Context(), notice); err != nil { // a kept connection
				t.Fatal(err)
			}
			arrived.Store(0)
			dialled.Store(0)
			left.Store(n)
			err := c.SendSubscribe(t.Context(), notice)
			left.Store(-1)
			want, dials := "unclear", int32(0)
			if n == 0 {
				want, dials = "done", 1
			}
			if got := fateOf(err); got != want || dialled.Load() != dials || n > 0 && arrived.Load() != 0 {
				t.Errorf("broken after %d of %d bytes = %s (%v), %d new connections, arrived %d times; want %s, %d", n, whole, got, err, dialled.Load(), arrived.Load(), want, dials)
			}
		}
	})
}

// TestNewConnectionBreaks: a new connection that takes nothing is not tried again.
func TestNewConnectionBreaks(t *testing.T) {
	t.Parallel()
	c := plain(t, write(allWell))
	c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().Add(time.Hour), renewAt: c.now().Add(time.Hour)}
	for n, want := range map[int64]string{0: "not sent", 1: "unclear"} {
		var dialled atomic.Int32
		c.pool.connect = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dialled.Add(1)
			conn, err := dialCounted(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			left := new(atomic.Int64)
			left.Store(n)
			return &countedConn{Conn: breaking{conn.(*countedConn).Conn.(*net.TCPConn), left, new(atomic.Int64)}}, nil
		}
		if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != want || dialled.Load() != 1 {
			t.Errorf("a new connection that takes %d bytes = %v, dialled %d times; want %s, once", n, err, dialled.Load(), want)
		}
	}
}

// TestServerStopsReading: the server closes after every byte of the message.
func TestServerStopsReading(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	var accepted, take atomic.Int32
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			io.CopyN(io.Discard, conn, int64(take.Load()))
			conn.Close()
		}
	}()
	c := client(t, "http://"+ln.Addr().String())
	c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().Add(time.Hour), renewAt: c.now().Add(time.Hour)}
	for n := range int32(250) {
		take.Store(n + 1)
		accepted.Store(0)
		if err := c.SendSubscribe(t.Context(), notice); fateOf(err) != "unclear" || accepted.Load() != 1 {
			t.Errorf("closed after %d bytes = %v over %d connections, want unclear over 1", n+1, err, accepted.Load())
		}
	}
}

// TestCancelledWhileConnecting: whoever gives up does not wait for a connection.
func TestCancelledWhileConnecting(t *testing.T) {
	t.Parallel()
	c := plain(t, write(allWell))
	c.tokens.cur = token{value: "TOKEN-in-hand", until: c.now().Add(time.Hour), renewAt: c.now().Add(time.Hour)}
	ctx, cancel := context.WithCancel(t.Context())
	c.pool.connect = func(ctx context.Context, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if err := c.SendSubscribe(ctx, notice); fateOf(err) != "not sent" || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while connecting = %v, want it not sent", err)
	}
}

// TestEachHasItsOwnAnswer: many callers at once, a server that closes, adds and
// tarries at random, callers that give up: nobody is told another's answer, and
// nothing arrives twice.
func TestEachHasItsOwnAnswer(t *testing.T) {
	t.Parallel()
	var seen sync.Map
	spoken(t, func(conn net.Conn, r *http.Request, body string) bool {
		_, page, _ := strings.Cut(body, `"page":"`)
		page, _, _ = strings.Cut(page, `"`)
		if _, twice := seen.LoadOrStore(page, true); twice {
			t.Errorf("%s arrived twice", page)
		}
		mine := response(fmt.Sprintf(`{"errcode":43101,"errmsg":"for %s"}`, page))
		switch rand.IntN(8) {
		case 0:
			return false
		case 1:
			io.WriteString(conn, mine)
			return false
		case 2:
			io.WriteString(conn, mine+mine)
			return true
		case 3:
			time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
		case 4:
			io.WriteString(conn, mine[:rand.IntN(len(mine))])
			return false
		}
		io.WriteString(conn, mine)
		return true
	}, func(t *testing.T, c *Client, arrived *atomic.Int32) {
		var callers sync.WaitGroup
		for caller := range 16 {
			callers.Go(func() {
				for i := range 25 {
					msg := notice
					msg.Page = fmt.Sprintf("%s/%d/%d", strings.ReplaceAll(t.Name(), "/", "-"), caller, i)
					ctx, cancel := context.WithCancel(t.Context())
					if rand.IntN(4) == 0 {
						time.AfterFunc(time.Duration(rand.IntN(2000))*time.Microsecond, cancel)
					}
					err := c.SendSubscribe(ctx, msg)
					cancel()
					var e *Error
					if !errors.As(err, &e) || e.Code != 0 && e.Msg != "for "+msg.Page || e.Code == 0 && !e.Unclear() && !e.NotSent() {
						t.Errorf("%s was told %v", msg.Page, err)
					} else if _, there := seen.Load(msg.Page); there && e.NotSent() {
						t.Errorf("%s arrived and was not sent: %v", msg.Page, err)
					}
				}
			})
		}
		callers.Wait()
	})
}

// TestIdleConnectionsAreClosed: by us, and before they are old enough for a server to do so.
func TestIdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(write(`{"errcode":0,"access_token":"t"}`))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c := client(t, s.URL)
	for round := range int32(3) {
		if err := c.SendSubscribe(t.Context(), notice); err != nil || conns.Load() != round+1 {
			t.Errorf("round %d: %v over %d connections", round, err, conns.Load())
		}
		c.pool.idle[0].since = time.Now().Add(-idleTimeout)
	}
	c.pool.closeOld()
	if len(c.pool.idle) != 0 || c.pool.sweep != nil {
		t.Errorf("%d idle connections are left", len(c.pool.idle))
	}
}

// TestAFreshConnection: one that was kept through a sleep of the machine is old, though the
// monotonic clock stood still.
func TestAFreshConnection(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := &conn{since: now}
	if !c.isFresh(now.Add(time.Second)) || c.isFresh(now.Add(idleTimeout)) || c.isFresh(stepped(now, 600)) {
		t.Errorf("a second later %v, long after %v, after a sleep %v; want it fresh, old, old",
			c.isFresh(now.Add(time.Second)), c.isFresh(now.Add(idleTimeout)), c.isFresh(stepped(now, 600)))
	}
}

// TestABadHeadIsNotQuoted: what came with a head that cannot be read may be a token.
func TestABadHeadIsNotQuoted(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("s3cret", 30)
	for _, head := range []string{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"} {
		spoken(t, func(conn net.Conn, r *http.Request, body string) bool {
			io.WriteString(conn, head+`{"access_token":"`+secret+`","expires_in":7200}`)
			return false
		}, func(t *testing.T, c *Client, arrived *atomic.Int32) {
			err := c.SendSubscribe(t.Context(), notice)
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q: got %v, want an error without what came", head, err)
			}
		})
	}
}

// TestTheEndOfTheContextIsSeen: whoever is told that a call ran out of time finds their
// context over.
func TestTheEndOfTheContextIsSeen(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	}))
	t.Cleanup(s.Close)
	c := client(t, s.URL)
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := c.SendSubscribe(ctx, notice); err == nil || ctx.Err() == nil {
			t.Errorf("got %v while the context is %v", err, ctx.Err())
		}
		cancel()
	}
}
