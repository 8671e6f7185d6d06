package wechat

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxPooledBody is what the kernel takes in one go, whether or not the other
// side reads. What is longer goes by net/http, which hears an early answer
// while it writes.
const maxPooledBody = 32 << 10

// pool keeps connections to the one host of a client. No goroutine stands by
// them: each is looked at before it is used again.
type pool struct {
	dialer

	mu    sync.Mutex
	idle  []*conn // the last used at the end
	sweep *time.Timer
}

// newPool is the pool for root, or nil where its calls are net/http's: through a
// proxy, to a host whose name has to be rewritten, or where a connection cannot
// be looked at.
func newPool(root *url.URL, proxy func(*http.Request) (*url.URL, error)) *pool {
	if through, err := proxy(&http.Request{URL: root}); through != nil || err != nil || !canLook || !plainHost(root.Host) {
		return nil
	}
	return &pool{dialer: newDialer(root)}
}

func plainHost(host string) bool {
	return !strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '%' })
}

// takes reports whether m goes over the pool. Files are net/http's.
func (p *pool) takes(m message) bool {
	return p != nil && m.file == nil && m.save == nil && len(m.body) <= maxPooledBody
}

// get gives the connection that was used last and is still open, or a new one.
func (p *pool) get(ctx context.Context, deadline time.Time) (*conn, error) {
	for {
		c := p.pop()
		if c == nil {
			ctx, cancel := context.WithDeadline(ctx, deadline)
			defer cancel()
			c, err := p.dial(ctx)
			if err != nil {
				return nil, err
			}
			return c, c.SetDeadline(deadline)
		}
		if c.isFresh(time.Now()) && c.quiet(deadline) {
			return c, nil
		}
		c.Close()
	}
}

func (p *pool) pop() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	c := p.idle[n-1]
	p.idle[n-1] = nil
	p.idle = p.idle[:n-1]
	return c
}

// put keeps a connection whose answer has been read to its end.
func (p *pool) put(c *conn) {
	c.answer.Reset()
	c.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) >= maxIdle {
		c.Close()
		return
	}
	p.idle = append(p.idle, c)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(idleTimeout, p.closeOld)
	}
}

// closeOld closes what has long been idle, and comes again while anything is left.
func (p *pool) closeOld() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 && !p.idle[0].isFresh(time.Now()) {
		p.idle[0].Close()
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	if len(p.idle) == 0 {
		p.sweep = nil
		return
	}
	p.sweep.Reset(idleTimeout - time.Since(p.idle[0].since))
}
