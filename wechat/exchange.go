package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"magpie/wechat/apis"
)

// message is one HTTP exchange.
type message struct {
	api   apis.API
	query string
	body  []byte // JSON, or
	file  *upload
	out   reply
	save  io.Writer
}

// do is one HTTP exchange. Here and in overPool alone the network is spoken to.
func (c *Client) do(ctx context.Context, m message) error {
	if err := ctx.Err(); err != nil {
		return c.fail(m, 0, notSent, err)
	}
	if c.pool.takes(m) {
		return c.overPool(ctx, m)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout+m.file.extraTime())
	defer cancel()

	var t trip
	resp, err := c.send(m.request(httptrace.WithClientTrace(ctx, t.trace()), &c.root))
	// From here on nobody reads the caller's file any more, not even a
	// transport that is still writing to a server which has answered early.
	broken := m.file.stop()
	if err != nil {
		switch {
		case len(FieldErrors(broken)) > 0:
			return broken
		case broken != nil:
			// The message lacks its end, so WeChat cannot have acted on it.
			return c.fail(m, 0, notSent, fmt.Errorf("read the file: %w", broken))
		case t.sent():
			return c.fail(m, 0, unanswered, err)
		}
		return c.fail(m, 0, notSent, err)
	}
	defer resp.Body.Close()
	if m.save != nil && resp.StatusCode == http.StatusOK && isFile(resp.Header) {
		return c.take(m, resp)
	}
	kept := answers.Get().(*bytes.Buffer)
	defer answers.Put(kept)
	kept.Reset()
	_, err = kept.ReadFrom(io.LimitReader(resp.Body, maxReply+1))
	return c.judge(m, resp.StatusCode, []byte(resp.Header.Get(hostingHeader)), kept.Bytes(), err)
}

// overPool is do over a connection of ours. It goes to another connection only
// while no byte has left.
func (c *Client) overPool(ctx context.Context, m message) error {
	// The end of ctx breaks a call off by itself: whoever is told of it finds ctx over.
	deadline := time.Now().Add(c.timeout)
	for {
		conn, err := c.pool.get(ctx, deadline)
		if err != nil {
			return c.fail(m, 0, notSent, ended(ctx, err))
		}
		unwatch := conn.watch(ctx)
		left, err := conn.write(m, c.root.Host, c.root.EscapedPath())
		if err != nil {
			watched := unwatch()
			conn.Close()
			switch {
			case left:
				return c.fail(m, 0, unanswered, ended(ctx, err))
			case conn.since.IsZero() || !watched || time.Now().After(deadline):
				return c.fail(m, 0, notSent, ended(ctx, err))
			}
			continue // it had died since it was looked at
		}
		status, again, err := conn.read()
		again = unwatch() && again
		if status == 0 {
			err = c.fail(m, 0, unanswered, ended(ctx, err))
		} else {
			err = c.judge(m, status, conn.answer.Header.Peek(hostingHeader), conn.answer.Body(), ended(ctx, err))
		}
		if again {
			c.pool.put(conn)
		} else {
			conn.Close()
		}
		return err
	}
}

// ended names what broke a call off as the contexts do.
func ended(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, fasthttp.ErrTimeout):
		return context.DeadlineExceeded
	}
	return err
}

// judge says what became of a message that was answered with status and a body,
// read into raw until err. seqid names the request where nothing else does.
func (c *Client) judge(m message, status int, seqid, raw []byte, err error) error {
	switch {
	case status/100 == 4:
		return c.refusal(m.api, status, raw)
	case status/100 == 3:
		return c.fail(m, status, unanswered, errors.New("a redirect, which is not followed"))
	case status/100 != 2:
		return c.fail(m, status, unanswered, fmt.Errorf("HTTP status %d %s", status, http.StatusText(status)))
	case len(raw) > maxReply || errors.Is(err, fasthttp.ErrBodyTooLarge):
		return c.fail(m, status, unanswered, fmt.Errorf("the answer is longer than %d bytes", maxReply))
	case err != nil:
		return c.fail(m, status, unanswered, fmt.Errorf("the answer broke off after %d bytes: %w", len(raw), err))
	}
	err = c.read(m.api, status, raw, m.out)
	if e, ok := err.(*Error); ok && e.RID == "" {
		e.RID = shorten(string(seqid), 64)
	}
	return err
}

func (c *Client) fail(m message, status int, how fate, cause error) *Error {
	return &Error{API: m.api.Path, HTTPStatus: status, fate: how, cause: c.hide.cause(cause)}
}

// answers are the buffers that answers are read into; what is kept of one is copied.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// request is built by hand from addresses read once: this is every call's path.
func (m message) request(ctx context.Context, root *url.URL) *http.Request {
	at := *root
	at.Path += m.api.Path
	if at.RawPath != "" {
		at.RawPath += m.api.Path
	}
	at.RawQuery = m.query
	req := (&http.Request{
		Method: m.api.Method, URL: &at, Host: at.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: noHeader,
	}).WithContext(ctx)
	switch {
	case m.file != nil:
		req.ContentLength = m.file.length()
		req.Header = http.Header{"Content-Type": {m.file.contentType}}
		req.Body = m.file.open()
		if m.file.seeker != nil {
			req.GetBody = func() (io.ReadCloser, error) { return m.file.open(), nil }
		}
	case m.body != nil:
		// Such a body can be read again, so the transport may move the call to a
		// new connection when the old one died before a byte was written. It
		// never does so with a POST of which a byte has been written.
		req.ContentLength = int64(len(m.body))
		req.Header = jsonHeader
		req.Body = jsonBody(m.body)
		req.GetBody = func() (io.ReadCloser, error) { return jsonBody(m.body), nil }
	}
	return req
}

// Headers that no transport changes, so that all calls share them.
var (
	noHeader   = http.Header{}
	jsonHeader = http.Header{"Content-Type": {"application/json"}}
)

// jsonBody is a body whose kind the transport knows to be in memory: it goes out in one
// write with its headers, any other kind in a second.
func jsonBody(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// isFile tells a file from JSON. WeChat names JSON "text/plain" now and then,
// and gives every file either its own type or a name.
func isFile(h http.Header) bool {
	if h.Get("Content-Disposition") != "" {
		return true
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch strings.TrimSpace(kind) {
	case "", "application/json", "text/plain", "text/html":
		return false
	}
	return true
}

// take writes a file that came in place of JSON. A file cut short is unclear
// like every answer cut short; reading again does no harm.
func (c *Client) take(m message, resp *http.Response) error {
	n, err := io.Copy(m.save, resp.Body)
	if err != nil {
		return &Error{API: m.api.Path, HTTPStatus: resp.StatusCode, fate: unanswered, cause: c.hide.cause(fmt.Errorf("the file broke off after %d bytes: %w", n, err))}
	}
	return nil
}

// extraTime lets an upload take longer than a call: a second for each 100 KB.
func (u *upload) extraTime() time.Duration {
	if u == nil {
		return 0
	}
	size := u.size
	if size < 0 {
		size = u.most
	}
	return time.Duration(size) * time.Second / 100_000
}
