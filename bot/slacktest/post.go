package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrHTTPStatus is Slack's "http_service_error": the request address did not answer 200.
var ErrHTTPStatus = errors.New("slacktest: http_service_error: the request address did not answer 200")

// maxRedirects is how many of a request address Slack follows.
// https://docs.slack.dev/apis/events-api#error-handling
const maxRedirects = 2

var errTooManyRedirects = errors.New("too many redirects")

// PostTo has everything posted to a request address from now on, rather than sent over
// sockets: HTTP mode. Several addresses are machines behind one balancer, which take turns.
// As Slack does where an address is saved, it asks the new ones for a challenge first, and
// fails where that does not come back; none returns to sockets.
//
// Slack: https://docs.slack.dev/reference/events/url_verification
func (w *Workspace) PostTo(ctx context.Context, addresses ...string) error {
	w.mu.Lock()
	known := w.posts
	w.mu.Unlock()
	for _, address := range addresses {
		if slices.Contains(known, address) {
			continue
		}
		if err := w.verify(ctx, address); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.posts = slices.Clone(addresses)
	w.changed()
	return nil
}

// verify asks an address for a challenge: as plain text, a form field or a JSON key.
func (w *Workspace) verify(ctx context.Context, address string) error {
	challenge := secret()
	body, _ := json.Marshal(map[string]string{"token": "verification", "challenge": challenge, "type": "url_verification"})
	got, err := w.post1(ctx, address, sent{kind: "application/json", body: body})
	if err != nil {
		return err
	}
	var in struct{ Challenge string }
	form, _ := url.ParseQuery(string(got.body))
	_ = json.Unmarshal(got.body, &in)
	if strings.TrimSpace(string(got.body)) != challenge && in.Challenge != challenge && form.Get("challenge") != challenge {
		return fmt.Errorf("slacktest: %s did not respond with the value of the challenge, but %q", address, got.body)
	}
	return nil
}

// sent is one request to a request address.
type sent struct {
	kind   string // its Content-Type
	body   []byte
	retry  int // which repetition it is, from 1
	reason string
}

// got is how it was answered.
type got struct {
	kind    string
	body    []byte
	noRetry bool // X-Slack-No-Retry
}

// posted is an envelope as it is posted: events as JSON, commands as form fields, the rest
// as one form field with JSON.
// https://docs.slack.dev/interactivity/implementing-slash-commands,
// https://docs.slack.dev/interactivity/handling-user-interaction#payloads,
// https://docs.slack.dev/apis/events-api#events-JSON
func (e *envelope) posted() sent {
	switch e.Type {
	case "events_api":
		return sent{kind: "application/json", body: e.Payload, retry: e.RetryAttempt, reason: reasonByHTTP(e)}
	case "slash_commands":
		var fields map[string]string
		_ = json.Unmarshal(e.Payload, &fields)
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value)
		}
		return sent{kind: "application/x-www-form-urlencoded", body: []byte(form.Encode())}
	}
	return sent{kind: "application/x-www-form-urlencoded", body: []byte(url.Values{"payload": {string(e.Payload)}}.Encode())}
}

// reasonByHTTP is why an event is posted again.
// https://docs.slack.dev/apis/events-api#error-handling
func reasonByHTTP(e *envelope) string {
	switch {
	case e.RetryAttempt == 0:
		return ""
	case errors.Is(e.failed, ErrNoAck):
		return "http_timeout"
	case errors.Is(e.failed, ErrNotConnected):
		return "connection_failed"
	case errors.Is(e.failed, errTooManyRedirects):
		return "too_many_redirects"
	case errors.Is(e.failed, ErrHTTPStatus):
		return "http_error"
	}
	return "unknown_error"
}

// sign is the signature of a request.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func sign(key, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// Sign returns the headers with which Slack would post a body at that time.
func (w *Workspace) Sign(body []byte, at time.Time) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{"X-Slack-Request-Timestamp": {timestamp}, "X-Slack-Signature": {sign(w.opt.SigningSecret, timestamp, body)}}
}

// post1 posts one request and waits as long as Slack does.
func (w *Workspace) post1(ctx context.Context, address string, s sent) (got, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, w.opt.AckTimeout, ErrNoAck)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(s.body))
	if err != nil {
		return got{}, fmt.Errorf("%w: %w", ErrNotConnected, err)
	}
	req.Header = w.Sign(s.body, time.Now())
	req.Header.Set("Content-Type", s.kind)
	req.Header.Set("Accept", "application/json,*/*")
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	if s.retry > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(s.retry))
		req.Header.Set("X-Slack-Retry-Reason", s.reason)
	}
	res, err := w.poster.Do(req)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return got{}, context.Cause(ctx)
	case errors.Is(err, errTooManyRedirects):
		return got{}, err
	default:
		return got{}, fmt.Errorf("%w: %w", ErrNotConnected, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return got{}, fmt.Errorf("%w: %w", ErrNotConnected, context.Cause(ctx))
	}
	answer := got{kind: res.Header.Get("Content-Type"), body: body, noRetry: res.Header.Get("X-Slack-No-Retry") == "1"}
	if res.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%w: %s", ErrHTTPStatus, res.Status)
	}
	return answer, nil
}

// deliverByHTTP posts the envelope to the next address in turn; one that takes no
// connection is passed over, as balancers do.
func (w *Workspace) deliverByHTTP(ctx context.Context, e *envelope, addresses []string) (payload json.RawMessage, took time.Duration, err error) {
	begun := time.Now()
	for _, address := range addresses {
		var answer got
		answer, err = w.post1(ctx, address, e.posted())
		w.mu.Lock()
		e.failed, e.noRetry = err, answer.noRetry
		if err == nil {
			e.acks++
		}
		w.mu.Unlock()
		if err == nil {
			return acknowledged(e, answer), time.Since(begun), nil
		}
		if !errors.Is(err, ErrNotConnected) || ctx.Err() != nil {
			break
		}
	}
	return nil, time.Since(begun), err
}

// acknowledged is what an answer shows. A command may be answered with plain text too; of
// an event's nothing is read.
func acknowledged(e *envelope, answer got) json.RawMessage {
	if len(bytes.TrimSpace(answer.body)) == 0 || e.Type == "events_api" {
		return nil
	}
	if kind, _, _ := mime.ParseMediaType(answer.kind); kind != "application/json" && e.Type == "slash_commands" {
		text, _ := json.Marshal(string(answer.body))
		return text
	}
	return answer.body
}

// newPoster is a client that follows as many redirects as Slack does.
func newPoster() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return errTooManyRedirects
			}
			return nil
		},
	}
}
