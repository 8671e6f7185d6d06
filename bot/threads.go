package bot

import (
	"slices"

	"magpie/cards"
)

// inThread tells whoever was refused in a thread how lines are said there: a refusal offers
// lines as slash commands, which Slack takes in no thread. What answers a mention in a thread
// stands in that thread.
// https://docs.slack.dev/interactivity/implementing-slash-commands
func (b *Bot) inThread(h *heard, r reply) reply {
	if h.way != spoken || h.call.Where.Thread == "" || r.refusal == nil {
		return r
	}
	card := r.card()
	card.Notes = append(slices.Clone(card.Notes), cards.T("help.threads", "command", cards.Code(b.opt.Command)))
	r.refusal, r.answer.Card = nil, card
	return r
}
