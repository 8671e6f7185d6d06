package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/commands"
	"magpie/traces"
)

// reply is what came of a line: an answer, or why there is none.
type reply struct {
	answer  commands.Answer
	refusal *cards.Refusal
}

// card is the reply as people see it.
func (r reply) card() cards.Card {
	if r.refusal != nil {
		return cards.Card{Body: []cards.Text{r.refusal.Text}, Buttons: r.refusal.Buttons}
	}
	return r.answer.Card
}

// isSheet reports whether the answer is opened as a modal: a button asked for it.
func (r reply) isSheet(h *heard) bool {
	return r.refusal == nil && r.answer.Sheet && h.way == press && h.trigger != ""
}

// say hands a line to the Book, acknowledges it, and answers. The Book says how long it
// may take, and writes nothing past that; what takes longer than Slack waits for, or has
// to ask Slack, is acknowledged meanwhile, and answered when the Book returns.
func (b *Bot) say(e *envelope, h *heard) {
	base, span := b.opt.Traces.Start(context.Background(), "envelope")
	defer span.End()
	span.Text("magpie.way", string(h.way))
	accept, cancel := context.WithDeadline(base, e.at.Add(b.opt.Book.Within(h.call.Line)))
	defer cancel()
	asks := make(chan struct{})
	// A form shows what is wrong only by the acknowledgement, and whoever posts a command waits
	// for the answer.
	if h.way != submit && !(h.way == slash && e.shared) {
		accept = context.WithValue(accept, asksSlack{}, sync.OnceFunc(func() { close(asks) }))
	}
	done := make(chan reply, 1)
	go func() { done <- b.run(accept, h) }()
	timer := time.NewTimer(time.Until(e.at.Add(answerWithin)))
	defer timer.Stop()
	b.speakTo(h, cards.Person{}) // until the person is known
	select {
	case r := <-done:
		b.answer(base, e, h, r)
		return
	case <-asks:
	case <-timer.C:
		b.log.Info("a line is acknowledged before its answer", "once", h.call.Once)
	}
	b.ack(e, lateAck(h))
	select {
	case r := <-done:
		b.answerLater(base, e, h, r)
	case <-time.After(lateWithin):
	}
}

// asksSlack is the key under which a context knows what to do before a line waits for
// what Slack says of a channel.
type asksSlack struct{}

// beforeAsking lets go what must not wait for Slack.
func beforeAsking(ctx context.Context) {
	if release, ok := ctx.Value(asksSlack{}).(func()); ok {
		release()
	}
}

