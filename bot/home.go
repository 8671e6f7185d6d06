package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Homes keep who looks at the bot's home, and have it published: homes.Homes.
type Homes interface {
	// Open notes that somebody looks at theirs.
	Open(ctx context.Context, person string) error
	// Acted notes that somebody may have changed what homes show.
	Acted()
}

const (
	homeCallback = "magpie-home"
	maxHome      = 100 // blocks of a home or a modal
	openWithin   = 2 * time.Second
)

// openedHome hears that somebody looks at their home. Slack says so each time that they come
// to the app, with the tab on which they are, and again when they change it.
// https://docs.slack.dev/reference/events/app_home_opened
func (b *Bot) openedHome(kind string, raw json.RawMessage) bool {
	if kind != "app_home_opened" {
		return false
	}
	e, err := decode[struct {
		User string `json:"user"`
		Tab  string `json:"tab"`
	}](raw)
	if err != nil || e.User == "" || e.Tab != "" && e.Tab != "home" || b.opt.Homes == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	if err := b.opt.Homes.Open(ctx, e.User); err != nil {
		b.log.Warn("a home that was opened is not published", "who", e.User, "err", err)
	}
	return true
}

// acted has homes looked at again after a line.
func (b *Bot) acted() {
	if b.opt.Homes != nil {
		b.opt.Homes.Acted()
	}
}

// Publish shows somebody their home, in their language. Errors are *TellError.
// Slack: views.publish, https://docs.slack.dev/reference/methods/views.publish
func (t *Teller) Publish(ctx context.Context, person string, home cards.Home) error {
	lang, zone := t.lang, t.zone
	if reader, known := t.people.Person(person); known {
		lang, zone = cmp.Or(reader.Lang, lang), cmp.Or(reader.Zone, zone)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := t.client.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: person, View: t.words.DrawHome(home, lang, zone)})
	return tellError("views.publish", err)
}

// DrawHome draws a home within Slack's limits. What does not fit is left out from the end.
func (w *Words) DrawHome(home cards.Home, lang, zone string) slack.HomeTabViewRequest {
	d := drawer{words: w, lang: lang, zone: zone}
	notes := d.notes(home.Notes)
	blocks := d.filters(home.Filters)
	for i, part := range home.Parts {
		if i > 0 {
			blocks = append(blocks, block{slack.NewDividerBlock(), 0})
		}
		blocks = append(blocks, d.part(part, strconv.Itoa(i))...)
	}
	blocks = append(fewer(blocks, maxHome-len(notes)), notes...)
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: homeCallback, Blocks: slack.Blocks{BlockSet: bare(blocks)}}
}

func (d drawer) filters(filters []cards.Button) []block {
	var row []slack.BlockElement
	for i, f := range filters {
		row = append(row, d.button(f, "filter-"+strconv.Itoa(i)))
	}
	if len(row) == 0 {
		return nil
	}
	return []block{{slack.NewActionBlock("", row...), 0}}
}

func (d drawer) part(part cards.Part, action string) []block {
	var blocks []block
	if title := d.plain(part.Title); title != "" {
		blocks = append(blocks, block{slack.NewHeaderBlock(plainText(shorten(title, maxHeader))), size(title)})
	}
	blocks = append(blocks, section(d.say(part.Body))...)
	blocks = append(blocks, d.rows(part.Rows, action)...)
	if part.More.Line != "" {
		blocks = append(blocks, block{slack.NewActionBlock("", d.button(part.More, action+"-more")), 0})
	}
	return blocks
}

// DrawList draws a card as a modal that shows it, and that remembers by which line it came.
func (w *Words) DrawList(card cards.Card, line string, where cards.Place, lang, zone string) (slack.ModalViewRequest, error) {
	d := drawer{words: w, lang: lang, zone: zone}
	memo, err := json.Marshal(formMemo{Line: line, Channel: where.Channel, Thread: where.Thread})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	if size(string(memo)) > maxMetadata {
		return slack.ModalViewRequest{}, errFormTooLong
	}
	title := card.Title
	card = asRows(card) // Slack shows tables in messages alone
	card.Title = cards.Text{}
	tail := d.tail(card)
	blocks := append(fewer(slices.Concat(d.head(card), d.content(card)), maxModalBlocks-len(tail)), tail...)
	if len(blocks) == 0 {
		blocks = section(d.say(title))
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: listCallback, PrivateMetadata: string(memo),
		Title:  plainText(shorten(cmp.Or(d.plain(title), shown(line)), maxModalTitle)),
		Close:  plainText(shorten(d.plain(cards.T("bot.close")), maxModalTitle)),
		Blocks: slack.Blocks{BlockSet: bare(blocks)},
	}, nil
}
