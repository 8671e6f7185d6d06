package bot

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/commands"
)

// suggestWithin is how long the options of a list may take: Slack waits 3 s.
const suggestWithin = 2 * time.Second

// readSuggestion reads what somebody types into a list of a form.
func (b *Bot) readSuggestion(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		User  actor         `json:"user"`
		Block string        `json:"block_id"`
		Value string        `json:"value"`
		View  submittedView `json:"view"`
	}](raw)
	memo := p.View.memo()
	if err != nil || p.User.ID == "" || memo.Line == "" {
		return nil, err
	}
	return &heard{
		way: suggests, view: p.View, field: p.Block, typed: p.Value,
		call: commands.Call{
			Line: memo.Line, Who: cards.Person{ID: p.User.ID, Team: p.User.Team},
			Where: cards.Place{Channel: memo.Channel, Thread: memo.Thread},
		},
	}, nil
}

// suggest answers with the options that fit what is typed.
func (b *Bot) suggest(e *envelope, h *heard) {
	ctx, cancel := context.WithDeadline(context.Background(), e.at.Add(suggestWithin))
	defer cancel()
	if who, known := b.opt.Directory.Lookup(ctx, h.call.Who.ID); known {
		h.call.Who = who
	}
	b.speakTo(h, h.call.Who)
	choices, err := b.opt.Book.Options(ctx, h.call, h.view.values()["account"], h.field, h.typed)
	if err != nil {
		b.log.Warn("a list could not be looked up", "who", h.call.Who.ID, "field", h.field, "err", err)
	}
	d := drawer{words: b.opt.Words, lang: h.lang, zone: h.zone}
	answer := slack.OptionsResponse{Options: []*slack.OptionBlockObject{}}
	for _, c := range choices {
		if options := d.options([]cards.Choice{c}); options != nil && len(answer.Options) < maxOptions {
			answer.Options = append(answer.Options, options...)
		}
	}
	b.ack(e, answer)
}
