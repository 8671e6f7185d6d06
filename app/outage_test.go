package app

import (
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/store/storetest"
)

// cutWire passes bytes on between magpie and PostgreSQL, and can be cut and mended.
type cutWire struct {
	server string
	mu     sync.Mutex
	addr   string
	listen net.Listener
	conns  map[net.Conn]bool
}

func (w *cutWire) mend(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	w.listen, w.addr, w.conns = l, l.Addr().String(), map[net.Conn]bool{}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.pass(c)
		}
	}()
}

func (w *cutWire) pass(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", w.server)
	if err != nil {
		return
	}
	defer s.Close()
	w.mu.Lock()
	w.conns[c], w.conns[s] = true, true
	w.mu.Unlock()
	go func() {
		defer c.Close()
		copyAll(c, s)
	}()
	copyAll(s, c)
}

func copyAll(to, from net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (w *cutWire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen.Close()
	for c := range w.conns {
		c.Close()
	}
}

// PostgreSQL is away for 6 s, and magpie and its job queue say so in a line or two. It is said
// that it is back.
func TestAnOutageIsALineOrTwo(t *testing.T) {
	t.Parallel()
	address := storetest.Postgres(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	wire := &cutWire{server: u.Host, addr: "127.0.0.1:0"}
	wire.mend(t)
	t.Cleanup(wire.cut)
	u.Host = wire.addr
	q := u.Query()
	q.Set("sslmode", "disable")
	u.RawQuery = q.Encode()
	w := newWorld(t, u.String(), nil)
	if err := w.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := len(w.log.String())
	wire.cut()
	<-time.After(6 * time.Second) // what is measured
	wire.mend(t)
	deadline := time.After(time.Minute)
	for !strings.Contains(w.log.String()[before:], "PostgreSQL is back") {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			t.Fatalf("nobody says that PostgreSQL is back:\n%s", w.log.String()[before:])
		}
	}
	said := w.log.String()[before:]
	bad := strings.Count(said, "level=WARN") + strings.Count(said, "level=ERROR")
	if bad < 1 || bad > 2 {
		t.Errorf("an outage of 6 s: got %d lines of WARN or ERROR, want 1 or 2:\n%s", bad, said)
	}
}
