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
	"strings"
	"sync"
	"time"
)

// message is one HTTP exchange.
type message struct {
	api   api
	query string
	body  []byte // JSON, or
	file  *upload
	out   reply
	save  io.Writer
}

// do is one HTTP exchange, and the only place that speaks to the network.
func (c *Client) do(ctx context.Context, m message) error {
	fail := func(status int, how fate, cause error) *Error {
		return &Error{API: m.api.path, HTTPStatus: status, fate: how, cause: c.hide.cause(cause)}
	}
	if err := ctx.Err(); err != nil {
		return fail(0, notSent, err)
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
			return fail(0, notSent, fmt.Errorf("read the file: %w", broken))
		case t.sent():
			return fail(0, unanswered, err)
		}
		return fail(0, notSent, err)
	}
	defer resp.Body.Close()
	if m.save != nil && resp.StatusCode == http.StatusOK && isFile(resp.Header) {
		return c.take(m, resp)
	}
	kept := answers.Get().(*bytes.Buffer)
	defer answers.Put(kept)
	kept.Reset()
	_, err = kept.ReadFrom(io.LimitReader(resp.Body, maxReply+1))
	raw := kept.Bytes()

	switch status := resp.StatusCode; {
	case status/100 == 4:
		return c.refusal(m.api, status, raw)
	case status/100 == 3:
		return fail(status, unanswered, errors.New("a redirect, which is not followed"))
	case status/100 != 2:
		return fail(status, unanswered, fmt.Errorf("HTTP status %s", resp.Status))
	case err != nil:
		return fail(status, unanswered, fmt.Errorf("the answer broke off after %d bytes: %w", len(raw), err))
	case len(raw) > maxReply:
		return fail(status, unanswered, fmt.Errorf("the answer is longer than %d bytes", maxReply))
	}
	err = c.read(m.api, resp.StatusCode, raw, m.out)
	if e, ok := err.(*Error); ok && e.RID == "" {
		e.RID = shorten(resp.Header.Get(hostingHeader), 64)
	}
	return err
}

// answers are the buffers that answers are read into; what is kept of one is copied.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// request is built by hand from addresses read once: this is every call's path.
func (m message) request(ctx context.Context, root *url.URL) *http.Request {
	at := *root
	at.Path += m.api.path
	if at.RawPath != "" {
		at.RawPath += m.api.path
	}
	at.RawQuery = m.query
	req := (&http.Request{
		Method: m.api.method, URL: &at, Host: at.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: noHeader,
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
		return &Error{API: m.api.path, HTTPStatus: resp.StatusCode, fate: unanswered, cause: c.hide.cause(fmt.Errorf("the file broke off after %d bytes: %w", n, err))}
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
