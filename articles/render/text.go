package render

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// plain is the text of a node's children, without markup.
func (ms *manuscript) plain(n ast.Node) string {
	var b strings.Builder
	ms.appendPlain(&b, n)
	return b.String()
}

func (ms *manuscript) appendPlain(b *strings.Builder, parent ast.Node) {
	_, isCode := parent.(*ast.CodeSpan)
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			if isCode {
				b.WriteString(strings.NewReplacer("\r", "", "\n", " ").Replace(string(n.Segment.Value(ms.source))))
				continue
			}
			b.WriteString(unescape(n.Segment.Value(ms.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.AutoLink:
			b.Write(n.Label(ms.source))
		case *bareAddress:
			b.WriteString(unescape(n.segment.Value(ms.source)))
		case *emojiNode:
			b.WriteString(n.sign)
		default:
			ms.appendPlain(b, n)
		}
	}
}

// textOf is what a piece of text says. A space that is escaped parts words beside emphasis
// and is not read; elsewhere the backslash is a sign.
func (ms *manuscript) textOf(n *ast.Text) string {
	raw := n.Segment.Value(ms.source)
	held := func(at int) bool {
		return at >= 0 && at < len(ms.source) && strings.IndexByte("*_~`", ms.source[at]) >= 0
	}
	head, tail := "", ""
	if len(raw) > 1 && raw[0] == '\\' && raw[1] == ' ' && !held(n.Segment.Start-1) {
		head, raw = `\ `, raw[2:]
	}
	slashes := 0
	for len(raw) > 1+slashes && raw[len(raw)-2-slashes] == '\\' {
		slashes++
	}
	if slashes%2 == 1 && raw[len(raw)-1] == ' ' && !held(n.Segment.Stop) {
		tail, raw = `\ `, raw[:len(raw)-2]
	}
	return head + unescape(raw) + tail
}

// unescape resolves Markdown's backslashes and HTML's character references.
func unescape(raw []byte) string {
	i := slices.IndexFunc(raw, func(c byte) bool { return c == '\\' || c == '&' || c == 0 })
	if i < 0 {
		return string(raw)
	}
	var b strings.Builder
	b.Write(raw[:i])
	for ; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && i+1 < len(raw) && util.IsPunct(raw[i+1]):
			i++
			b.WriteByte(raw[i])
		case c == '\\' && i+1 < len(raw) && raw[i+1] == ' ' && (i == 0 || i+2 == len(raw)):
			i++ // beside emphasis an escaped space parts words for Markdown, not for readers
		case c == '&':
			end := slices.Index(raw[i:min(len(raw), i+34)], ';')
			if end < 0 || slices.ContainsFunc(raw[i+1:i+end], func(c byte) bool { return c != '#' && !isLetterOrDigit(rune(c)) }) {
				b.WriteByte(c)
				continue
			}
			reference := string(raw[i : i+end+1])
			if said := html.UnescapeString(reference); said != reference && !strings.HasSuffix(said, ";") || reference == "&semi;" {
				b.WriteString(said)
				i += end
			} else {
				b.WriteByte(c)
			}
		case c == 0:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
