package articles

import (
	"errors"
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

// transport tells the silence of a call about every byte that comes, keep-alives too, and
// stands between the service and go-openai: an answer of failure is a *serviceError, and
// any other is read as plainBody gives it.
type transport struct{ base http.RoundTripper }

// mostFault is how much of an answer of failure is read, in bytes.
const mostFault = 64 << 10

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if s, ok := r.Context().Value(silenceKey{}).(*silence); ok {
		s.heard()
		res.Body = &heardBody{res.Body, s}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		body, err := io.ReadAll(io.LimitReader(res.Body, mostFault))
		return nil, errors.Join(readFault(res.StatusCode, body), err, res.Body.Close())
	}
	res.Body = newPlainBody(res.Body)
	return res, nil
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
