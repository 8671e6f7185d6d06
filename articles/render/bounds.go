package render

import (
	"bytes"
	"errors"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"magpie/cards"
)

// Some Markdown that nobody writes takes its reader quadratic time: thousands of stars,
// brackets or quotes within one another. Past these bounds such signs are text; where
// that cannot be, the Markdown is refused.
const (
	maxDepth      = 100  // quotes and lists within one another
	maxDelimiters = 1000 // *, _ and ~ of one paragraph
	maxBrackets   = 500  // [ of one paragraph
	maxFootnotes  = 300
	maxReferences = 300 // [a]: address of one paragraph
	maxColumns    = 50
)

// ErrTooDeep says that quotes or lists stand within one another beyond all reading.
var ErrTooDeep = errors.New("quotes and lists within one another are too deep")

// isTooDeep reports whether a line opens more quotes and lists than anybody reads.
func isTooDeep(markdown string) bool {
	for line := range strings.Lines(markdown) {
		depth := 0
		for i := 0; i < len(line) && depth <= maxDepth; i++ {
			switch c := line[i]; {
			case c == '>', (c == '-' || c == '*' || c == '+' || c == '.' || c == ')') && i+1 < len(line) && isBlank(line[i+1]):
				depth++
			case c == ' ', c == '\t', c >= '0' && c <= '9':
			default:
				i = len(line)
			}
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

var (
	delimiterKey = parser.NewContextKey()
	bracketKey   = parser.NewContextKey()
	footnoteKey  = parser.NewContextKey()
	unreadKey    = parser.NewContextKey() // where references begin that were too many
)

// parse reads the Markdown, and says what it leaves unread.
func (w *writer) parse() ast.Node {
	pc := parser.NewContext()
	doc := markdownParser.Parse(text.NewReader(w.source), parser.WithContext(pc))
	if at, ok := pc.Get(unreadKey).(int); ok {
		w.find("references.many", w.lineAt(at), cards.T("render.references.many", "max", maxReferences))
	}
	return doc
}

// tally counts something within one paragraph.
type tally struct {
	in ast.Node
	n  int
}

// isOver counts one more within a paragraph, and reports whether that is too many.
func isOver(pc parser.Context, key parser.ContextKey, in ast.Node, most int) bool {
	t, _ := pc.Get(key).(*tally)
	if t == nil {
		t = &tally{}
		pc.Set(key, t)
	}
	if t.in != in {
		*t = tally{in: in}
	}
	t.n++
	return t.n > most
}

// linkParser is goldmark's with a bound.
type linkParser struct{ parser.InlineParser }

func (p linkParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); line[0] != ']' && isOver(pc, bracketKey, parent, maxBrackets) {
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}

// CloseBlock ends the brackets that were not closed.
func (p linkParser) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	p.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// footnoteParser is goldmark's with a bound.
type footnoteParser struct{ parser.BlockParser }

func (p footnoteParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	n, state := p.BlockParser.Open(parent, reader, pc)
	if n != nil && isOver(pc, footnoteKey, nil, maxFootnotes) {
		return nil, parser.NoChildren
	}
	return n, state
}

// referenceParser is goldmark's with a bound: each reference that it takes out of a
// paragraph moves all lines after it.
type referenceParser struct{ parser.ParagraphTransformer }

func (p referenceParser) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	most, first := maxReferences, node.Lines().At(0)
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		most -= bytes.Count(line.Value(reader.Source()), []byte("]:"))
	}
	if most >= 0 || !bytes.HasPrefix(bytes.TrimSpace(first.Value(reader.Source())), []byte("[")) {
		p.ParagraphTransformer.Transform(node, reader, pc)
	} else if pc.Get(unreadKey) == nil {
		pc.Set(unreadKey, first.Start)
	}
}

// tableParser is goldmark's with a bound: it fills short rows up, so that few lines
// with many columns would fill the memory.
type tableParser struct{ parser.ParagraphTransformer }

func newTableParser() tableParser { return tableParser{extension.NewTableParagraphTransformer()} }

func (p tableParser) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines().Sliced(0, node.Lines().Len())
	for i := range min(len(lines), 2) {
		if bytes.Count(lines[i].Value(reader.Source()), []byte("|")) > maxColumns {
			return
		}
	}
	before := node.PreviousSibling()
	parent := node.Parent()
	p.ParagraphTransformer.Transform(node, reader, pc)
	widen(parent, before, lines, reader.Source())
}
