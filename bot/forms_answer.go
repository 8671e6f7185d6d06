package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// complain shows a refusal in the form: each fault at its input, or at the first. It reports
// false where Slack has no room for all of it.
func (b *Bot) complain(e *envelope, h *heard, refusal *cards.Refusal) (whole bool) {
	faults := refusal.Faults
	if len(faults) == 0 {
		faults = []cards.Fault{{Field: refusal.Field, Text: refusal.Text}}
	}
	at := map[string]string{}
	for _, f := range faults {
		input := h.view.at(f.Field)
		at[input] = strings.TrimPrefix(at[input]+"\n"+b.opt.Words.Plain(f.Text, h.lang, h.zone), "\n")
	}
	if payload := slack.NewErrorsViewSubmissionResponse(at); fits(payload) {
		b.ack(e, payload)
		return true
	}
	for input, said := range at {
		at[input] = shorten(said, maxInput/len(at))
	}
	b.ack(e, slack.NewErrorsViewSubmissionResponse(at))
	return false
}

// turnInto has the form that was submitted become another one. Where that is too large for
// an acknowledgement, it says that the form is coming, and the form comes by itself.
func (b *Bot) turnInto(ctx context.Context, e *envelope, h *heard, view slack.ModalViewRequest) error {
	if payload := slack.NewUpdateViewSubmissionResponse(&view); fits(payload) {
		b.ack(e, payload)
		return nil
	}
	coming := view
	coming.Submit = nil
	coming.Blocks = slack.Blocks{BlockSet: bare(section(b.opt.Words.Plain(cards.T("bot.form_comes"), h.lang, h.zone)))}
	b.ack(e, slack.NewUpdateViewSubmissionResponse(&coming))
	if err := sleep(ctx, ackTaken); err != nil {
		return err
	}
	updating, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := b.opt.Client.UpdateViewContext(updating, view, "", "", h.view.ID)
	return err
}

// ackTaken is the time in which Slack does what an acknowledgement asks for: an update that
// overtook it would be lost.
const ackTaken = 500 * time.Millisecond

// open opens a form. Whoever has no trigger, by a mention, gets a button that has.
func (b *Bot) open(ctx context.Context, h *heard, form cards.Form) {
	if h.trigger == "" {
		b.whisper(ctx, h, b.draw(h, b.formButton(h.call.Line)))
		return
	}
	view, err := b.opt.Words.DrawForm(form, h.call.Where, h.lang, h.zone)
	if err == nil {
		opening, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		if h.inModal {
			_, err = b.opt.Client.PushViewContext(opening, h.trigger, view)
		} else {
			_, err = b.opt.Client.OpenViewContext(opening, h.trigger, view)
		}
	}
	if isCode(err, "exchanged_trigger_id") { // another process met the line again, and opened it
		b.log.Info("a form was opened already", "once", h.call.Once)
		return
	}
	if err != nil {
		b.formFailed(ctx, h, form.Line, err)
	}
}

func (b *Bot) formFailed(ctx context.Context, h *heard, line string, err error) {
	var refused slack.SlackErrorResponse
	var detail []string
	if errors.As(err, &refused) {
		detail = refused.ResponseMetadata.Messages
	}
	b.log.Warn("a form could not be opened", "who", h.call.Who.ID, "err", err, "detail", detail)
	reason := err.Error()
	if refused.Err == "" {
		reason = "no answer"
	}
	card := b.formButton(line)
	card.Body = []cards.Text{cards.T("bot.form_failed", "reason", reason, "line", b.opt.Command+" "+line)}
	b.whisper(ctx, h, b.draw(h, card))
}

// formButton is a card with a button that opens the form of a line.
func (b *Bot) formButton(line string) cards.Card {
	return cards.Card{
		Body:    []cards.Text{cards.T("bot.form_elsewhere")},
		Buttons: []cards.Button{{Label: cards.T("bot.open_form"), Line: line, Style: "primary"}},
	}
}
