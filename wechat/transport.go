package wechat

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const (
	handshakeTimeout = 5 * time.Second
	maxIdle          = 64
	// Short, so that it is we who close an idle connection: a server that
	// closes it while a message is being written leaves that one unclear.
	idleTimeout = 20 * time.Second
)

// newTransport carries files, and every call that the pool does not. HTTP/1.1 alone, because there it is
// known to the byte what has left, while HTTP/2 resends refused streams itself.
func newTransport() *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		Protocols:           &protocols,
		DialContext:         dialCounted,
		DisableCompression:  true, // answers are short, and WeChat sends them as they are
		TLSHandshakeTimeout: handshakeTimeout,
		MaxIdleConns:        2 * maxIdle,
		MaxIdleConnsPerHost: maxIdle,
		IdleConnTimeout:     idleTimeout,
	}
}

func dialCounted(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	conn, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn}, nil
}

// trip follows one call through the transport and knows whether a byte of it
// has left. The transport may take several connections for one call, because a
// kept one can turn out to be dead; what left on any of them has left.
// Its hooks run in the caller's goroutine, one after the other.
type trip struct {
	conn   *countedConn
	before int64
	left   bool
}

func (t *trip) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{GotConn: t.gotConn}
}

func (t *trip) gotConn(info httptrace.GotConnInfo) {
	t.settle()
	conn := counted(info.Conn)
	if conn == nil {
		t.left = true // somebody else's transport: assume the worst
		return
	}
	t.conn, t.before = conn, conn.written.Load()
}

// sent may be asked once the transport has given up: by then its writer has ended.
func (t *trip) sent() bool {
	t.settle()
	return t.left
}

func (t *trip) settle() {
	if t.conn != nil && t.conn.written.Load() != t.before {
		t.left = true
	}
	t.conn = nil
}

// countedConn counts the bytes that the kernel took.
type countedConn struct {
	net.Conn
	written atomic.Int64
}

func (c *countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if n > 0 {
		c.written.Add(int64(n))
	}
	return n, err
}

// counted finds our connection below the TLS ones.
func counted(conn net.Conn) *countedConn {
	for conn != nil {
		if c, ok := conn.(*countedConn); ok {
			return c
		}
		below, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		conn = below.NetConn()
	}
	return nil
}
