package render

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"magpie/cards"
)

// labels are what boxes are headed with, by the names that GitHub, VuePress and Obsidian
// have for them.
var labels = map[string]map[string]string{
	"zh": {
		"note": "说明", "info": "说明", "abstract": "摘要", "tip": "提示", "hint": "提示", "success": "提示", "important": "重要", "warning": "警告",
		"danger": "危险", "caution": "注意", "attention": "注意", "error": "错误", "bug": "缺陷", "example": "示例", "quote": "引用", "question": "问题", "details": "详情",
	},
	"en": {
		"note": "Note", "info": "Note", "abstract": "Abstract", "tip": "Tip", "hint": "Tip", "success": "Tip", "important": "Important", "warning": "Warning",
		"danger": "Danger", "caution": "Caution", "attention": "Caution", "error": "Error", "bug": "Bug", "example": "Example", "quote": "Quote", "question": "Question", "details": "Details",
	},
}

var alertHead = regexp.MustCompile(`^\[!([A-Za-z]+)\][-+]?[ \t]*(.*?)[ \t\r\n]*$`)

// alert heads a quote that begins with [!NOTE] with what that says, as GitHub does.
func (w *writer) alert(n *ast.Blockquote) {
	first, ok := n.FirstChild().(*ast.Paragraph)
	if !ok || first.Lines().Len() == 0 {
		return
	}
	line := first.Lines().At(0)
	m := alertHead.FindSubmatch(line.Value(w.source))
	if m == nil {
		return
	}
	label, known := labels[w.o.Lang][strings.ToLower(string(m[1]))]
	if !known {
		return
	}
	w.find("alert", w.lineAt(line.Start), cards.T("render.alert", "name", "[!"+string(m[1])+"]"))
	if len(m[2]) > 0 {
		label = unescape(m[2])
	}
	w.boxHead(first, label, "quote p")
	for child := first.FirstChild(); child != nil; child = first.FirstChild() {
		said, _ := child.(*ast.Text)
		first.RemoveChild(first, child)
		if said != nil && (said.SoftLineBreak() || said.HardLineBreak()) {
			break
		}
	}
	if first.FirstChild() == nil {
		n.RemoveChild(n, first)
	}
}

// boxHead writes the line that heads a box.
func (w *writer) boxHead(n ast.Node, label, part string) {
	w.spot(n)
	w.open("p", part)
	w.open("strong", "strong")
	w.say(label)
	w.close()
	w.close()
}

var kindContainer = ast.NewNodeKind("Container")

// box is what stands between ::: NAME and :::.
type box struct {
	ast.BaseBlock
	name, title string
	start       int // of its first line
	colons      int
}

func (*box) Kind() ast.NodeKind { return kindContainer }

func (n *box) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

var (
	containerHead = regexp.MustCompile(`^(:{3,})[ \t]*\{?\.?([A-Za-z][A-Za-z-]*)\}?(?:\[([^\]]*)\])?[ \t]*(.*?)[ \t\r\n]*$`)
	containerTail = regexp.MustCompile(`^(:{3,})[ \t\r\n]*$`)
)

type containerParser struct{}

func (containerParser) Trigger() []byte { return []byte{':'} }

// maxBoxes is how many boxes may stand within one another.
const maxBoxes = 8

func (containerParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], []byte(":::")) {
		return nil, parser.NoChildren
	}
	m := containerHead.FindSubmatch(line[at:])
	if m == nil {
		return nil, parser.NoChildren
	}
	depth := 0
	for at := parent; at != nil; at = at.Parent() {
		if at.Kind() == kindContainer {
			depth++
		}
	}
	if depth >= maxBoxes {
		return nil, parser.NoChildren
	}
	n := &box{name: strings.ToLower(string(m[2])), title: strings.TrimSpace(string(m[3]) + string(m[4])), start: segment.Start, colons: len(m[1])}
	n.SetPos(segment.Start)
	reader.AdvanceToEOL()
	return n, parser.HasChildren
}

func (containerParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if m := containerTail.FindSubmatch(bytes.TrimLeft(line, " ")); m != nil && len(m[1]) == node.(*box).colons {
		reader.AdvanceToEOL()
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

func (containerParser) Close(ast.Node, text.Reader, parser.Context) {}

func (containerParser) CanInterruptParagraph() bool { return true }

func (containerParser) CanAcceptIndentedLine() bool { return false }

// box draws a box as a quote that is headed with what it is.
func (w *writer) box(n *box) {
	w.find("container", w.lineAt(n.start), cards.T("render.container", "name", ":::"+n.name))
	label := unescape([]byte(n.title))
	if label == "" {
		label = labels[w.o.Lang][n.name]
	}
	if n.FirstChild() == nil && label == "" {
		return
	}
	w.open("blockquote", "blockquote")
	if label != "" {
		w.boxHead(n, label, "quote p")
	}
	w.blocks(n)
	w.close()
}

var contents = regexp.MustCompile(`(?i)^(?:\[\[?_?toc_?\]\]?|@\[toc\](?:\(.*\))?|\{:toc\}|\$\{toc\})\s*$`)

// isContents reports whether a paragraph only asks for a table of contents, which has no
// place in WeChat: nothing there leads to a heading. It says so.
func (w *writer) isContents(n ast.Node) bool {
	if n.Lines() == nil || n.Lines().Len() != 1 {
		return false
	}
	line := n.Lines().At(0)
	said := line.Value(w.source)
	if len(said) > 40 || len(said) < 5 || !contents.Match(bytes.TrimSpace(said)) {
		return false
	}
	from, what := w.offset+line.Start, strings.TrimSpace(string(said))
	w.add(Finding{Code: "toc", Line: w.lineAt(line.Start), Text: cards.T("render.toc", "what", what),
		Mend: w.edit(from, from+len(bytes.TrimRight(said, " \t\r\n")), "").says("render.mend.remove")})
	return true
}

// definitions writes terms in bold and what they mean below, further in.
func (w *writer) definitions(n *extast.DefinitionList) {
	w.find("definitions", w.lineOf(n), cards.T("render.definitions"))
	w.open("section", "list", tail(n)...)
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if child.Kind() == extast.KindDefinitionTerm {
			w.spot(child)
			w.open("p", "item")
			w.span("strong", "strong", child)
			w.close()
			continue
		}
		w.open("section", "item block", declaration{"padding-left", "1.5em"})
		w.blocks(child)
		w.close()
	}
	w.close()
}
