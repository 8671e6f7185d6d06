package bot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Slack's limits, and what we keep below them.
const (
	maxHeader  = 150
	maxSection = 2900 // of 3000
	maxField   = 1900 // of 2000
	maxFields  = 10
	maxButtons = 25
	maxLabel   = 75
	maxLine    = 2000 // a button's value
	maxContext = 10
	maxAlt     = 1900   // of 2000
	maxBlocks  = 48     // of 50
	maxChars   = 12_000 // of about 13,200
	maxRow     = 6000   // of one block that holds several things
	maxText    = 3800   // bytes of the text beside blocks; 4,000 when edited
	maxAsk     = 300    // of what is asked once more; its title has maxAskTitle, its answers maxAnswer
	longField  = 500    // beyond it a field has a section of its own

	maxAskTitle = 100
	maxAnswer   = 30

	// The content of a first message is decided by the content alone: when the rest
	// of the card changes, what stands in the thread stays right.
	firstContentChars  = 6000
	firstContentBlocks = 24
	maxTailChars       = 3000
	maxTailBlocks      = 12
)

// Message is one Slack message: blocks, and the plain text that notifications and
// screen readers need.
type Message struct {
	Text   string
	Blocks []slack.Block

	// rows are the messages of the same card where the workspace refuses its table.
	rows []Message
}

// block is a block with how much it adds to a message.
type block struct {
	slack.Block
	chars int
}

// Draw draws a card within Slack's limits. The first message is the card; content
// that does not fit goes on in the further ones, in order, nothing lost.
func (w *Words) Draw(card cards.Card, lang, zone string) []Message {
	drawn := w.draw(card, lang, zone)
	if len(card.Columns) == 0 || len(drawn) == 0 {
		return drawn
	}
	rows := w.draw(asRows(card), lang, zone)
	if !drawn[0].hasTable() {
		return rows
	}
	drawn[0].rows = rows
	return drawn
}

func (w *Words) draw(card cards.Card, lang, zone string) []Message {
	d := drawer{words: w, lang: lang, zone: zone}
	if hides(card) {
		card.Body = append(slices.Clone(card.Body), cards.T("bot.hidden"))
	}
	content := d.content(card)
	first, later := fit(content, firstContentChars, firstContentBlocks)
	head, tail := d.head(card), d.tail(card)
	if chars(tail) > maxTailChars || len(tail) > maxTailBlocks {
		head, tail = append(head, tail...), nil
	}
	head, spilled := fit(head, maxChars-200-chars(first)-chars(tail), maxBlocks-2-len(first)-len(tail))
	later = append(spilled, later...)

	text := d.summary(card)
	if len(head)+len(first)+len(tail)+len(later) == 0 {
		return nil
	}
	var rest [][]block
	for len(later) > 0 {
		var page []block
		page, later = fit(later, maxChars-500, maxBlocks-1)
		rest = append(rest, page)
	}
	blocks := append(head, first...)
	if len(rest) > 0 {
		note := cards.T("bot.continues", "count", len(rest))
		blocks = append(blocks, d.context(d.say(note)))
	}
	messages := []Message{{Text: text, Blocks: bare(append(blocks, tail...))}}
	for i, page := range rest {
		part := cards.T("bot.part", "n", i+2, "of", len(rest)+1, "title", d.title(card))
		page = append([]block{d.context(shortenMrkdwn(d.say(part), 400))}, page...)
		messages = append(messages, Message{Text: shortenMrkdwn(d.say(part), 400), Blocks: bare(page)})
	}
	return messages
}

// drawer draws in one language and zone.
type drawer struct {
	words *Words
	lang  string
	zone  string
}

func (d drawer) say(t cards.Text) string   { return d.words.Say(t, d.lang, d.zone) }
func (d drawer) plain(t cards.Text) string { return d.words.Plain(t, d.lang, d.zone) }

// title is what further messages are called by.
func (d drawer) title(card cards.Card) cards.Text {
	if card.Title.IsZero() && len(card.Body) > 0 {
		return card.Body[0]
	}
	return card.Title
}

