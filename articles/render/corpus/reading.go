package main

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"magpie/articles/render"
)

// token is a piece of visible text: a word, a number, or one sign. from and to are the
// lines of the block that it stands in, from 1.
type token struct {
	text     string
	from, to int
}

// reader reads Markdown as its specifications do, with nothing of ours.
var reader = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote, extension.TaskList),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// read gives the visible text of a Markdown file without its front matter and without the
// heading that is the title: one at the beginning, or the one that was taken.
func read(markdown, title string, taken bool) []token {
	_, body, _ := render.ParseFront(markdown)
	source := []byte(body)
	first := strings.Count(markdown[:len(markdown)-len(body)], "\n") + 1
	s := &seen{source: source, first: first, last: first + strings.Count(body, "\n"), title: fold(title), taken: taken}
	s.blocks(reader.Parser().Parse(text.NewReader(source)))
	for i := range s.tokens {
		if s.tokens[i].to == 0 {
			s.tokens[i].to = s.last
		}
	}
	return s.tokens
}

type seen struct {
	source      []byte
	first, last int // lines
	title       string
	taken       bool
	tokens      []token
	open        int // the first token of the block whose end is not known
}

// blocks reads the leaves one by one, so that each piece of text has its lines.
func (s *seen) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.(type) {
		case *ast.List, *ast.ListItem, *ast.Blockquote, *extast.Table, *extast.FootnoteList, *extast.Footnote:
			s.blocks(n)
		default:
			s.leaf(n)
		}
	}
}

func (s *seen) leaf(n ast.Node) {
	var b bytes.Buffer
	if err := reader.Renderer().Render(&b, s.source, n); err != nil {
		return
	}
	at := s.start(n)
	line := s.first + bytes.Count(s.source[:at], []byte("\n"))
	for i := s.open; i < len(s.tokens); i++ {
		s.tokens[i].to = max(s.tokens[i].from, line-1)
	}
	s.open = len(s.tokens)
	said := visible(b.String())
	if heading, ok := n.(*ast.Heading); ok && s.title != "" && fold(said) == s.title {
		if s.taken || heading.Level == 1 && len(s.tokens) == 0 {
			s.title = "" // it is the title, once
			return
		}
	}
	for _, word := range words(said) {
		s.tokens = append(s.tokens, token{text: word, from: line})
	}
}

// start is where a block begins in the source.
func (s *seen) start(n ast.Node) int {
	for at := n; at != nil; at = at.FirstChild() {
		if at.Type() != ast.TypeInline && at.Lines() != nil && at.Lines().Len() > 0 {
			return at.Lines().At(0).Start
		}
	}
	return max(n.Pos(), 0)
}

// hidden are elements that show no text.
var hidden = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Iframe: true, atom.Svg: true, atom.Object: true, atom.Video: true, atom.Audio: true,
	atom.Noscript: true, atom.Template: true, atom.Textarea: true, atom.Select: true, atom.Title: true, atom.Head: true,
	atom.Math: true, atom.Datalist: true,
}

// visible is the text that a browser shows of a piece of HTML.
func visible(source string) string {
	roots, err := nethtml.ParseFragment(strings.NewReader(source), &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, root := range roots {
		appendVisible(&b, root)
	}
	return b.String()
}

// inLine are the elements that do not part words.
var inLine = map[string]bool{
	"a": true, "abbr": true, "b": true, "code": true, "del": true, "em": true, "font": true, "i": true, "ins": true, "kbd": true, "mark": true,
	"s": true, "small": true, "span": true, "strike": true, "strong": true, "sub": true, "sup": true, "u": true,
}

func appendVisible(b *strings.Builder, n *nethtml.Node) {
	if n.Type == nethtml.TextNode {
		b.WriteString(n.Data)
		return
	}
	if n.Type != nethtml.ElementNode || hidden[n.DataAtom] || isNote(n) {
		return
	}
	parts := !inLine[n.Data]
	if parts {
		b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		appendVisible(b, c)
	}
	if parts {
		b.WriteByte(' ')
	}
}

var (
	noteMark = regexp.MustCompile(`^\[(?:注|n)?\d+\]$`)
	signLook = "display:inline-block;min-width:1.5em;text-indent:0"
)

// isNote reports whether an element is no text of the author's: the mark of a footnote or
// of a link's note, the way back, the sign of a list's item.
func isNote(n *nethtml.Node) bool {
	for _, a := range n.Attr {
		switch {
		case a.Key == "class" && (a.Val == "footnote-ref" || a.Val == "footnote-backref"):
			return true
		case a.Key == "style" && a.Val == signLook:
			return true
		}
	}
	if n.Data != "sup" {
		return false
	}
	var said strings.Builder
	for c := range n.Descendants() {
		if c.Type == nethtml.TextNode {
			said.WriteString(c.Data)
		}
	}
	return noteMark.MatchString(said.String())
}

// wide has a sign of each kind that is written without spaces around it.
func isWide(r rune) bool {
	return r >= 0x2E80
}

// words cuts text into words, numbers and signs. Space is none of them.
func words(s string) []string {
	var all []string
	var run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			all = append(all, run.String())
			run.Reset()
		}
	}
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			flush()
		case unicode.IsControl(r): // nobody sees it
		case !isWide(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			run.WriteRune(r)
		default:
			flush()
			all = append(all, string(r))
		}
	}
	flush()
	return all
}

func fold(s string) string { return strings.Join(words(s), " ") }
