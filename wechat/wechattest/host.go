package wechattest

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// host serves a Server on loopback and can take it off the net for a while.
type host struct {
	handler http.Handler
	addr    string

	mu     sync.Mutex
	server *http.Server // nil while down
	ended  chan struct{}
	closed bool
}

// Start serves a pretended account on a free loopback port. It returns the
// address to use as base URL, and the function that ends it.
func Start(opts Options) (*Server, string, func()) {
	s := New(opts)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("wechattest: no loopback port: %v", err))
	}
	s.host = &host{handler: s, addr: ln.Addr().String()}
	s.host.serve(ln)
	return s, "http://" + s.host.addr, s.host.close
}

func (h *host) serve(ln net.Listener) {
	server := &http.Server{Handler: h.handler, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	h.server, h.ended = server, ended
	go func() {
		defer close(ended)
		server.Serve(ln)
	}()
}

func (h *host) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.stop()
}

func (h *host) stop() {
	if h.server != nil {
		h.server.Close()
		<-h.ended
		h.server = nil
	}
}

func (h *host) setDown(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed || down == (h.server == nil):
	case down:
		h.stop()
	default:
		var err error
		for range 100 {
			var ln net.Listener
			if ln, err = net.Listen("tcp", h.addr); err == nil {
				h.serve(ln)
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		panic(fmt.Sprintf("wechattest: cannot come back up: %v", err))
	}
}
