package wechat

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// maxHead bounds what an answer may bring before its body.
const maxHead = 16 << 10

// dialer makes connections to one host.
type dialer struct {
	connect func(ctx context.Context, network, addr string) (net.Conn, error)
	addr    string
	tls     *tls.Config // nil without TLS
}

func newDialer(root *url.URL) dialer {
	host, port := root.Hostname(), root.Port()
	d := dialer{connect: dialCounted, addr: net.JoinHostPort(host, cmp.Or(port, "80"))}
	if root.Scheme == "https" {
		d.addr, d.tls = net.JoinHostPort(host, cmp.Or(port, "443")), &tls.Config{ServerName: host}
	}
	return d
}

// dial connects, and shakes hands where there is TLS: both are over before the
// first byte of a message leaves.
func (d dialer) dial(ctx context.Context) (*conn, error) {
	counted, err := d.connect(ctx, "tcp", d.addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: counted, counted: counted.(*countedConn)}
	if s, ok := c.counted.Conn.(syscall.Conn); ok {
		if c.below, err = s.SyscallConn(); err != nil {
			counted.Close()
			return nil, err
		}
	}
	if d.tls != nil {
		c.secure = tls.Client(counted, d.tls)
		c.Conn = c.secure
		ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
		defer cancel()
		if err := c.secure.HandshakeContext(ctx); err != nil {
			counted.Close()
			return nil, err
		}
	}
	c.look = c.lookBelow
	c.in = bufio.NewReaderSize(c.Conn, maxHead)
	return c, nil
}

// conn is a connection that carries one call at a time.
type conn struct {
	net.Conn
	counted *countedConn
	secure  *tls.Conn // nil without TLS
	below   syscall.RawConn
	look    func(fd uintptr) bool
	open    bool      // what look saw
	since   time.Time // when it was last used, if ever

	out    []byte
	in     *bufio.Reader
	answer fasthttp.Response
}

var longAgo = time.Unix(1, 0)

// quiet gives a kept connection its deadline, and reports whether it is open and
// nothing has come since its last answer, which would be read as the next one.
func (c *conn) quiet(deadline time.Time) bool {
	if c.secure != nil { // TLS may have read on
		c.secure.SetReadDeadline(longAgo)
		var b [1]byte
		if _, err := c.secure.Read(b[:]); !errors.Is(err, os.ErrDeadlineExceeded) {
			return false
		}
	}
	c.open = false
	return c.SetDeadline(deadline) == nil && c.below.Read(c.look) == nil && c.open
}

// watch breaks a call off when ctx ends; what it returns ends the watching, and
// reports whether nothing was broken off.
func (c *conn) watch(ctx context.Context) (stop func() bool) {
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() { c.SetDeadline(longAgo) })
}

// isFresh reports whether a kept connection was used lately, by the wall clock too: in a
// machine that slept the other side may have given it up unheard.
func (c *conn) isFresh(now time.Time) bool { return before(now, c.since.Add(idleTimeout)) }

// write sends a message in one piece, and reports whether a byte of it has left.
func (c *conn) write(m message, host, path string) (left bool, err error) {
	b := append(c.out[:0], m.api.Method...)
	b = append(append(append(b, ' '), path...), m.api.Path...)
	if m.query != "" {
		b = append(append(b, '?'), m.query...)
	}
	b = append(append(append(b, " HTTP/1.1\r\nHost: "...), host...), "\r\nUser-Agent: Go-http-client/1.1\r\n"...)
	if m.body != nil {
		b = append(b, "Content-Type: application/json\r\n"...)
	}
	if m.body != nil || m.api.Method != http.MethodGet {
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), int64(len(m.body)), 10), "\r\n"...)
	}
	c.out = append(append(b, "\r\n"...), m.body...)
	before := c.counted.written.Load()
	_, err = c.Write(c.out)
	return c.counted.written.Load() != before, err
}

// read takes the answer, and reports whether the connection may carry another
// call: the answer came to its end, and nothing came after it. status is 0 where
// not even the head of an answer is whole. The answer stands until the
// connection is put back.
func (c *conn) read() (status int, again bool, err error) {
	for range 5 { // a 1xx is not the answer yet
		if err := c.answer.Header.Read(c.in); err != nil {
			return 0, false, headless(err)
		}
		if status = c.answer.StatusCode(); status/100 != 1 {
			break
		}
	}
	if status < 200 || status == http.StatusNoContent || status == http.StatusNotModified {
		return status, false, nil
	}
	if err = c.answer.ReadBody(c.in, maxReply); err == nil && c.answer.Header.ContentLength() == chunked {
		err = headless(c.answer.Header.ReadTrailer(c.in))
	}
	return status, err == nil && !c.answer.ConnectionClose() && c.in.Buffered() == 0, err
}

// errHead stands for what the parser says of a head that it cannot read: it quotes what
// came, which may be a token.
var errHead = errors.New("the head of the answer cannot be read")

// headless is an error of reading a head without a word of the answer.
func headless(err error) error {
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, fasthttp.ErrTimeout):
		return context.DeadlineExceeded
	}
	var broken *net.OpError
	if errors.As(err, &broken) {
		return broken
	}
	return errHead
}

// chunked is the length of an answer that does not say it ahead.
const chunked = -1
