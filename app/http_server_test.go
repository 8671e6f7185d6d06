package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// newTestServer serves /healthz and reads what is posted, over a real socket.
func newTestServer(t *testing.T, change func(*http.Server)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "not read", http.StatusBadRequest)
		}
	})
	server := newServer(mux)
	if change != nil {
		change(server)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	return listener.Addr().String()
}

func dial(t *testing.T, addr, says string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, says); err != nil {
		t.Fatal(err)
	}
	return c
}

// ends waits for the server to close a connection and returns what it said before.
func ends(t *testing.T, c net.Conn) string {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(c)
	if err, ok := err.(net.Error); ok && err.Timeout() {
		t.Fatalf("the connection stays open; it said %q", said)
	}
	return string(said)
}

const slowPost = "POST / HTTP/1.1\r\nHost: magpie\r\nContent-Length: 1000\r\n\r\nab"

// Hundreds who hold connections, with half a body or with nothing, do not keep others
// from being answered.
func TestManySlowConnectionsLeaveRoom(t *testing.T) {
	t.Parallel()
	addr := newTestServer(t, nil)
	var held []net.Conn
	for i := range 300 {
		held = append(held, dial(t, addr, []string{slowPost, "", "GET /healthz HTTP/1.1\r\nHost: magpie\r\n\r\n"}[i%3]))
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 3 {
		resp, err := client.Get("http://" + addr + "/healthz")
		if err != nil {
			t.Fatalf("GET /healthz beside 300 connections: %v", err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("GET /healthz: got %s", resp.Status)
		}
	}
	// The first that did nothing had to make room.
	if said := ends(t, held[1]); said != "" {
		t.Errorf("an idle connection that was closed: got %q", said)
	}
}

// What is slow or idle is ended by the clock.
func TestSlowAndIdleConnectionsEnd(t *testing.T) {
	t.Parallel()
	addr := newTestServer(t, func(s *http.Server) {
		if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 {
			t.Errorf("a time-out is missing: %+v", s)
		}
		s.ReadHeaderTimeout, s.ReadTimeout, s.IdleTimeout = 300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond
	})
	for name, says := range map[string]string{"half a body": slowPost, "half a header": "GET /healthz HT", "nothing": ""} {
		if said := ends(t, dial(t, addr, says)); strings.Contains(said, "200 OK") {
			t.Errorf("%s: got %q", name, said)
		}
	}
	idle := dial(t, addr, "GET /healthz HTTP/1.1\r\nHost: magpie\r\n\r\n")
	if said := ends(t, idle); !strings.Contains(said, "200 OK") {
		t.Errorf("idle after its answer: got %q", said)
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	addr := newTestServer(t, nil)
	for name, says := range map[string]string{
		"body":   fmt.Sprintf("POST / HTTP/1.1\r\nHost: magpie\r\nContent-Length: %d\r\n\r\n%s", maxBody+1, strings.Repeat("x", maxBody+1)),
		"header": "GET /healthz HTTP/1.1\r\nHost: magpie\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
	} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		go io.WriteString(c, says) // the server may hang up before it has all
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		resp.Body.Close()
		if resp.StatusCode < 400 {
			t.Errorf("%s: got %s", name, resp.Status)
		}
	}
}
