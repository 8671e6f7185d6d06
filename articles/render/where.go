package render

import (
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// maxQuoted is how many bytes of a line are looked at to say where something is.
const maxQuoted = 600

// lines is the text of a block that is not parsed.
func (w *writer) lines(n ast.Node) []byte { return n.Lines().Value(w.source) }

// lineOf is the line of the Markdown on which n begins.
func (w *writer) lineOf(n ast.Node) int {
	for at := n; at != nil; at = at.FirstChild() {
		if at.Type() != ast.TypeInline && at.Lines() != nil && at.Lines().Len() > 0 {
			return w.lineAt(at.Lines().At(0).Start)
		}
		switch inner := at.(type) {
		case *ast.Text:
			return w.lineAt(inner.Segment.Start)
		case *bareAddress:
			return w.lineAt(inner.segment.Start)
		}
	}
	for at := n; at != nil; at = at.Parent() {
		if at.Pos() >= 0 {
			return w.lineAt(at.Pos())
		}
	}
	return 0
}

// lineAt is the line of a place in the body.
func (w *writer) lineAt(at int) int { return w.fileLine(at + w.offset) }

// fileLine is the line of a place in the whole file.
func (w *writer) fileLine(at int) int { return sort.SearchInts(w.starts, at+1) }

// line is what stands on a line of the Markdown.
func (w *writer) line(number int) string {
	if number < 1 || number > len(w.starts) {
		return ""
	}
	end := len(w.markdown)
	if number < len(w.starts) {
		end = w.starts[number]
	}
	// Only the beginning is ever quoted; all of a long line each time would be quadratic.
	end = min(end, w.starts[number-1]+maxQuoted)
	return strings.ToValidUTF8(strings.TrimSpace(string(w.markdown[w.starts[number-1]:end])), "")
}
