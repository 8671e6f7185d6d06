package articles

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// silence cancels a talk in which nothing comes for too long.
type silence struct {
	limit  time.Duration
	timer  *time.Timer
	broken atomic.Bool
}

type silenceKey struct{}

func newSilence(limit time.Duration, cancel func()) *silence {
	s := &silence{limit: limit}
	s.timer = time.AfterFunc(limit, func() {
		s.broken.Store(true)
		cancel()
	})
	return s
}

func (s *silence) heard() { s.timer.Reset(s.limit) }
func (s *silence) stop()  { s.timer.Stop() }

// transport tells the silence of a call about every byte that comes, keep-alives too.
type transport struct{ base http.RoundTripper }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.base.RoundTrip(r)
	if s, ok := r.Context().Value(silenceKey{}).(*silence); ok && err == nil {
		s.heard()
		res.Body = &heardBody{res.Body, s}
	}
	return res, err
}

type heardBody struct {
	io.ReadCloser
	silence *silence
}

func (b *heardBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.silence.heard()
	}
	return n, err
}
