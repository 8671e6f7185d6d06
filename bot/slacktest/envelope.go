package slacktest

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// envelope is one delivery to the app, kept so that it can be sent again.
type envelope struct {
	ID             string          `json:"envelope_id"`
	Type           string          `json:"type"`
	AcceptsPayload bool            `json:"accepts_response_payload"`
	Payload        json.RawMessage `json:"payload"`
	RetryAttempt   int             `json:"retry_attempt"`
	RetryReason    string          `json:"retry_reason"`

	waiting []chan acknowledgement
	acks    int
	failed  error // how it was posted last
	noRetry bool  // the app wants it no more
}

// MarshalJSON leaves the retry fields to events, as Slack does.
func (e *envelope) MarshalJSON() ([]byte, error) {
	out := map[string]any{"envelope_id": e.ID, "type": e.Type, "accepts_response_payload": e.AcceptsPayload, "payload": e.Payload}
	if e.Type == "events_api" {
		out["retry_attempt"], out["retry_reason"] = e.RetryAttempt, e.RetryReason
	}
	return json.Marshal(out)
}

type acknowledgement struct {
	payload json.RawMessage
	err     error
}

// envelope packs a payload; the caller holds the lock.
func (w *Workspace) envelope(kind string, accepts bool, payload map[string]any) *envelope {
	raw, _ := json.Marshal(payload)
	e := &envelope{ID: secret(), Type: kind, AcceptsPayload: accepts, Payload: raw}
	w.envelopes.add(e.ID, e)
	return e
}

// deliver posts the envelope to a request address where there is one. Otherwise it sends it
// over one socket, the sockets taking turns, and waits for the acknowledgement, from
// whichever socket it comes.
func (w *Workspace) deliver(ctx context.Context, e *envelope) (json.RawMessage, time.Duration, error) {
	wait := make(chan acknowledgement, 1)
	w.mu.Lock()
	if n := len(w.posts); n > 0 {
		w.turn++
		addresses, down := append(slices.Clone(w.posts[w.turn%n:]), w.posts[:w.turn%n]...), w.down
		w.mu.Unlock()
		if down {
			return nil, 0, ErrNotConnected
		}
		return w.deliverByHTTP(ctx, e, addresses)
	}
	e.waiting = append(e.waiting, wait)
	open := w.ready()
	if n := len(open); n > 0 {
		w.turn++
		open = append(open[w.turn%n:], open[:w.turn%n]...)
	}
	body, _ := json.Marshal(e)
	w.mu.Unlock()
	defer w.forget(e, wait)

	begun := time.Now()
	sent := slices.ContainsFunc(open, func(c *conn) bool { return c.write(json.RawMessage(body)) == nil })
	if !sent {
		return nil, 0, ErrNotConnected
	}
	t := time.NewTimer(w.opt.AckTimeout)
	defer t.Stop()
	select {
	case a := <-wait:
		return a.payload, time.Since(begun), a.err
	case <-t.C:
		return nil, time.Since(begun), ErrNoAck
	case <-w.closed:
		return nil, time.Since(begun), ErrNotConnected
	case <-ctx.Done():
		return nil, time.Since(begun), context.Cause(ctx)
	}
}

func (w *Workspace) forget(e *envelope, wait chan acknowledgement) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.waiting = slices.DeleteFunc(e.waiting, func(c chan acknowledgement) bool { return c == wait })
}

// acknowledge hands what the app sent to whoever waits longest for it.
func (w *Workspace) acknowledge(data []byte) {
	var in struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(data, &in) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.envelopes.get(in.ID)
	if e == nil || len(e.waiting) == 0 { // unknown, or too late
		return
	}
	a := acknowledgement{payload: in.Payload}
	if len(data) >= maxAck {
		a = acknowledgement{err: ErrAckTooLarge}
	}
	e.acks++
	e.waiting[0] <- a
	e.waiting = e.waiting[1:]
}
