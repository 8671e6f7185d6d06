package app

import (
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxConns is how many connections are held at once. Machines give a process 1,024
	// open files where nobody has asked for more, and the rest is for Slack, WeChat and
	// the database.
	maxConns = 256
	// maxBody is more than the largest push of WeChat's.
	maxBody = 2 << 20
)

// newServer serves a handler to anybody, within limits: nobody who is slow, or holds
// many connections, keeps the others from being answered.
func newServer(handler http.Handler) *http.Server {
	conns := &connLimit{most: maxConns, open: map[net.Conn]conn{}}
	return &http.Server{
		Handler:           http.MaxBytesHandler(handler, maxBody),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
		ConnState:         conns.changed,
	}
}

// connLimit closes a connection for each one that is too many: the one that has idled
// longest, or else the one whose request has taken longest.
type connLimit struct {
	most int

	mu   sync.Mutex
	open map[net.Conn]conn
}

type conn struct {
	busy  bool // a request has begun
	since time.Time
}

// changed follows one connection; http.Server calls it.
func (l *connLimit) changed(c net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch state {
	case http.StateClosed, http.StateHijacked:
		delete(l.open, c)
		return
	case http.StateNew:
		if len(l.open) >= l.most {
			l.closeOne()
		}
	}
	l.open[c] = conn{busy: state == http.StateActive, since: time.Now()}
}

func (l *connLimit) closeOne() {
	var worst net.Conn
	for c, is := range l.open {
		was := l.open[worst]
		if worst == nil || was.busy && !is.busy || was.busy == is.busy && is.since.Before(was.since) {
			worst = c
		}
	}
	delete(l.open, worst)
	worst.Close()
}
