package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// maxRequest is larger than anything that Slack posts; a form is at most 250 KB.
const maxRequest = 1 << 20

// Handler serves what Slack posts in HTTP mode: slash commands, interactivity and events,
// all at one address. What does not bear the signature of Options.SigningSecret, or bears
// one of more than 5 minutes ago or ahead, is answered 401 without a word.
//
// Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack
func (b *Bot) Handler() http.Handler { return http.HandlerFunc(b.serveSlack) }

func (b *Bot) serveSlack(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	} else if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := b.signed(r.Header, body); err != nil {
		b.noteUnsigned(err, r.RemoteAddr)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	posted, err := readPosted(body)
	switch {
	case err != nil:
		b.log.Error("a request cannot be read", "err", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	case posted.challenge != "":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, posted.challenge)
		return
	case posted.req.Type == "":
		b.log.Info("a request of no use", "type", posted.kind)
		return
	}
	if n := r.Header.Get("X-Slack-Retry-Num"); n != "" {
		b.log.Info("Slack sends an event again", "time", n, "reason", r.Header.Get("X-Slack-Retry-Reason"))
	}
	exchange := &exchange{answers: make(chan []byte), written: make(chan error, 1), left: make(chan struct{}), gone: make(chan struct{})}
	defer close(exchange.gone)
	waiting, cancel := context.WithDeadline(r.Context(), at.Add(ackWithin))
	defer cancel()
	select {
	case <-b.introduced:
	case <-waiting.Done(): // who we are is not known yet
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	go b.hear(&envelope{id: posted.req.EnvelopeID, at: at, from: exchange, shared: true}, posted.req)
	exchange.serve(waiting, w)
}

// noteUnsigned logs a request that is not Slack's, one a minute: anybody can post them.
func (b *Bot) noteUnsigned(err error, from string) {
	if minute := time.Now().Unix() / 60; b.unsigned.Swap(minute) != minute {
		b.log.Warn("a request that is not signed by Slack, or not now", "err", err, "from", from)
	}
}

// signed checks the signature of a request, in constant time, and how old it is.
func (b *Bot) signed(header http.Header, body []byte) error {
	verifier, err := slack.NewSecretsVerifier(header, b.opt.SigningSecret)
	if err != nil {
		return err
	}
	if _, err := verifier.Write(body); err != nil {
		return err
	}
	return verifier.Ensure()
}

// posted is what stands in a request. One without a type is of no use to us.
type posted struct {
	req       socketmode.Request // as a socket would have brought it; its id is the body's sum
	kind      string
	challenge string // of url_verification
}

// readPosted reads a request. Events come as JSON, the rest as forms: commands as fields,
// interactivity as one field with JSON.
func readPosted(body []byte) (p posted, err error) {
	sum := sha256.Sum256(body)
	p.req.EnvelopeID = "http:" + hex.EncodeToString(sum[:])
	if len(body) > 0 && body[0] == '{' {
		event, err := decode[struct {
			Type      string `json:"type"`
			Challenge string `json:"challenge"`
		}](body)
		switch p.kind = event.Type; event.Type {
		case "url_verification":
			p.challenge = event.Challenge
		case "event_callback":
			p.req.Type, p.req.Payload = socketmode.RequestTypeEventsAPI, body
		}
		return p, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return p, errors.New("neither JSON nor a form")
	}
	switch {
	case form.Get("payload") != "":
		p.req.Type, p.req.Payload = socketmode.RequestTypeInteractive, json.RawMessage(form.Get("payload"))
	case form.Get("command") != "":
		fields := make(map[string]string, len(form))
		for name := range form {
			fields[name] = form.Get(name)
		}
		p.req.Type = socketmode.RequestTypeSlashCommands
		p.req.Payload, err = json.Marshal(fields)
	case form.Get("ssl_check") != "": // Slack looks at the certificate now and then
		p.kind = "ssl_check"
	default:
		err = errors.New("neither a command nor an interaction")
	}
	return p, err
}

// exchange is one request of Slack's, whose answer is the acknowledgement.
type exchange struct {
	answers chan []byte   // takes one
	written chan error    // how writing it went
	left    chan struct{} // closed when no answer comes any more
	gone    chan struct{} // closed when nobody waits for one any more
}

var errNobodyWaits = errors.New("the request was over")

// ack answers the request.
func (x *exchange) ack(ctx context.Context, _ string, payload any) (reached bool, err error) {
	var body []byte
	if payload != nil {
		if body, err = json.Marshal(payload); err != nil {
			return false, err
		}
	}
	select {
	case x.answers <- body:
		err := <-x.written
		return err == nil, err
	case <-x.gone:
		return false, errNobodyWaits
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func (x *exchange) leave() { close(x.left) }

// serve writes the answer that ack brings. Without one it is 503: Slack sends events again.
func (x *exchange) serve(ctx context.Context, w http.ResponseWriter) {
	select {
	case body := <-x.answers:
		if body != nil {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, err := w.Write(body)
		x.written <- errors.Join(err, http.NewResponseController(w).Flush())
	case <-x.left:
		w.WriteHeader(http.StatusServiceUnavailable)
	case <-ctx.Done():
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
