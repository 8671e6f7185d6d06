package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

const (
	checkAction  = "check-form" // of the button that has a form checked
	checkBlock   = "check"      // holds it
	checkedBlock = "checked"    // begins what came of it
	maxChecked   = 12           // blocks of it
)

// checkButton has a form checked as it is filled in: Slack's modals have a submit button alone.
func (d drawer) checkButton() slack.Block {
	button := slack.NewButtonBlockElement(checkAction, checkBlock, plainText(shorten(d.plain(cards.T("bot.check")), maxLabel)))
	return slack.NewActionBlock(checkBlock, button)
}

// readCheck makes the press of a form's check button the line that the form would say, to be
// checked. Other buttons it leaves as they are.
func (b *Bot) readCheck(raw json.RawMessage, h *heard) {
	p, err := decode[struct {
		View    json.RawMessage `json:"view"`
		Actions []struct {
			ID string `json:"action_id"`
		} `json:"actions"`
	}](raw)
	if err != nil || len(p.Actions) == 0 || p.Actions[0].ID != checkAction {
		return
	}
	view, err := decode[submittedView](p.View)
	if err != nil || view.memo().Line == "" {
		return
	}
	h.view, h.checked = view, p.View
	h.call.Line, h.call.Form = "check "+b.opt.Book.Submitted(view.memo().Line, view.values()), true
}

// showChecked shows below a form's check button what the form would meet. What was filled in
// stays: Slack keeps it for inputs whose block_id and action_id are the same
// (docs.slack.dev/reference/methods/views.update, "Preserving input entry").
//
// Slack: views.update.
func (b *Bot) showChecked(ctx context.Context, h *heard, r reply) {
	view, err := decode[struct {
		ID       string       `json:"id"`
		Hash     string       `json:"hash"`
		Callback string       `json:"callback_id"`
		Memo     string       `json:"private_metadata"`
		Blocks   slack.Blocks `json:"blocks"`
		Title    *slack.TextBlockObject
		Submit   *slack.TextBlockObject
		Close    *slack.TextBlockObject
	}](h.checked)
	if err == nil {
		blocks := slices.DeleteFunc(view.Blocks.BlockSet, func(block slack.Block) bool { return strings.HasPrefix(block.ID(), checkedBlock) })
		found := b.drawChecked(h, r.card())
		at := slices.IndexFunc(blocks, func(block slack.Block) bool { return block.ID() == checkBlock })
		room := max(0, min(len(found), maxModalBlocks-len(blocks)))
		blocks = slices.Insert(blocks, at+1, found[:room]...)
		asking, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		_, err = b.opt.Client.UpdateViewContext(asking, slack.ModalViewRequest{
			Type: slack.VTModal, CallbackID: view.Callback, PrivateMetadata: view.Memo, Title: view.Title, Submit: view.Submit, Close: view.Close,
			Blocks: slack.Blocks{BlockSet: blocks},
		}, "", view.Hash, view.ID)
	}
	if err != nil { // the form may be closed by now
		b.log.Info("a form could not show what was checked", "who", h.call.Who.ID, "err", err)
		b.whisper(ctx, h, b.draw(h, r.card()))
	}
}

// drawChecked draws the result of a check, without what the form itself shows.
func (b *Bot) drawChecked(h *heard, card cards.Card) []slack.Block {
	d := drawer{words: b.opt.Words, lang: h.lang, zone: h.zone}
	said := slices.Clone(card.Body)
	for _, f := range card.Fields {
		said = append(said, cards.T("bot.checked_field", "label", f.Label, "value", f.Value))
	}
	texts := make([]string, len(said))
	for i, text := range said {
		texts[i] = d.say(text)
	}
	var blocks []slack.Block
	for i, block := range bare(section(strings.Join(texts, "\n"))) {
		if s, ok := block.(*slack.SectionBlock); ok && i < maxChecked {
			s.BlockID = checkedBlock + string(rune('a'+i))
			blocks = append(blocks, s)
		}
	}
	return blocks
}
