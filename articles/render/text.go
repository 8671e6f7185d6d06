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
func (w *writer) plain(n ast.Node) string {
	var b strings.Builder
	w.appendPlain(&b, n)
	return b.String()
}

func (w *writer) appendPlain(b *strings.Builder, parent ast.Node) {
	_, isCode := parent.(*ast.CodeSpan)
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			if isCode {
				b.WriteString(strings.NewReplacer("\r", "", "\n", " ").Replace(string(n.Segment.Value(w.source))))
				continue
			}
			b.WriteString(unescape(n.Segment.Value(w.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.AutoLink:
			b.Write(n.Label(w.source))
		default:
			w.appendPlain(b, n)
		}
	}
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
		case c == '\\' && i+1 < len(raw) && raw[i+1] == ' ':
			i++ // an escaped space parts words for Markdown, not for readers
		case c == '&':
			end := slices.Index(raw[i:min(len(raw), i+34)], ';')
			if end < 0 {
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