// summary is the text beside the blocks.
func (d drawer) summary(card cards.Card) string {
	var said []string
	for _, t := range []cards.Text{card.Title, card.Lead} {
		said = append(said, d.say(t))
	}
	said = append(said, d.faceInWords(card.Face)...)
	for _, t := range card.Body {
		said = append(said, d.say(t))
	}
	said = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	for _, c := range card.Charts {
		if words := d.say(c.Words); words != "" {
			said = append(said, words)
		}
	}
	for _, f := range card.Fields {
		said = append(said, d.say(f.Label)+": "+d.say(f.Value))
	}
	for _, r := range card.Rows {
		said = append(said, d.say(r.Text))
	}
	for _, c := range card.Content {
		said = append(said, safe(d.label(c))+": "+safe(inLine(shorten(c.Text, 200))))
	}
	for _, t := range card.Notes {
		said = append(said, d.say(t))
	}
	s := shortenMrkdwn(strings.Join(said, "\n"), maxText)
	if strings.TrimSpace(s) == "" && len(card.Buttons) > 0 {
		s = escape(shown(first(d.plain(card.Buttons[0].Label), card.Buttons[0].Line)))
	}
	return s
}

// head is title, sentence, what readers will see, paragraphs and fields.
func (d drawer) head(card cards.Card) []block {
	var blocks []block
	if title := d.plain(card.Title); title != "" {
		if size(title) <= maxHeader && !strings.Contains(title, "\n") && !mentions(card.Title) {
			header := slack.NewHeaderBlock(plainText(title))
			blocks = append(blocks, block{header, size(title)})
		} else {
			for _, piece := range splitMrkdwn(d.say(card.Title), maxSection) {
				blocks = append(blocks, section("*"+piece+"*")...)
			}
		}
	}
	blocks = append(blocks, section(d.say(card.Lead))...)
	if card.Image.File != "" {
		blocks = append(blocks, d.image(card.Image))
	}
	blocks = append(blocks, d.face(card.Face)...)
	for _, t := range card.Body {
		blocks = append(blocks, section(d.say(t))...)
	}
	blocks = append(blocks, d.charts(card.Charts)...)
	return append(append(blocks, d.fields(card.Fields)...), d.listed(card)...)
}

// fields stand in two columns, long ones alone.
func (d drawer) fields(fields []cards.Field) []block {
	var blocks []block
	var row []*slack.TextBlockObject
	width := 0
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, block{slack.NewSectionBlock(nil, row, nil), width})
			row, width = nil, 0
		}
	}
	for _, f := range fields {
		label, value := d.say(f.Label), d.say(f.Value)
		said := value
		if label != "" {
			said = "*" + label + "*\n" + value
		}
		switch n := size(said); {
		case strings.TrimSpace(said) == "":
		case n > longField || n > maxField:
			flush()
			blocks = append(blocks, section(said)...)
		default:
			if len(row) == maxFields {
				flush()
			}
			row, width = append(row, mrkdwn(said)), width+n
		}
	}
	flush()
	return blocks
}

// tail is buttons and small print.
func (d drawer) tail(card cards.Card) []block {
	var blocks []block
	var row []slack.BlockElement
	width := 0
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, block{slack.NewActionBlock("", row...), width})
			row, width = nil, 0
		}
	}
	for i, b := range card.Buttons {
		if size(b.Line) > maxLine || b.Line == "" {
			continue
		}
		button := d.button(b, "say-"+strconv.Itoa(i))
		n := size(button.Text.Text) + size(b.Line) + sizeOf(button.Confirm)
		if len(row) == maxButtons || width+n > maxRow {
			flush()
		}
		row, width = append(row, button), width+n
	}
	flush()

	return append(blocks, d.notes(card.Notes)...)
}

func (d drawer) notes(texts []cards.Text) []block {
	var blocks []block
	var row []slack.MixedElement
	width := 0
	flush := func() {
		if len(row) > 0 {
			blocks = append(blocks, block{slack.NewContextBlock("", row...), width})
			row, width = nil, 0
		}
	}
	for _, t := range texts {
		for _, piece := range splitMrkdwn(d.say(t), maxField) {
			if strings.TrimSpace(piece) == "" {
				continue
			}
			if len(row) == maxContext || width+size(piece) > maxRow {
				flush()
			}
			row, width = append(row, mrkdwn(piece)), width+size(piece)
		}
	}
	flush()
	return blocks
}

func (d drawer) context(said string) block {
	return block{slack.NewContextBlock("", mrkdwn(said)), size(said)}
}
