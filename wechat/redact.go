package wechat

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// redactor keeps secrets out of everything that is shown: by their value, and
// by the names under which they travel. Go's *url.Error prints the whole
// address of a failed call, with the token in it.
type redactor struct {
	mu     sync.Mutex
	secret []string
	recent []string // the last tokens; calls that still fly may name an old one
}

func newRedactor(secrets ...string) *redactor { return &redactor{secret: secrets} }

func (r *redactor) add(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.recent, token) {
		return
	}
	if r.recent = append(r.recent, token); len(r.recent) > 8 {
		r.recent = slices.Delete(r.recent, 0, 1)
	}
}

var (
	secretByName = regexp.MustCompile(`(?i)((?:access_token|refresh_token|appsecret|secret|ticket)(?:%22|["'\\])*\s*(?:=|:|%3D|%3A)\s*(?:%22|["'\\])*)[^&\s"'\\,;}\])]+`)
	userInURL    = regexp.MustCompile(`(\w://)[^/\s@"]+@`)
)

func (r *redactor) text(s string) string {
	if s == "" {
		return s
	}
	r.mu.Lock()
	values := slices.Concat(r.secret, r.recent)
	r.mu.Unlock()
	for _, v := range values {
		if len(v) < 4 {
			continue // too short to hide by value without garbling the rest
		}
		s = strings.ReplaceAll(s, v, "…")
		if q := url.QueryEscape(v); q != v {
			s = strings.ReplaceAll(s, q, "…")
		}
		if q := url.PathEscape(v); q != v {
			s = strings.ReplaceAll(s, q, "…")
		}
	}
	s = secretByName.ReplaceAllString(s, "$1…")
	return userInURL.ReplaceAllString(s, "$1…@")
}

// cause keeps an error for errors.Is, and for show its text without secrets.
// There is no Unwrap: the error below prints what must not be printed.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string        { return c.text }
func (c *cause) Is(target error) bool { return errors.Is(c.err, target) }

// Timeout tells whether it was time that ran out.
func (c *cause) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(c.err, &t) && t.Timeout()
}

func (r *redactor) cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // drops the address
	}
	return &cause{text: shorten(r.text(err.Error()), 500), err: err}
}

// shortenID hides an openid that the other side has thrown back.
func (e *Error) shortenID(id string) {
	if len(id) < 8 {
		return
	}
	e.Msg = strings.ReplaceAll(e.Msg, id, ShortID(id))
	if c, ok := e.cause.(*cause); ok {
		c.text = strings.ReplaceAll(c.text, id, ShortID(id))
	}
}

// ShortID shortens an openid (or another id of a person) for logs and shared
// messages: enough to tell two apart, too little to write to anybody.
func ShortID(id string) string {
	n := utf8.RuneCountInString(id)
	if n == 0 {
		return ""
	}
	r := []rune(id)
	if n < 8 {
		return string(r[:1]) + "…"
	}
	return string(r[:3]) + "…" + string(r[n-2:])
}
