package bot

import (
	"fmt"
	"strings"
	"unicode"

	"magpie/cards"
)

// shown makes visible what nobody sees in s, or what changes how the rest is seen: control
// characters (a tab and a line break aside), what turns the direction of writing, what has
// no width. U+202E becomes ⟨U+202E⟩. What holds an emoji or a Persian word together, and
// the sign behind a character that chooses its form, belong to what is seen and stay.
func shown(s string) string {
	if !strings.ContainsFunc(s, isSuspect) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		if isSuspect(r) && !belongs(runes, i) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inLine makes visible in s what a value that stands in one line would lose: its line breaks
// and tabs, which are sent like the rest.
func inLine(s string) string { return lineSigns.Replace(s) }

var lineSigns = strings.NewReplacer("\r\n", "↵", "\n", "↵", "\t", "⇥")

// isSuspect reports whether r may be something that nobody sees.
func isSuspect(r rune) bool {
	switch {
	case r >= ' ' && r <= '~', r >= '一' && r <= '鿿', r == '\n', r == '\t':
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), isVariation(r):
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // Arabic signs around a number
		return false
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

func isVariation(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) }

const (
	nonJoiner = '\u200C'
	joiner    = '\u200D'
	blackFlag = '\U0001F3F4'
	tagEnd    = '\U000E007F'
)

// belongs reports whether the sign at i is part of what is seen before it.
func belongs(s []rune, i int) bool {
	if i == 0 {
		return false
	}
	before, r := s[i-1], s[i]
	switch {
	case isVariation(r):
		return unicode.IsGraphic(before) && !isSuspect(before) && !unicode.IsSpace(before)
	case i == len(s)-1 && r != tagEnd:
		return false
	case r == joiner:
		return isEmoji(before) && isEmoji(s[i+1]) || joins(before, s[i+1])
	case r == nonJoiner:
		return joins(before, s[i+1])
	case r >= '\U000E0020' && r <= tagEnd: // the flag of a region: England's, for one
		return before == blackFlag || before > '\U000E0020' && before < tagEnd && belongs(s, i-1)
	}
	return false
}

func isEmoji(r rune) bool {
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || isVariation(r)
}

// joins reports whether a and b are letters of a script that joins them.
func joins(a, b rune) bool {
	return unicode.In(a, joining...) && unicode.In(b, joining...)
}

var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
}

// hides reports whether something in a card had to be made visible.
func hides(card cards.Card) bool {
	texts := append(append([]cards.Text{card.Title, card.Lead, card.Image.Alt}, card.Body...), card.Notes...)
	if isHidden(card.Face.Title) {
		return true
	}
	for _, l := range card.Face.Lines {
		if isHidden(l.Text) {
			return true
		}
		texts = append(texts, l.Label)
	}
	for _, f := range card.Fields {
		texts = append(texts, f.Label, f.Value)
	}
	for _, r := range card.Rows {
		texts = append(append(texts, r.Text), r.Cells...)
	}
	for _, b := range card.Buttons {
		texts = append(texts, b.Label)
		if b.Confirm != nil {
			texts = append(texts, b.Confirm.Title, b.Confirm.Text)
		}
	}
	for _, c := range card.Content {
		if isHidden(c.Label) || isHidden(c.Text) {
			return true
		}
	}
	for _, t := range texts {
		if textHides(t) {
			return true
		}
	}
	return false
}

func isHidden(s string) bool {
	return strings.ContainsFunc(s, isSuspect) && shown(s) != strings.ReplaceAll(s, "\r\n", "\n")
}

func textHides(t cards.Text) bool {
	for _, words := range t.Words {
		if isHidden(words) {
			return true
		}
	}
	for _, arg := range t.Args {
		if argHides(arg) {
			return true
		}
	}
	return false
}

func argHides(a cards.Arg) bool {
	for _, one := range a.List {
		if argHides(one) {
			return true
		}
	}
	return isHidden(a.String) || a.Text != nil && textHides(*a.Text)
}
