package bot

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// content is set to the letter: preformatted rich text knows no formatting at all.
func (d drawer) content(card cards.Card) []block {
	var blocks []block
	add := func(label, text string, follow bool) {
		text = shown(strings.ToValidUTF8(text, "\uFFFD"))
		label = shorten(shown(label), 200)
		if text == "" {
			blocks = append(blocks, d.exact(label, "", false))
			return
		}
		pieces := cutText(text, maxSection-200)
		for i, piece := range pieces {
			l := label
			if len(pieces) > 1 {
				l += " (" + strconv.Itoa(i+1) + "/" + strconv.Itoa(len(pieces)) + ")"
			}
			blocks = append(blocks, d.exact(l, piece, follow && isWebAddress(text)))
		}
	}
	for _, c := range card.Content {
		add(d.label(c), c.Text, c.Link)
	}
	for _, b := range card.Buttons { // a line too long for a button is shown to be copied
		if size(b.Line) > maxLine {
			add(d.plain(b.Label), b.Line, false)
		}
	}
	return blocks
}

// label is what stands above exact content: where several of a sort are numbered, the
// number stays before the name.
func (d drawer) label(c cards.Content) string {
	if c.Name == "" {
		return c.Label
	}
	number, _, numbered := strings.Cut(c.Label, ". ")
	if !numbered {
		return d.plain(cards.T(c.Name))
	}
	return number + ". " + d.plain(cards.T(c.Name))
}

func (d drawer) exact(label, text string, follow bool) block {
	var elements []slack.RichTextElement
	var head []slack.RichTextSectionElement
	if label != "" {
		head = append(head, slack.NewRichTextSectionTextElement(label, &slack.RichTextSectionTextStyle{Bold: true}))
	}
	if text == "" {
		empty := d.plain(cards.T("bot.empty"))
		head = append(head, slack.NewRichTextSectionTextElement(" "+empty, &slack.RichTextSectionTextStyle{Italic: true}))
	}
	if len(head) > 0 {
		elements = append(elements, slack.NewRichTextSection(head...))
	}
	if follow {
		elements = append(elements, slack.NewRichTextSection(slack.NewRichTextSectionLinkElement(text, text, nil)))
	} else if text != "" {
		elements = append(elements, &slack.RichTextPreformatted{
			Type:     slack.RTEPreformatted,
			Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(text, nil)},
		})
	}
	return block{slack.NewRichTextBlock("", elements...), size(label) + size(text) + 20}
}
