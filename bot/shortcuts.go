package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/commands"
)

// The global shortcuts: one picks a form, one lists what waits for whoever uses it.
const (
	askShortcut     = "ask_wechat"
	waitingShortcut = "waiting_for_me"

	listCallback = "magpie-list" // of a modal that shows a card
)

// readGlobal makes a line of a global shortcut, which is used nowhere in particular. What
// comes of it is shown in a modal.
func (b *Bot) readGlobal(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		Callback string `json:"callback_id"`
		Trigger  string `json:"trigger_id"`
		User     actor  `json:"user"`
	}](raw)
	line, known := map[string]string{askShortcut: "forms", waitingShortcut: "requests waiting-for-me"}[p.Callback]
	if err != nil || p.User.ID == "" || !known {
		return nil, err
	}
	return &heard{
		way: press, trigger: p.Trigger, asList: true,
		call: commands.Call{Line: line, Who: cards.Person{ID: p.User.ID, Team: p.User.Team}},
	}, nil
}

// openList shows a card in a modal. Where Slack does not open it, it is a message.
func (b *Bot) openList(ctx context.Context, h *heard, card cards.Card) {
	view, err := b.opt.Words.DrawList(withoutImage(card), h.call.Line, h.call.Where, h.lang, h.zone)
	if err == nil {
		opening, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		_, err = b.opt.Client.OpenViewContext(opening, h.trigger, view)
	}
	if err != nil {
		b.viewFailed(h, err)
		b.whisper(ctx, h, b.draw(h, card))
	}
}

// redrawList shows, in the modal in which a button was pressed, what came of it, above the
// list as it is now.
func (b *Bot) redrawList(ctx context.Context, h *heard, said cards.Card) {
	line := h.view.memo().Line
	within, cancel := context.WithTimeout(ctx, b.opt.Book.Within(line))
	defer cancel()
	again := *h
	again.call.Line, again.call.Once = line, h.call.Once+" list"
	list := b.run(within, &again).card()
	list.Body = append(append([]cards.Text{}, said.Body...), list.Body...)
	view, err := b.opt.Words.DrawList(withoutImage(list), line, h.call.Where, h.lang, h.zone)
	if err == nil {
		_, err = b.opt.Client.UpdateViewContext(within, view, "", "", h.view.ID)
	}
	if err != nil {
		b.viewFailed(h, err)
		b.whisper(ctx, h, b.draw(h, said))
	}
}

// showsInList reports whether the answer to a press belongs into the modal in which the button
// stood: it says little, and nothing to press.
func showsInList(h *heard, r reply) bool {
	card := r.card()
	return h.inModal && h.view.CallbackID == listCallback && len(card.Rows)+len(card.Fields)+len(card.Content)+len(card.Buttons) == 0
}

func (b *Bot) viewFailed(h *heard, err error) {
	var refused slack.SlackErrorResponse
	var detail []string
	if errors.As(err, &refused) {
		detail = refused.ResponseMetadata.Messages
	}
	b.log.Warn("a modal could not be shown", "who", h.call.Who.ID, "err", err, "detail", detail)
}

func withoutImage(card cards.Card) cards.Card {
	card.Image = cards.Image{}
	return card
}

// inTime reports whether a trigger may still open something.
func (e *envelope) inTime() bool { return time.Since(e.at) < answerWithin }
