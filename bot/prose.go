package bot

import (
	"strings"
	"unicode"

	"magpie/cards"
)

// isSentence reports whether a text brings words of its own in each language: a sentence, as
// WeChat's rules are, and no value.
func isSentence(t cards.Text) bool {
	_, value := t.Words[""]
	return len(t.Words) > 0 && !value
}

// prose writes a sentence so that mrkdwn shows it to the letter: a word of it that would format,
// such as a time, which looks like the name of an emoji, stands in code, and the rest does not.
func prose(s string) string {
	if !risky(s) {
		return escape(shown(s))
	}
	var b strings.Builder
	coded := false // what was written last
	write := func(said string, isCode bool) {
		if said == "" {
			return
		}
		// Slack sees code only where it stands apart from letters.
		if isCode && endsInLetter(b.String()) || coded && beginsWithLetter(said) {
			b.WriteByte(' ')
		}
		b.WriteString(said)
		coded = isCode
	}
	for s != "" {
		word, rest := nextWord(s)
		bare := strings.TrimRight(word, ".,;!?)")
		switch {
		case !risky(word):
			write(escape(shown(word)), false)
		case risky(bare) && !risky(word[len(bare):]):
			write(code(bare), true)
			write(escape(word[len(bare):]), false)
		default:
			write(code(word), true)
		}
		s = rest
	}
	return b.String()
}

// nextWord is what stands at the beginning of s: signs of writing without spaces, as Chinese has
// them, spaces, or all up to the next of these.
func nextWord(s string) (word, rest string) {
	kind := func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return 1
		case r >= 0x2E80:
			return 2
		}
		return 0
	}
	first := -1
	for i, r := range s {
		if first < 0 {
			first = kind(r)
		} else if kind(r) != first {
			return s[:i], s[i:]
		}
	}
	return s, ""
}
