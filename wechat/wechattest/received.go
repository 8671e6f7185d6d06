package wechattest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Received is one call as it arrived, and what came of it.
type Received struct {
	At       time.Time       `json:"at"`
	Method   string          `json:"method"`
	Path     string          `json:"path"`
	Query    url.Values      `json:"query"`    // access_token and secret masked
	Body     json.RawMessage `json:"body"`     // as sent, secret masked; of a form what is in it; else a JSON string of it
	Code     int             `json:"code"`     // the errcode decided on
	Acted    bool            `json:"acted"`    // it was done, whether or not the answer went out
	Answered bool            `json:"answered"` // an answer went out in full
}

const masked = "***"

var secretInBody = regexp.MustCompile(`("(?:secret|component_appsecret|component_verify_ticket|authorizer_refresh_token)"\s*:\s*")[^"]*`)

// record makes the entry for a call that has just arrived. The lock is held.
func (s *Server) record(r *http.Request, body []byte) Received {
	query := r.URL.Query()
	for _, name := range []string{"access_token", "component_access_token", "secret"} {
		if query.Has(name) {
			query.Set(name, masked)
		}
	}
	rec := Received{At: s.clock(), Method: r.Method, Path: r.URL.Path, Query: query}
	if form, ok := readForm(r.Header.Get("Content-Type"), body); ok {
		rec.Body, _ = json.Marshal(form)
		return rec
	}
	if text := secretInBody.ReplaceAllString(string(body), "${1}"+masked); text != "" {
		text = strings.ReplaceAll(text, s.opts.AppSecret, masked)
		if json.Valid([]byte(text)) {
			rec.Body = json.RawMessage(text)
		} else {
			rec.Body, _ = json.Marshal(text)
		}
	}
	return rec
}

// Received returns every call so far in the order of arrival, token calls too.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// ReceivedOn returns the calls of one path, in the order of arrival.
func (s *Server) ReceivedOn(path string) []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	var some []Received
	for _, r := range s.received {
		if r.Path == path {
			some = append(some, r)
		}
	}
	return some
}
