package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

const sheetCallback = "magpie-sheet"

// DrawSheet draws one page (from 1) of a card as a modal to be read. Nothing is lost: what does
// not fit goes on on the next page, which a button of the same line opens.
func (w *Words) DrawSheet(card cards.Card, line string, page int, where cards.Place, lang, zone string) (slack.ModalViewRequest, error) {
	d := drawer{words: w, lang: lang, zone: zone}
	memo, err := json.Marshal(formMemo{Channel: where.Channel, Thread: where.Thread})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	title := d.plain(card.Title)
	card = asRows(card) // Slack shows tables in messages alone
	card.Title = cards.Text{}
	var pages [][]block
	for rest := append(append(d.head(card), d.content(card)...), d.notes(card.Notes)...); len(rest) > 0; {
		var page []block
		page, rest = fit(rest, maxChars-500, maxBlocks-2)
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		pages = [][]block{nil}
	}
	page = min(max(page, 1), len(pages))
	blocks := pages[page-1]
	if len(pages) > 1 {
		blocks = append(blocks, d.context(d.say(cards.T("bot.page", "n", page, "of", len(pages)))), d.turning(line, page, len(pages)))
	}
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      sheetCallback,
		PrivateMetadata: string(memo),
		Title:           plainText(shorten(title, maxModalTitle)),
		Close:           plainText(shorten(d.plain(cards.T("bot.close")), maxModalTitle)),
		Blocks:          slack.Blocks{BlockSet: bare(blocks)},
	}, nil
}

// turning are the buttons that open the pages beside one.
func (d drawer) turning(line string, page, of int) block {
	line, _, _ = strings.Cut(line, " page=")
	var row []slack.BlockElement
	if page > 1 {
		row = append(row, d.button(cards.Button{Label: cards.T("bot.previous"), Line: fmt.Sprintf("%s page=%d", line, page-1)}, "previous"))
	}
	if page < of {
		row = append(row, d.button(cards.Button{Label: cards.T("bot.next"), Line: fmt.Sprintf("%s page=%d", line, page+1)}, "next"))
	}
	return block{slack.NewActionBlock("", row...), 100}
}

// openSheet shows a page in a modal; in that which the button stood in, where it did. Where
// Slack does not open it, the same is told in a private message.
func (b *Bot) openSheet(ctx context.Context, h *heard, r reply) {
	card := r.answer.Card
	card.Image = cards.Image{}
	view, err := b.opt.Words.DrawSheet(card, h.call.Line, r.answer.Page, h.call.Where, h.lang, h.zone)
	if err == nil {
		opening, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		switch {
		case h.view.CallbackID == sheetCallback:
			_, err = b.opt.Client.UpdateViewContext(opening, view, "", "", h.view.ID)
		case h.inModal:
			_, err = b.opt.Client.PushViewContext(opening, h.trigger, view)
		default:
			_, err = b.opt.Client.OpenViewContext(opening, h.trigger, view)
		}
	}
	if err != nil {
		b.log.Warn("a modal could not be opened; it is told instead", "who", h.call.Who.ID, "err", err)
		b.whisper(ctx, h, b.draw(h, card))
	}
}
