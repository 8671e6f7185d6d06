package render

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// WeChat shows no formulas and no diagrams. Both are found while the Markdown is read,
// so that `$PATH` in code and $5 in a sentence are none.

var (
	kindMath      = ast.NewNodeKind("Math")
	kindMathBlock = ast.NewNodeKind("MathBlock")
)

// math is a formula within a line; segment has it with its signs, inner without.
type math struct {
	ast.BaseInline
	segment, inner text.Segment
}

func (*math) Kind() ast.NodeKind { return kindMath }

func (n *math) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// mathBlock is $$ … $$ or \[ … \] on lines of its own. Its lines include the signs.
type mathBlock struct {
	ast.BaseBlock
	shut string
	done bool
}

func (*mathBlock) Kind() ast.NodeKind { return kindMathBlock }

func (*mathBlock) IsRaw() bool { return true }

func (n *mathBlock) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

type mathParser struct{}

func (mathParser) Trigger() []byte { return []byte{'$', '\\'} }

func (mathParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	open, shut := 1, "$"
	switch {
	case bytes.HasPrefix(line, []byte("$$")):
		open, shut = 2, "$$"
	case bytes.HasPrefix(line, []byte(`\(`)):
		open, shut = 2, `\)`
	case bytes.HasPrefix(line, []byte(`\[`)):
		open, shut = 2, `\]`
	case line[0] != '$':
		return nil
	}
	// A formula within a line is short; looking further would take quadratic time.
	rest := line[open:min(len(line), 300)]
	end := bytes.Index(rest, []byte(shut))
	if end < 1 {
		return nil
	}
	inner, after := rest[:end], line[open+end+len(shut):]
	if shut == "$" && (isBlank(inner[0]) || isBlank(inner[end-1]) || len(after) > 0 && after[0] >= '0' && after[0] <= '9') {
		return nil // $5 and $6
	}
	if !looksLikeTeX(string(inner), shut == "$") || shut == "$" && inner[0] == '{' && !bytes.ContainsAny(inner, "\\^_") {
		return nil // the latter is ${A}/bin:${PATH}
	}
	n := &math{inner: text.NewSegment(segment.Start+open, segment.Start+open+end)}
	n.segment = text.NewSegment(segment.Start, n.inner.Stop+len(shut))
	block.Advance(open + end + len(shut))
	return n
}

var (
	teXCommand = regexp.MustCompile(`\\[a-zA-Z]+|[_^]\{|[A-Za-z0-9)}][_^][A-Za-z0-9{\\]`)
	teXPlain   = regexp.MustCompile(`^[A-Za-z]$|^[A-Za-z0-9 .,()|+\-*/=<>!'\[\]]*[+\-*/=<>][A-Za-z0-9 .,()|+\-*/=<>!'\[\]]*$`)
)

// looksLikeTeX reports whether s is more likely a formula than a price or an escaped
// bracket.
func looksLikeTeX(s string, plain bool) bool {
	for _, r := range s {
		if isWide(r) {
			return strings.Contains(s, `\`) && teXCommand.MatchString(s)
		}
	}
	return teXCommand.MatchString(s) || plain && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") && teXPlain.MatchString(s)
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

type mathBlockParser struct{}

func (mathBlockParser) Trigger() []byte { return []byte{'$', '\\'} }

func (mathBlockParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 {
		return nil, parser.NoChildren
	}
	first := string(util.TrimRightSpace(line[at:]))
	n := &mathBlock{shut: "$$"}
	switch inner, isLine := strings.CutSuffix(first, "$$"); {
	case first == `\[`:
		if n.shut = `\]`; !closesBefore(reader.Source(), segment.Stop, pc) {
			return nil, parser.NoChildren // a bracket that somebody wrote
		}
	case first == "$$":
	case !strings.HasPrefix(first, "$$"):
		return nil, parser.NoChildren
	case isLine && len(inner) > 2 && !strings.Contains(inner[2:], "$$"):
		n.done = true
	case strings.Contains(first[2:], "$$") || !looksLikeTeX(first[2:], false):
		return nil, parser.NoChildren
	}
	// In an item of a list the next line may be further out than the item: as a paragraph it
	// still belongs to it, as a formula it would end the list.
	if next := reader.Source()[segment.Stop:]; parent.Kind() == ast.KindListItem && !n.done && len(next) > 0 && !isBlank(next[0]) {
		return nil, parser.NoChildren
	}
	n.Lines().Append(segment.WithStart(segment.Start + at - segment.Padding))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

// openKey is how far into a text no line ends in \], so that nobody looks there again.
var openKey = parser.NewContextKey()

// closesBefore reports whether a line from an offset on ends in \], before an empty one.
// Signs of quotes do not count.
func closesBefore(source []byte, from int, pc parser.Context) bool {
	if until, known := pc.Get(openKey).(int); known && from < until {
		return false
	}
	for at := from; at < len(source); {
		line := source[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end+1]
		}
		at += len(line)
		switch inner := bytes.Trim(line, " \t\r\n>"); {
		case len(inner) == 0:
			pc.Set(openKey, at)
			return false
		case bytes.HasSuffix(inner, []byte(`\]`)):
			return true
		}
	}
	pc.Set(openKey, len(source)+1)
	return false
}

// Continue ends a formula after its closing sign, and at an empty line where somebody
// forgot it.
func (mathBlockParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*mathBlock)
	line, segment := reader.PeekLine()
	if n.done || util.IsBlank(line) {
		return parser.Close
	}
	n.Lines().Append(segment)
	n.done = bytes.HasSuffix(util.TrimRightSpace(line), []byte(n.shut))
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (mathBlockParser) Close(ast.Node, text.Reader, parser.Context) {}

func (mathBlockParser) CanInterruptParagraph() bool { return true }

func (mathBlockParser) CanAcceptIndentedLine() bool { return false }

// diagrams are the languages of fenced blocks that other tools draw.
var diagrams = map[string]bool{
	"mermaid": true, "plantuml": true, "puml": true, "uml": true, "dot": true, "graphviz": true,
	"flowchart": true, "flow": true, "sequence": true, "seq": true, "gantt": true, "d2": true,
	"wavedrom": true, "vega": true, "vega-lite": true, "echarts": true, "markmap": true, "mindmap": true,
}

// formulas are the languages of fenced blocks that other tools set as math.
var formulas = map[string]bool{"math": true, "katex": true, "mathjax": true, "asciimath": true}
