package bot

import (
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"magpie/cards"
)

const (
	maxFaceLine = 600  // characters of one line of what readers will see
	maxFace     = 2400 // of all of it
)

// face is what readers will see, set off by a bar at its side. Rich text formats nothing by
// itself, so each value stands to the letter. What is cut is said, with how much it is.
func (d drawer) face(f cards.Face) []block {
	var elements []slack.RichTextSectionElement
	width := 0
	add := func(text string, style *slack.RichTextSectionTextStyle) {
		elements = append(elements, slack.NewRichTextSectionTextElement(text, style))
		width += size(text)
	}
	if title := inLine(shown(f.Title)); title != "" {
		add(title, &slack.RichTextSectionTextStyle{Bold: true})
	}
	for _, l := range f.Lines {
		if len(elements) > 0 {
			add("\n", nil)
		}
		label, text := d.lineOf(l)
		if label != "" {
			add(label, &slack.RichTextSectionTextStyle{Bold: true})
		}
		kept := strings.TrimRight(cutText(text, max(80, min(maxFaceLine, maxFace-width)))[0], " \n")
		if size(text) <= min(maxFaceLine, max(80, maxFace-width)) {
			kept = text
		}
		add(kept, nil)
		if kept != text {
			add(d.more(text, kept), &slack.RichTextSectionTextStyle{Italic: true})
		}
	}
	if len(elements) == 0 {
		return nil
	}
	return []block{{slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: elements}), width}}
}

// lineOf is a line's label with what parts it from its text, and the text.
func (d drawer) lineOf(l cards.Line) (label, text string) {
	text = shown(strings.ToValidUTF8(l.Text, "\uFFFD"))
	if label = inLine(d.plain(l.Label)); label == "" {
		return "", text
	}
	if text == "" {
		text = d.plain(cards.T("bot.empty"))
	}
	return d.plain(cards.T("bot.label", "label", label)), text
}

// more says how much of a text Details holds beyond what is shown of it.
func (d drawer) more(text, kept string) string {
	return d.plain(cards.T("bot.more_in_details", "count", utf8.RuneCountInString(text)-utf8.RuneCountInString(kept)))
}

// faceInWords is what readers will see for those who see no blocks.
func (d drawer) faceInWords(f cards.Face) []string {
	var said []string
	if f.Title != "" {
		said = append(said, safe(inLine(f.Title)))
	}
	for _, l := range f.Lines {
		label, text := d.lineOf(l)
		said = append(said, escape(label)+safe(inLine(shorten(text, 200))))
	}
	return said
}
