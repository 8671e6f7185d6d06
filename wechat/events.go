package wechat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	maxEvent    = 1 << 20         // bytes of a push
	eventWindow = 5 * time.Minute // how far a push's clock may be from ours
)

// EventOptions say whose events are received and who hears them.
type EventOptions struct {
	// AppIDs are the receivers that an encrypted event may be meant for: the
	// account's, or the third-party platform's.
	AppIDs []string
	// Token is the one set beside the event address in WeChat's console.
	Token string
	// AESKey is the EncodingAESKey, 43 characters. Where it is set, an event
	// that comes in plain text is turned away.
	AESKey string
	// Handle is told each event once. An error makes WeChat push it again, up
	// to 3 times, 5 s apart; it must answer within 5 s.
	Handle func(ctx context.Context, e Event) error
	Now    func() time.Time
	Log    *slog.Logger
}

// Events receives what WeChat pushes: an http.Handler for the event address of
// an account or of a third-party platform. It knows what it has heard itself;
// several processes behind one address agree by [Event].Once.
//
// A plain event's signature covers its moment and nonce and not its body: with
// such a setting only TLS keeps strangers from making one up who has seen
// another. Encrypted events have no such weakness.
type Events struct {
	o   EventOptions
	key eventKey

	seen seenKeys // by push and by event
}

// NewEvents checks the options and names every fault at once.
func NewEvents(o EventOptions) (*Events, error) {
	var all []error
	if o.Token == "" {
		all = append(all, errors.New("option Token is missing"))
	}
	if o.Handle == nil {
		all = append(all, errors.New("option Handle is missing"))
	}
	e := &Events{o: o}
	if o.AESKey != "" {
		key, err := newEventKey(o.AESKey)
		if err != nil {
			all = append(all, fmt.Errorf("option AESKey: %w", err))
		}
		if len(o.AppIDs) == 0 {
			all = append(all, errors.New("option AppIDs is missing"))
		}
		e.key = key
	}
	if len(all) > 0 {
		return nil, fmt.Errorf("wechat event options: %w", errors.Join(all...))
	}
	if e.o.Now == nil {
		e.o.Now = time.Now
	}
	if e.o.Log == nil {
		e.o.Log = slog.New(slog.DiscardHandler)
	}
	return e, nil
}

// EventError is a push that is not taken.
type EventError struct {
	// Why is signature, clock, replay, encryption, receiver or form.
	Why   string
	cause error
}

// Error says why, without anything of what was pushed.
func (e *EventError) Error() string {
	words := map[string]string{
		"signature": "the signature is wrong", "clock": "its moment is too far from ours", "replay": "it has come before",
		"encryption": "it cannot be decrypted", "receiver": "it is meant for another account", "form": "it cannot be read",
	}
	s := "wechat event: " + words[e.Why]
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives what lies below.
func (e *EventError) Unwrap() error { return e.cause }

// ServeHTTP answers WeChat's question for the address (GET) and takes pushes
// (POST). A replay is answered like the first and told to nobody.
func (e *Events) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch r.Method {
	case http.MethodGet:
		echo, err := e.echo(query)
		if err != nil {
			e.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		io.WriteString(w, echo)
	case http.MethodPost:
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
		if err != nil {
			http.Error(w, "not read", http.StatusBadRequest)
			return
		}
		if err := e.take(r.Context(), query, body); err != nil {
			e.refuse(w, r, err)
			return
		}
		io.WriteString(w, "success")
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	}
}

// refuse answers a push that is not taken. A replay is no failure to WeChat.
func (e *Events) refuse(w http.ResponseWriter, r *http.Request, err error) {
	bad, ok := errors.AsType[*EventError](err)
	switch {
	case ok && bad.Why == "replay":
		e.o.Log.Debug("wechat event came again")
		io.WriteString(w, "success")
		return
	case ok && bad.Why == "form":
		http.Error(w, "not read", http.StatusBadRequest)
	case ok:
		http.Error(w, "not taken", http.StatusForbidden)
	default:
		http.Error(w, "not done", http.StatusInternalServerError)
	}
	e.o.Log.Warn("wechat event not taken", "error", err, "remote", r.RemoteAddr)
}

// echo answers the question with which WeChat tries the address out.
func (e *Events) echo(query url.Values) (string, error) {
	if !sameSignature(query.Get("signature"), signature(e.o.Token, query.Get("timestamp"), query.Get("nonce"))) {
		return "", &EventError{Why: "signature"}
	}
	return query.Get("echostr"), nil
}

// take decodes a push, makes sure that it is new, and tells it.
func (e *Events) take(ctx context.Context, query url.Values, body []byte) error {
	event, err := e.Decode(query, body)
	if err != nil {
		return err
	}
	// The signature stands for this push, Once for the event in every push.
	keys := []string{"push " + query.Get("signature") + query.Get("msg_signature"), "event " + event.Once}
	if !e.seen.first(e.o.Now(), keys) {
		return &EventError{Why: "replay"}
	}
	if err := e.o.Handle(ctx, event); err != nil {
		e.seen.forget(keys) // WeChat may push it again
		return fmt.Errorf("take the event %s: %w", event.Kind, err)
	}
	return nil
}

// Decode checks a push's signature and moment, decrypts it where it is
// encrypted, and reads it. It does not know whether it has come before.
func (e *Events) Decode(query url.Values, body []byte) (Event, error) {
	stamp, nonce := query.Get("timestamp"), query.Get("nonce")
	outer, err := parseEvent(body)
	if err != nil {
		return Event{}, &EventError{Why: "form", cause: err}
	}
	encrypted := outer.text("Encrypt")
	switch {
	case e.key != nil && encrypted == "":
		return Event{}, &EventError{Why: "encryption", cause: errors.New("it came in plain text")}
	case e.key == nil && encrypted != "":
		return Event{}, &EventError{Why: "encryption", cause: errors.New("no key is set")}
	case encrypted != "" && !sameSignature(query.Get("msg_signature"), signature(e.o.Token, stamp, nonce, encrypted)),
		encrypted == "" && !sameSignature(query.Get("signature"), signature(e.o.Token, stamp, nonce)):
		return Event{}, &EventError{Why: "signature"}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if at := time.Unix(seconds, 0); err != nil || e.o.Now().Sub(at).Abs() > eventWindow {
		return Event{}, &EventError{Why: "clock"}
	}
	if encrypted == "" {
		return outer.event(), nil
	}
	msg, appID, err := e.key.open(encrypted)
	if err != nil {
		return Event{}, &EventError{Why: "encryption", cause: err}
	}
	if !slices.Contains(e.o.AppIDs, appID) {
		return Event{}, &EventError{Why: "receiver"}
	}
	inner, err := parseEvent(msg)
	if err != nil {
		return Event{}, &EventError{Why: "form", cause: err}
	}
	return inner.event(), nil
}
