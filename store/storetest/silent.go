package storetest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Silent stands between a magpie and its PostgreSQL. Swallow makes every connection that
// is open swallow what is sent on it, without a word: none is closed, and the kernel goes
// on taking packets. Connections that are opened later work.
type Silent struct {
	URL string // the database, by way of it

	mu    sync.Mutex
	lines []*line
}

type line struct {
	mu     sync.Mutex
	silent bool
}

// NewSilent stands before the database at address until the test ends.
func NewSilent(t testing.TB, address string) *Silent {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u.Host = listener.Addr().String()
	s := &Silent{URL: u.String()}
	var open sync.WaitGroup
	ended := make(chan struct{})
	t.Cleanup(func() {
		close(ended)
		listener.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { s.carry(client, server, ended) })
		}
	})
	return s
}

// Swallow silences all connections that are open, and counts them.
func (s *Silent) Swallow() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		l.mu.Lock()
		l.silent = true
		l.mu.Unlock()
	}
	return len(s.lines)
}

func (s *Silent) carry(client net.Conn, server string, ended <-chan struct{}) {
	defer client.Close()
	backend, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer backend.Close()
	l := &line{}
	s.mu.Lock()
	s.lines = append(s.lines, l)
	s.mu.Unlock()
	over := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{client, backend}, {backend, client}} {
		go func() {
			_, _ = io.Copy(deaf{l, way[1]}, way[0])
			if !l.isSilent() {
				way[1].Close() // one side has ended
			}
			over <- struct{}{}
		}()
	}
	for range 2 {
		select {
		case <-over:
		case <-ended:
			return
		}
	}
}

func (l *line) isSilent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent
}

// deaf passes on what is written unless its line is silent.
type deaf struct {
	line *line
	to   io.Writer
}

func (d deaf) Write(p []byte) (int, error) {
	if d.line.isSilent() {
		return len(p), nil
	}
	return d.to.Write(p)
}