// run finds out who is speaking and says the line.
func (b *Bot) run(ctx context.Context, h *heard) (r reply) {
	defer func() {
		if p := recover(); p != nil {
			r = b.failure(h, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	who, known := b.opt.Directory.Lookup(ctx, h.call.Who.ID)
	if !known {
		return reply{refusal: cards.Refuse("bot.unknown_person")}
	}
	if who.Team == "" {
		who.Team = h.call.Who.Team
	}
	h.call.Who = who
	answer, err := b.opt.Book.Run(ctx, h.call)
	b.acted()
	if err != nil {
		return b.failure(h, errors.Join(err, ctx.Err()))
	}
	if answer.Request > 0 {
		traces.Current(ctx).Number("magpie.request", answer.Request)
	}
	return reply{answer: answer}
}

// failure is an error as it is told to the person.
func (b *Bot) failure(h *heard, err error) reply {
	var refusal *cards.Refusal
	var unsure interface{ MaybeDone() bool }
	switch {
	case errors.As(err, &refusal):
		return reply{refusal: refusal}
	case errors.As(err, &unsure) && unsure.MaybeDone():
		b.log.Warn("whether a line was done is not known", "once", h.call.Once, "err", err)
		return reply{refusal: cards.Refuse("bot.maybe_done")}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		b.log.Warn("a line was not accepted in time", "once", h.call.Once, "err", err)
		return reply{refusal: cards.Refuse("bot.too_late")}
	}
	ref := make([]byte, 4)
	_, _ = rand.Read(ref)
	code := hex.EncodeToString(ref)
	b.log.Error("a line failed", "ref", code, "who", h.call.Who.ID, "once", h.call.Once, "err", err)
	return reply{refusal: cards.Refuse("bot.failed", "ref", code)}
}

// answer acknowledges a line and shows what came of it.
func (b *Bot) answer(ctx context.Context, e *envelope, h *heard, r reply) {
	b.speakTo(h, h.call.Who)
	r = b.inThread(h, r)
	form := r.answer.Form
	switch {
	case h.checked != nil:
		b.ack(e, nil)
		b.showChecked(ctx, h, r)
	case h.way == submit && r.refusal != nil:
		whole := b.complain(e, h, r.refusal)
		if !whole || len(r.refusal.Buttons) > 0 { // a form's error has no room for them
			b.whisper(ctx, h, b.draw(h, r.card()))
		}
	case h.way == submit && form != nil:
		view, err := b.opt.Words.DrawForm(*form, h.call.Where, h.lang, h.zone)
		if err != nil {
			b.ack(e, slack.NewClearViewSubmissionResponse())
			b.formFailed(ctx, h, form.Line, err)
			return
		}
		if err := b.turnInto(ctx, e, h, view); err != nil {
			b.formFailed(ctx, h, form.Line, err)
		}
	case h.way == submit:
		b.ack(e, slack.NewClearViewSubmissionResponse())
		b.whisper(ctx, h, b.draw(h, r.card()))
	case form != nil:
		b.ack(e, nil)
		b.open(ctx, h, *form)
	case h.asList && r.refusal == nil && e.inTime():
		b.ack(e, nil)
		b.openList(ctx, h, r.card())
	case showsInList(h, r):
		b.ack(e, nil)
		b.redrawList(ctx, h, r.card())
	case r.isSheet(h):
		b.ack(e, nil)
		b.openSheet(ctx, h, r)
	case h.way == slash:
		messages := b.draw(h, r.card())
		if len(messages) == 0 {
			b.ack(e, nil)
			return
		}
		messages, fit := b.forAck(e, messages)
		if !fit {
			b.ack(e, nil)
		} else if b.ack(e, ephemeral(messages[0])) {
			messages = messages[1:]
		}
		b.whisper(ctx, h, messages)
	default:
		b.ack(e, nil)
		b.whisper(ctx, h, b.draw(h, r.card()))
	}
}

// answerLater answers what has been acknowledged without an answer. Where it is too late
// for a form, a button opens it.
func (b *Bot) answerLater(ctx context.Context, e *envelope, h *heard, r reply) {
	b.speakTo(h, h.call.Who)
	r = b.inThread(h, r)
	if h.checked != nil {
		b.showChecked(ctx, h, r)
		return
	}
	if form := r.answer.Form; form != nil && h.way != submit && e.inTime() {
		b.open(ctx, h, *form)
		return
	} else if h.asList && r.refusal == nil && e.inTime() {
		b.openList(ctx, h, r.card())
		return
	} else if form != nil {
		r.answer.Card = b.formButton(form.Line)
	}
	if r.isSheet(h) && time.Since(e.at) < answerWithin {
		b.openSheet(ctx, h, r)
		return
	}
	b.whisper(ctx, h, b.draw(h, r.card()))
}

// lateAck closes a form whose end is not known; everything else is left as it is.
func lateAck(h *heard) any {
	if h.way == submit {
		return slack.NewClearViewSubmissionResponse()
	}
	return nil
}

// draw draws a private answer. It bears no picture: a picture that Slack no longer has
// would cost the whole acknowledgement, and the shared card shows it.
func (b *Bot) draw(h *heard, card cards.Card) []Message {
	card.Image = cards.Image{}
	if b.tables.refusedLately() {
		card = asRows(card)
	}
	return b.opt.Words.Draw(card, h.lang, h.zone)
}

// privately is a message that one person sees.
type privately struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
	Thread          string        `json:"thread_ts,omitempty"`
}

func ephemeral(m Message) privately {
	return privately{ResponseType: "ephemeral", Text: m.Text, Blocks: m.Blocks}
}
