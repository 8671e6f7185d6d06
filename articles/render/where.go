package render

import (
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// manuscript is the Markdown: the whole file, and its body as it is parsed.
type manuscript struct {
	markdown []byte         // the whole file
	source   []byte         // its body
	offset   int            // of source in markdown
	starts   []int          // of the lines of markdown
	ends     map[string]int // where raw elements end last
}

// newManuscript is a file whose body begins at offset; source is still to be set.
func newManuscript(markdown string, offset int) *manuscript {
	ms := &manuscript{markdown: []byte(markdown), offset: offset, starts: []int{0}, ends: map[string]int{}}
	for i, c := range ms.markdown {
		if c == '\n' {
			ms.starts = append(ms.starts, i+1)
		}
	}
	return ms
}

// maxQuoted is how many bytes of a line are looked at to say where something is.
const maxQuoted = 600

// lines is the text of a block that is not parsed.
func (ms *manuscript) lines(n ast.Node) []byte { return n.Lines().Value(ms.source) }

// lineOf is the line of the Markdown on which n begins.
func (ms *manuscript) lineOf(n ast.Node) int {
	for at := n; at != nil; at = at.FirstChild() {
		if at.Type() != ast.TypeInline && at.Lines() != nil && at.Lines().Len() > 0 {
			return ms.lineAt(at.Lines().At(0).Start)
		}
		switch inner := at.(type) {
		case *ast.Text:
			return ms.lineAt(inner.Segment.Start)
		case *bareAddress:
			return ms.lineAt(inner.segment.Start)
		}
	}
	for at := n; at != nil; at = at.Parent() {
		if at.Pos() >= 0 {
			return ms.lineAt(at.Pos())
		}
	}
	return 0
}

// lineAt is the line of a place in the body.
func (ms *manuscript) lineAt(at int) int { return ms.fileLine(at + ms.offset) }

// fileLine is the line of a place in the whole file.
func (ms *manuscript) fileLine(at int) int { return sort.SearchInts(ms.starts, at+1) }

// line is what stands on a line of the Markdown.
func (ms *manuscript) line(number int) string {
	if number < 1 || number > len(ms.starts) {
		return ""
	}
	end := len(ms.markdown)
	if number < len(ms.starts) {
		end = ms.starts[number]
	}
	// Only the beginning is ever quoted; all of a long line each time would be quadratic.
	end = min(end, ms.starts[number-1]+maxQuoted)
	return strings.ToValidUTF8(strings.TrimSpace(string(ms.markdown[ms.starts[number-1]:end])), "")
}
