package articles

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// piece is a part of a text, and what stood between it and the next.
type piece struct{ text, sep string }

// pieces cuts a text into parts of at most so many letters, at headings where it can, else
// between blocks. Code and formulas are not cut, nor what is further in than the line above; a
// single paragraph that is longer is cut between lines, then between sentences. Put together
// again the parts are the text.
func pieces(text string, most int) []piece {
	if utf8.RuneCountInString(text) <= most {
		return []piece{{text: text}}
	}
	var all []piece
	var now []piece // the blocks of the part that grows
	size := 0
	cut := func(at int) {
		if at > 0 {
			all = append(all, joined(now[:at]))
			now = append([]piece{}, now[at:]...)
		}
		size = 0
		for _, b := range now {
			size += utf8.RuneCountInString(b.text + b.sep)
		}
	}
	for _, b := range blocksIn(text) {
		long := utf8.RuneCountInString(b.text)
		if len(now) > 0 && size+long > most {
			cut(headingIn(now))
			if len(now) > 0 && size+long > most {
				cut(len(now))
			}
		}
		if long > most && len(fences(b.text)) == 0 && !strings.HasPrefix(b.text, "$$") {
			cut(len(now))
			all = append(all, sentences(b, most)...)
			continue
		}
		now, size = append(now, b), size+utf8.RuneCountInString(b.text+b.sep)
	}
	cut(len(now))
	return all
}

// headingIn is the last block in the second half that is a heading; all of them where none is.
func headingIn(blocks []piece) int {
	for i := len(blocks) - 1; i > 0 && i >= len(blocks)/2; i-- {
		if strings.HasPrefix(blocks[i].text, "#") {
			return i
		}
	}
	return len(blocks)
}

func joined(blocks []piece) piece {
	var b strings.Builder
	for i, one := range blocks {
		b.WriteString(one.text)
		if i < len(blocks)-1 {
			b.WriteString(one.sep)
		}
	}
	return piece{b.String(), blocks[len(blocks)-1].sep}
}

// blocksIn are the blocks of a text: what stands between empty lines, but that a block of code
// or a formula is one, and that what is further in belongs to what stands above.
func blocksIn(text string) []piece {
	var all []piece
	code := fences(text)
	at, start, end := 0, 0, -1 // end: of the block's text, where empty lines have begun
	formula := false
	for line := range strings.SplitAfterSeq(text, "\n") {
		said := strings.TrimSpace(line)
		within := formula
		for _, f := range code {
			within = within || at > f[0] && at < f[1]
		}
		switch {
		case said == "" && !within && end < 0:
			end = at
		case said != "" && end >= 0 && line[0] != ' ' && line[0] != '\t' && !within:
			all = append(all, block(text[start:end], text[end:at]))
			start, end = at, -1
		case said != "":
			end = -1
		}
		if strings.HasPrefix(said, "$$") && (said == "$$" || !strings.HasSuffix(said, "$$")) || formula && strings.HasSuffix(said, "$$") {
			formula = !formula
		}
		at += len(line)
	}
	return append(all, block(text[start:], ""))
}

// block is a piece whose text has no line's end behind it.
func block(text, sep string) piece {
	trimmed := strings.TrimRight(text, "\r\n")
	return piece{trimmed, text[len(trimmed):] + sep}
}

var sentenceEnd = regexp.MustCompile(`\n|[。！？][”’」』）]?|[.!?]["')]? `)

// sentences cuts a paragraph, and a list between its outermost items.
func sentences(b piece, most int) []piece {
	var all []piece
	rest := b.text
	for utf8.RuneCountInString(rest) > most {
		at := 0
		for _, m := range sentenceEnd.FindAllStringIndex(rest, -1) {
			if utf8.RuneCountInString(strings.TrimRight(rest[:m[1]], " \n")) > most {
				break
			}
			if m[1] == len(rest) || !strings.ContainsRune(" \t\r\n", rune(rest[m[1]])) {
				at = m[1]
			}
		}
		if at == 0 {
			break // one sentence: it goes whole
		}
		text := strings.TrimRight(rest[:at], " \n")
		all, rest = append(all, piece{text, rest[len(text):at]}), rest[at:]
	}
	if rest == "" && len(all) > 0 {
		all[len(all)-1].sep += b.sep
		return all
	}
	return append(all, piece{rest, b.sep})
}
