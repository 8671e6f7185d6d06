package render

import (
	"bytes"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// leftAligned is written out where WeChat's page would justify: long Latin words leave wide
// gaps in lines that are stretched.
var leftAligned = []declaration{{"text-align", "left"}}

// minLatin is how many Latin letters a paragraph of a Chinese article has before it is
// aligned in its own way; a line with fewer is not stretched.
const minLatin = 24

// minArticle is how many Latin letters an article has before it is aligned so.
const minArticle = 16

// aligned adds how a paragraph is aligned, where that is not as the article is.
func (w *writer) aligned(n ast.Node, extra []declaration) []declaration {
	if w.latin || n.Lines() == nil {
		return extra
	}
	var count letters
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		count.add(line.Value(w.source))
	}
	if count.latin >= minLatin && count.isLatin() {
		return append(leftAligned[:1:1], extra...)
	}
	return extra
}

// isLatin reports whether most letters of a Markdown text are Latin, code and addresses left
// out.
func isLatin(source []byte) bool {
	var count letters
	fence := byte(0)
	for line := range bytes.Lines(source) {
		said := bytes.TrimLeft(line, " >\t")
		if len(said) > 2 && (said[0] == '`' || said[0] == '~') && said[1] == said[0] && said[2] == said[0] {
			switch fence {
			case 0:
				fence = said[0]
			case said[0]:
				fence = 0
			}
			continue
		}
		if fence == 0 && len(line)-len(said) < 4 {
			count.add(line)
		}
	}
	return count.latin >= minArticle && count.isLatin()
}

// IsLatin reports whether most letters of a Markdown text are Latin.
func IsLatin(markdown string) bool { return isLatin([]byte(cutFront(markdown).body)) }

// letters counts those of a text.
type letters struct{ latin, other int }

func (c *letters) isLatin() bool { return c.latin > c.other }

// add counts the letters of a line, but for code, tags and addresses within it.
func (c *letters) add(line []byte) {
	until := byte(0) // the sign that ends what does not count
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case until != 0:
			if b == until || until == ' ' && (b == ')' || b == '\n' || b >= utf8.RuneSelf) {
				until = 0
			}
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			c.latin++
		case b == '`' || b == '<' || b == '(' && i > 0 && line[i-1] == ']':
			end := map[byte]byte{'`': '`', '<': '>', '(': ')'}[b]
			if bytes.IndexByte(line[i+1:], end) >= 0 {
				until = end
			}
		case b == ':' && bytes.HasPrefix(line[i:], []byte("://")):
			until = ' '
		case b >= 0xE3:
			c.other++ // the first byte of a letter of East Asia
		case b >= 0xC3 && b < 0xCA:
			c.latin++
		case b >= 0xCA && b < 0xE2:
			c.other++
		}
	}
}
