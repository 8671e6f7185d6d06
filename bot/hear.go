package bot

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack/socketmode"

	"magpie/cards"
	"magpie/commands"
)

// heard is one line as it came, and the ways to answer it.
type heard struct {
	way          way
	call         commands.Call
	trigger      string // opens a form, for 3 s
	responseURL  string
	inModal      bool            // the button stood in a form
	view         submittedView   // of a submitted form
	field, typed string          // of a form's list, and what is typed into it
	checked      json.RawMessage // the form whose check button was pressed
	lang, zone   string          // of the private answer
}

// way is how a line came.
type way string

const (
	slash    way = "slash"
	press    way = "press"
	submit   way = "submit"
	suggests way = "suggests" // a form's list is typed into
	spoken   way = "spoken"   // a mention, or a message to the bot alone
)

// envelope is one delivery under work.
type envelope struct {
	id       string
	from     *socket
	opened   int64 // the connection of from that it came over
	at       time.Time
	delivery *delivery
}

// hear takes one envelope in hand. It does not wait for anything.
func (b *Bot) hear(s *socket, req socketmode.Request) {
	if req.EnvelopeID == "" {
		return
	}
	e := &envelope{id: req.EnvelopeID, from: s, opened: s.opened.Load(), at: time.Now()}
	if !b.begin() {
		b.decline(e, req, "bot.stopping")
		return
	}
	select {
	case b.slots <- struct{}{}:
	default:
		b.hands.Done()
		b.log.Warn("too many lines at once", "envelope", e.id)
		b.decline(e, req, "bot.busy")
		return
	}
	go func() {
		defer b.hands.Done()
		defer func() { <-b.slots }()
		defer func() {
			if p := recover(); p != nil { // one odd line must not take all others down
				b.log.Error("an envelope made us stumble", "envelope", e.id, "err", p, "stack", string(debug.Stack()))
			}
		}()
		b.take(e, req)
	}()
}

// take reads an envelope, hears it unless it was heard before, and acknowledges it.
func (b *Bot) take(e *envelope, req socketmode.Request) {
	h, key := b.read(req)
	if h == nil {
		b.ack(e, nil)
		return
	}
	if h.way == suggests {
		b.suggest(e, h)
		return
	}
	if key == "" {
		key = e.id
	}
	d, first := b.seen.first(key)
	if !first {
		timer := time.NewTimer(time.Until(e.at.Add(ackWithin)))
		defer timer.Stop()
		select {
		case <-d.done:
			b.log.Info("heard before", "key", key)
			b.ack(e, b.seen.payload(d))
		case <-timer.C:
		}
		return
	}
	e.delivery = d
	h.call.Once = key
	b.say(e, h)
}

// decline answers without having heard: nothing was done. Events go unacknowledged,
// for Slack sends them again.
func (b *Bot) decline(e *envelope, req socketmode.Request, key string) {
	h, _ := b.read(req)
	if h == nil || h.way == spoken || h.way == press || h.way == suggests {
		return
	}
	b.speakTo(h, cards.Person{})
	r := reply{refusal: cards.Refuse(key)}
	if h.way == submit {
		b.ack(e, b.complaint(h, r.refusal))
		return
	}
	messages := b.draw(h, r.card())
	b.ack(e, ephemeral(messages[0]))
}

// read makes a line of an envelope; nil where there is nothing for us in it. key is
// what makes a repeated delivery the same, where it is not the envelope's id.
func (b *Bot) read(req socketmode.Request) (h *heard, key string) {
	var err error
	switch req.Type {
	case socketmode.RequestTypeSlashCommands:
		h, err = b.readSlash(req.Payload)
	case socketmode.RequestTypeInteractive:
		h, err = b.readInteraction(req.Payload)
	case socketmode.RequestTypeEventsAPI:
		h, key, err = b.readEvent(req.Payload)
	default:
		b.log.Debug("an envelope of no use", "type", req.Type)
	}
	if err != nil {
		b.log.Error("an envelope cannot be read", "type", req.Type, "envelope", req.EnvelopeID, "err", err)
		return nil, ""
	}
	return h, key
}

// ack acknowledges an envelope over its socket, or over the one that has followed
// it. It reports false where the payload may not have reached Slack: the connection
// that asked is gone.
func (b *Bot) ack(e *envelope, payload any) bool {
	if e.delivery != nil {
		b.seen.settle(e.delivery, payload)
	}
	ctx, cancel := context.WithDeadline(context.Background(), e.at.Add(ackWithin))
	defer cancel()
	s := e.from
	same := s.up.Load() && s.opened.Load() == e.opened && !s.isEnded()
	if !same {
		payload = nil // Slack may take an acknowledgement over another socket, or not
		s = b.live(ctx, s)
	}
	if err := s.client.AckCtx(ctx, e.id, payload); err != nil {
		b.log.Error("an acknowledgement failed", "envelope", e.id, "err", err, "after", time.Since(e.at))
		return false
	}
	if !same {
		b.log.Warn("a socket closed before its acknowledgement", "envelope", e.id)
	}
	return same
}

// live is a socket that can still write, waited for until ctx ends.
func (b *Bot) live(ctx context.Context, s *socket) *socket {
	for s.isEnded() {
		if now := b.now.Load(); now != nil {
			s = now
		}
		if s.isEnded() && sleep(ctx, 10*time.Millisecond) != nil {
			break
		}
	}
	return s
}

// speakTo notes in which language and zone the person reads.
func (b *Bot) speakTo(h *heard, who cards.Person) {
	h.lang, h.zone = who.Lang, who.Zone
	if h.lang == "" {
		h.lang = b.opt.Language
	}
	if h.zone == "" {
		h.zone = b.opt.Zone
	}
}

// decode is json.Unmarshal of the few keys we need; everything else may be as it is.
func decode[T any](raw json.RawMessage) (T, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}
