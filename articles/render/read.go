package render

import (
	"slices"
	"strings"
	"unicode"

	"magpie/cards"
)

// readParts are what readers read, in small letters and without signs that nobody sees,
// and where each part begins.
type readParts struct {
	text  strings.Builder
	parts []readPart
}

type readPart struct {
	at    int
	where string                     // the front matter's key
	line  func(at int, s string) int // nil in the front matter
}

func (r *readParts) add(text, where string, line func(at int, s string) int) {
	r.parts = append(r.parts, readPart{r.text.Len(), where, line})
	r.text.WriteString(lower(seen(text)) + "\n")
}

// checkWords looks for words that the law or the house does not want, in what readers
// see or hear. Each is told once, with how often it stands there.
func (c *checker) checkWords() {
	f, said := c.article.Front, c.read.text.String()
	var parts readParts
	parts.add(f.Title, "title", nil)
	parts.add(f.Author, "author", nil)
	parts.add(f.Digest, "digest", nil)
	parts.add(said, "", func(at int, word string) int { return c.read.lineOfText(unseen(said, at), word) })
	for _, image := range c.article.Images {
		parts.add(image.Alt, "", func(int, string) int { return image.Line })
	}
	text, list := parts.text.String(), joinWords(c.o.BannedWords)
	for _, word := range list {
		first, count := word.in(text, list)
		if count == 0 {
			continue
		}
		i, exact := slices.BinarySearchFunc(parts.parts, first, func(p readPart, at int) int { return p.at - at })
		if !exact {
			i--
		}
		part := parts.parts[i]
		finding := Finding{Code: "word", Where: part.where, Text: cards.T("render.word",
			"word", word.Word, "count", count, "advice", word.advice(), "source", word.source())}
		if part.line != nil {
			finding.Line = part.line(first-part.at, word.Word)
		}
		c.add(finding)
	}
}

// isUnseen reports whether a sign takes no room: a zero-width space and its like.
func isUnseen(r rune) bool {
	if r < 0x80 || r >= 0x3000 && r < 0xFE00 { // no letter of East Asia is one
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// seen takes out what nobody sees and may hide a word.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if isUnseen(r) {
			return -1
		}
		return r
	}, s)
}

// unseen is where a place of seen(s) stands in s.
func unseen(s string, at int) int {
	for i, r := range s {
		if isUnseen(r) {
			at += len(string(r))
		} else if i >= at {
			return i
		}
	}
	return len(s)
}
