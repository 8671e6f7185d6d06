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
	asList       bool            // the answer is shown in a modal
	view         submittedView   // of a submitted form, or in which the button stood
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
	at       time.Time
	from     carrier
	shared   bool // by HTTP: any process on this database may meet it again
	delivery *delivery
	claimed  string // the key under which no other process hears it; "" where none was claimed
}

// carrier is how an envelope came, and how its acknowledgement goes back.
type carrier interface {
	// ack acknowledges the envelope; a nil payload shows nothing. It reports false where
	// the payload may not have reached Slack.
	ack(ctx context.Context, id string, payload any) (reached bool, err error)
	// leave is called when nothing more is done with the envelope. What is not
	// acknowledged by then stays so: Slack sends events again, and tells people of the rest.
	leave()
}

// hear takes one envelope in hand. It does not wait for anything.
func (b *Bot) hear(e *envelope, req socketmode.Request) {
	if !b.begin() {
		defer e.from.leave()
		b.decline(e, req, "bot.stopping")
		return
	}
	select {
	case b.slots <- struct{}{}:
	default:
		defer e.from.leave()
		b.hands.Done()
		b.log.Warn("too many lines at once", "envelope", e.id)
		b.decline(e, req, "bot.busy")
		return
	}
	go func() {
		defer b.hands.Done()
		defer e.from.leave()
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
			if payload, acknowledged := b.seen.payload(d); acknowledged {
				b.log.Info("heard before", "key", key)
				b.ack(e, payload)
			}
		case <-timer.C:
		}
		return
	}
	e.delivery = d
	h.call.Once = key
	if e.shared && !b.claim(e, key) {
		return
	}
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
		b.complain(e, h, r.refusal)
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

// ack acknowledges an envelope. It reports false where the payload may not have reached
// Slack; what Slack would drop, and the acknowledgement with it, is left out: see fits.
func (b *Bot) ack(e *envelope, payload any) bool {
	tooLarge := payload != nil && !fits(payload)
	if tooLarge {
		b.log.Error("an acknowledgement is too large for Slack", "envelope", e.id)
		payload = nil
	}
	if e.delivery != nil {
		b.seen.settle(e.delivery, payload)
	}
	ctx, cancel := context.WithDeadline(context.Background(), e.at.Add(ackWithin))
	defer cancel()
	reached, err := e.from.ack(ctx, e.id, payload)
	if err != nil {
		b.log.Error("an acknowledgement failed", "envelope", e.id, "err", err, "after", time.Since(e.at))
		return false
	}
	if b.opt.Acknowledged != nil {
		b.opt.Acknowledged(time.Since(e.at))
	}
	b.settle(e)
	return reached && !tooLarge
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
