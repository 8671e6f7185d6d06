// Package markdown writes words that look like something as Markdown: for what people paste
// into Slack, for Word documents, and for articles as WeChat gives them back.
package markdown

import (
	"strings"
	"unicode"
)

// Look is how words look.
type Look struct {
	Bold, Italic, Strike, Under, Super, Sub, Mark bool
}

// Emphasis writes text, which has no white space at its ends, in a look: with Markdown's
// signs where they are sure to be read as such, else with tags. written is the text as
// Markdown has it; alone says that what stands right before and behind it is plain.
func Emphasis(text, written string, look Look, alone bool) string {
	if text == "" {
		return written
	}
	var signs, tags []string
	for _, k := range []struct {
		on        bool
		sign, tag string
	}{
		{look.Bold, "**", "strong"}, {look.Italic, "*", "em"}, {look.Strike, "~~", "del"},
		{look.Under, "", "u"}, {look.Super, "", "sup"}, {look.Sub, "", "sub"}, {look.Mark, "", "mark"},
	} {
		if k.on {
			signs, tags = append(signs, k.sign), append(tags, k.tag)
		}
	}
	letters := []rune(text)
	first, last := letters[0], letters[len(letters)-1]
	// A star beside a number may be one of arithmetic.
	if alone && len(signs) == 1 && signs[0] != "" && isWordy(first) && isWordy(last) && !unicode.IsDigit(first) && !unicode.IsDigit(last) && !strings.Contains(text, "\n") {
		return signs[0] + written + signs[0]
	}
	before, after := "", ""
	for _, tag := range tags {
		before, after = before+"<"+tag+">", "</"+tag+">"+after
	}
	return before + written + after
}

func isWordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Code is code within a line, with more backticks around it than within.
func Code(text string) string {
	ticks := strings.Repeat("`", 1+LongestTicks(text))
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// LongestTicks is how long the longest row of backticks is.
func LongestTicks(text string) (longest int) {
	row := 0
	for i := range len(text) {
		if text[i] != '`' {
			row = 0
			continue
		}
		row++
		longest = max(longest, row)
	}
	return longest
}
