package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"magpie/cards"
)

// Scopes watches what Slack answers its clients for scopes that the app lacks. Each is
// logged once, and admins are told of it once, by its name, when something has met it. A nil
// Scopes watches nothing.
// Slack: https://docs.slack.dev/reference/scopes; an answer without one is missing_scope,
// with needed and provided beside it.
type Scopes struct {
	log    *slog.Logger
	admins func() []string
	tell   TellOnce
	limit  func(method string)

	mu   sync.Mutex
	met  map[string]string // the method that met each
	news map[string]string // of them, what admins are still to be told
	ring chan struct{}
}

// NewScopes makes a Scopes.
func NewScopes(log *slog.Logger) *Scopes {
	return &Scopes{log: log, met: map[string]string{}, news: map[string]string{}, ring: make(chan struct{}, 1)}
}

// TellAdmins has admins told. Call it before Run.
func (s *Scopes) TellAdmins(admins func() []string, tell TellOnce) { s.admins, s.tell = admins, tell }

// CountLimits has count told of each method that Slack puts off for its rate limits. Call it
// before there is a client.
// Slack: https://docs.slack.dev/apis/web-api/rate-limits; it answers 429.
func (s *Scopes) CountLimits(count func(method string)) { s.limit = count }

// Run tells admins what is met until ctx ends.
func (s *Scopes) Run(ctx context.Context) {
	for {
		select {
		case <-s.ring:
		case <-ctx.Done():
			return
		}
		s.mu.Lock()
		news := maps.Clone(s.news)
		s.mu.Unlock()
		for scope, method := range news {
			card := cards.Card{Body: []cards.Text{cards.T("bot.scope_lacks", "scope", cards.Code(scope), "method", cards.Code(method))}}
			if err := s.tell(ctx, "scope "+scope, "missing", s.admins(), card); err != nil {
				s.log.Warn("admins could not be told of a scope yet", "scope", scope, "err", err)
				time.AfterFunc(scopeAgain, s.wake)
				continue
			}
			s.mu.Lock()
			delete(s.news, scope)
			s.mu.Unlock()
		}
	}
}

const scopeAgain = 15 * time.Second

func (s *Scopes) wake() {
	select {
	case s.ring <- struct{}{}:
	default:
	}
}

// meet notes a scope that a method lacks.
func (s *Scopes) meet(scope, method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.met[scope]; known {
		return
	}
	s.met[scope], s.news[scope] = method, method
	s.log.Error("the Slack app lacks a scope: add it as `magpie manifest` has it, and install the app again", "scope", scope, "method", method)
	s.wake()
}

// watch is a transport whose answers are looked at.
func (s *Scopes) watch(next http.RoundTripper) http.RoundTripper {
	if s == nil {
		return next
	}
	return watched{next, s}
}

type watched struct {
	http.RoundTripper
	scopes *Scopes
}

// refusalSize is larger than any answer that names a scope and those that were provided.
const refusalSize = 4096

func (w watched) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.RoundTripper.RoundTrip(r)
	if err == nil && res.StatusCode == http.StatusTooManyRequests && w.scopes.limit != nil {
		w.scopes.limit(path.Base(r.URL.Path))
	}
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		return res, err
	}
	body := bufio.NewReaderSize(res.Body, refusalSize)
	begins, _ := body.Peek(64)
	if strings.Contains(string(begins), `"ok":false`) || strings.Contains(string(begins), "missing_scope") {
		said, _ := body.Peek(refusalSize)
		var refused struct{ Error, Needed string }
		if json.Unmarshal(said, &refused) == nil && refused.Error == "missing_scope" && refused.Needed != "" {
			w.scopes.meet(refused.Needed, path.Base(r.URL.Path))
		}
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{body, res.Body}
	return res, nil
}
