package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// markup is HTML being written, each element in the look that the theme gives it there.
type markup struct {
	t     *theme
	html  []byte
	looks []*look // of the elements that are open
	tags  []string
}

// writer walks the Markdown once and writes the HTML, the plain text and what it finds
// on the way. These are its blocks; it writes what stands within their lines as each of the
// writers that it is made of, from the inside: lineWriter, coder, prose, markup.
type writer struct {
	lineWriter
	titled ast.Node // the heading that is the title
	frame  *frame   // raw HTML that is open among the blocks being written
	latin  bool     // most letters of the article are Latin
}

func newWriter(markdown string, m matter, t *theme, o Options) *writer {
	ms := newManuscript(markdown, m.offset)
	fs := &findings{manuscript: ms, counts: map[string]int{}}
	ms.source = fs.understand([]byte(m.body))
	w := &writer{}
	w.t, w.html, w.looks = t, make([]byte, 0, 2*len(m.body)+1024), []*look{{down: container}}
	w.plainText.manuscript, w.findings, w.noSpacing = ms, fs, o.NoSpacing
	w.lexer = o.lexer
	w.o, w.article, w.noted = o, &Article{}, map[string]int{}
	return w
}

// document writes the whole article.
func (w *writer) document() {
	doc := w.parse()
	w.takeTitle(doc)
	var left []declaration
	if w.latin = isLatin(w.source); w.latin {
		left = leftAligned
	}
	outer := w.looks[0].within(w.t, "section", "article", left...)
	if outer.style != "" {
		w.open("section", "article", left...)
	} else {
		w.looks[0] = outer
	}
	w.blocks(doc)
	w.linkNotes()
	w.notice()
	for len(w.tags) > 0 {
		w.close()
	}
}

// blocks writes the children of a container.
func (w *writer) blocks(parent ast.Node) {
	w.inFrame(func() {
		for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
			w.block(n)
		}
	})
}

func (w *writer) block(n ast.Node) {
	w.needCell(n)
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		w.paragraph(n)
	case *ast.Heading:
		w.heading(n)
	case *ast.Blockquote:
		w.quote(n)
	case *ast.List:
		w.list(n)
	case *ast.FencedCodeBlock:
		w.fencedCode(n)
	case *ast.CodeBlock:
		w.code(n, "")
	case *ast.ThematicBreak:
		w.rule()
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *mathBlock:
		w.mathBlock(n)
	case *rawCardBlock:
		w.spot(n)
		w.rawCard(string(w.lines(n)), w.lineOf(n))
	default:
		w.moreBlocks(n)
	}
}

// open writes a start tag in the look that the theme gives the part there.
func (w *markup) open(tag, part string, extra ...declaration) {
	l := w.looks[len(w.looks)-1].within(w.t, tag, part, extra...)
	w.looks = append(w.looks, l)
	w.tags = append(w.tags, tag)
	w.html = append(w.html, '<')
	w.html = append(w.html, tag...)
	w.html = append(w.html, l.style...)
	w.html = append(w.html, '>')
}

func (w *markup) close() {
	last := len(w.tags) - 1
	w.html = append(w.html, "</"...)
	w.html = append(w.html, w.tags[last]...)
	w.html = append(w.html, '>')
	w.tags, w.looks = w.tags[:last], w.looks[:last+1]
}

// spot notes where the text of a block comes from, and begins a new line of text.
func (w *prose) spot(n ast.Node) {
	if said := w.text.String(); said != "" && !strings.HasSuffix(said, "\n") {
		w.text.WriteByte('\n')
	}
	w.spots = append(w.spots, spot{w.text.Len(), w.lineOf(n)})
	w.inline = inline{}
}

// paragraph writes a paragraph; one that is only an image or a card is shown as such.
func (w *writer) paragraph(n ast.Node) {
	if n.ChildCount() == 1 {
		switch only := n.FirstChild().(type) {
		case *ast.Image:
			w.figure(only)
			return
		case *ast.Link:
			if w.card(only) || w.insert(only) {
				return
			}
		case *rawCardNode:
			if raw := string(only.segment.Value(w.source)); strings.HasPrefix(raw, "<mp-") {
				w.spot(n)
				w.rawCard(raw, w.lineOf(n))
				return
			}
		}
	}
	if w.isContents(n) {
		return
	}
	w.spot(n)
	before := len(w.html)
	w.open("p", inQuote(n, "p"), w.aligned(n, tail(n))...)
	inside := len(w.html)
	w.inlines(n)
	empty := len(w.html) == inside
	w.close()
	if empty {
		w.html = w.html[:before]
	}
}

// inQuote chooses the look of a part within a quote.
func inQuote(n ast.Node, part string) string {
	if n.Parent() != nil && n.Parent().Kind() == ast.KindBlockquote {
		return "quote " + part
	}
	return part
}

// tail takes away the space below the last part of a quote.
func tail(n ast.Node) []declaration {
	if n.NextSibling() == nil && n.Parent() != nil && n.Parent().Kind() == ast.KindBlockquote {
		return []declaration{{"margin", "0"}}
	}
	return nil
}

// heading writes a heading. Below level 4 all look alike.
func (w *writer) heading(n *ast.Heading) {
	w.spot(n)
	part := "h" + string(rune('0'+min(n.Level, 4)))
	w.open(part, part)
	inner := len(w.t.rules[part+" span"]) > 0
	if inner {
		w.open("span", part+" span")
	}
	w.inlines(n)
	if inner {
		w.close()
	}
	w.close()
}

// quote writes a quote. In the third one inside another, they stop being drawn.
func (w *writer) quote(n *ast.Blockquote) {
	depth := 0
	for _, tag := range w.tags {
		if tag == "blockquote" {
			depth++
		}
	}
	if depth > 2 {
		w.blocks(n)
		return
	}
	before := len(w.html)
	w.open("blockquote", inQuote(n, "blockquote"), tail(n)...)
	inside := len(w.html)
	w.alert(n)
	w.blocks(n)
	empty := len(w.html) == inside
	w.close()
	if empty {
		w.html = w.html[:before]
	}
}

// rule writes a thematic break: a line, or the theme's own sign.
func (w *writer) rule() {
	if sign := w.t.says["hr"]; sign != "" {
		w.open("p", "hr")
		w.html = append(w.html, sign...)
		w.close()
		return
	}
	w.open("hr", "hr")
	w.tags, w.looks = w.tags[:len(w.tags)-1], w.looks[:len(w.looks)-1]
}
