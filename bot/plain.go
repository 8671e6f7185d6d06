package bot

import (
	"slices"
	"strings"

	"magpie/cards"
)

// Text is all that a card says in plain text, a part a line, for who sees no blocks. Nothing of
// it is cut. What is pressed is left out, but where the card says nothing else.
func (w *Words) Text(card cards.Card, lang, zone string) string {
	d := drawer{words: w, lang: lang, zone: zone}
	said := []string{d.plain(card.Title), d.plain(card.Lead), card.Face.Title}
	for _, l := range card.Face.Lines {
		label, text := d.lineOf(l)
		said = append(said, label+text)
	}
	said = append(said, d.plain(card.Image.Alt))
	for _, t := range card.Body {
		said = append(said, d.plain(t))
	}
	for _, c := range card.Charts {
		said = append(said, d.plain(c.Words))
	}
	for _, f := range card.Fields {
		said = append(said, d.labelled(d.plain(f.Label), d.plain(f.Value)))
	}
	for _, r := range card.Rows {
		said = append(said, d.plain(r.Text))
	}
	for _, c := range card.Content {
		said = append(said, d.labelled(d.label(c), c.Text))
	}
	for _, t := range card.Notes {
		said = append(said, d.plain(t))
	}
	said = slices.DeleteFunc(said, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(said) == 0 {
		for _, b := range card.Buttons {
			said = append(said, d.orLine(b.Label, b))
		}
	}
	return strings.Join(said, "\n")
}

// labelled is a text after its label, where it has one.
func (d drawer) labelled(label, text string) string {
	if label == "" {
		return text
	}
	return d.plain(cards.T("bot.label", "label", label)) + text
}
