package unrender

import (
	"cmp"
	"context"
	"strings"

	"golang.org/x/net/html"

	"magpie/markdown"
)

// Deeper than this, lists and quotes are drawn no further in.
const (
	deepestList  = 8
	deepestQuote = 3
)

// reader goes along an article, and puts up a tree of plain blocks: p, h1 to h6, ul, ol, li,
// blockquote, hr and pre, whose words are Markdown already.
type reader struct {
	ctx    context.Context
	failed error // why reading stopped

	to            *html.Node      // that the next block is put into
	line          []markdown.Span // that is being read
	oneLine       bool            // blocks within it are only lines: a heading, a cell
	inTable       bool
	sign          string // of a list's item, before the first that it says
	lists, quotes int    // that are open

	notes []Note
	told  map[string]bool // what is told, or counted
	last  string          // the line that was read last, for notes
}

// state is what the elements around say of the words within.
type state struct {
	look markdown.Look
	code bool
	link string
	bold bool // words are bold by where they stand, which Markdown says by itself
}

// breaks are the elements that begin a line of their own.
var breaks = map[string]bool{
	"address": true, "article": true, "aside": true, "body": true, "center": true, "dd": true, "details": true, "dialog": true, "dir": true, "div": true, "dl": true,
	"dt": true, "fieldset": true, "figcaption": true, "figure": true, "footer": true, "form": true, "header": true, "hgroup": true, "legend": true,
	"main": true, "menu": true, "nav": true, "p": true, "search": true, "section": true, "summary": true, "caption": true, "tr": true, "foreignObject": true,
	"tbody": true, "thead": true, "tfoot": true, "option": true, "optgroup": true,
}

// stopped reports whether reading is to end.
func (r *reader) stopped() bool {
	if r.failed == nil {
		r.failed = r.ctx.Err()
	}
	return r.failed != nil
}

func (r *reader) children(n *html.Node, s state) {
	for c := n.FirstChild; c != nil && r.failed == nil; c = c.NextSibling {
		r.node(c, s)
	}
}

// node reads text or an element.
func (r *reader) node(n *html.Node, s state) {
	switch {
	case n.Type == html.TextNode:
		r.say(n.Data, s)
		return
	case n.Type != html.ElementNode, silent[n.Data]:
		return
	}
	styles := declared(attribute(n, "style"))
	if r.hidden(n, styles) || r.apart(n, s) {
		return
	}
	if styles["background-image"] != "" && strings.Contains(styles["background-image"], "url(") || strings.Contains(styles["background"], "url(") {
		r.note("background", textOf(n))
	}
	s = s.within(n, styles)
	switch name := n.Data; name {
	case "br":
		r.lineBreak()
	case "hr":
		r.end()
		r.rule()
	case "img":
		r.image(n, styles, s)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		r.heading(n, s)
	case "blockquote":
		r.quote(n, s)
	case "ul", "ol":
		r.list(n, s)
	case "li": // without a list around it
		r.block(n, s)
	case "pre":
		r.pre(n, s)
	case "table":
		r.table(n, s)
	case "td", "th":
		r.children(n, s)
		r.say(" ", s)
	default:
		if breaks[name] {
			r.block(n, s)
			break
		}
		r.children(n, s)
		if styles["min-width"] != "" && styles["display"] == "inline-block" { // a sign that stands in a column of its own
			r.say(" ", s)
		}
	}
}

// block reads an element that stands apart from what is before and behind it.
func (r *reader) block(n *html.Node, s state) {
	r.end()
	r.children(n, s)
	r.end()
}

// end ends the line that is being read. Within one line alone, another one begins.
func (r *reader) end() {
	if r.stopped() {
		return
	}
	if r.oneLine {
		r.lineBreak()
		return
	}
	text := markdown.Line(trimmed(r.line), false, false, false)
	r.last = r.said()
	if r.line = nil; text != "" {
		r.put("p", text)
	}
}

// put adds a block of Markdown.
func (r *reader) put(name, text string) {
	r.to.AppendChild(&html.Node{Type: html.ElementNode, Data: name, Attr: []html.Attribute{{Key: written, Val: text}}})
}

// said is what the line says so far, or what was said before.
func (r *reader) said() string {
	var b strings.Builder
	for _, span := range r.line {
		if !span.Raw {
			b.WriteString(span.Text)
		}
	}
	return cmp.Or(fold(b.String()), r.last)
}

// within has fn put its blocks into a new one, which is left out where there are none.
func (r *reader) within(n *html.Node, fn func()) {
	around := r.to
	r.to = n
	fn()
	r.end()
	if r.to = around; n.FirstChild != nil {
		r.to.AppendChild(n)
	}
}

func (r *reader) rule() {
	if r.oneLine {
		return
	}
	if r.lists > 0 { // where * * * would be an item
		r.put("p", "<hr>")
		return
	}
	r.put("hr", "")
}

// inOneLine reads what is to be one line, whatever blocks are within.
func (r *reader) inOneLine(inTable bool, fn func()) string {
	line, oneLine, was := r.line, r.oneLine, r.inTable
	r.line, r.oneLine, r.inTable = nil, true, inTable || was
	fn()
	text := markdown.Line(trimmed(r.line), r.inTable, true, false)
	r.last = r.said()
	r.line, r.oneLine, r.inTable = line, oneLine, was
	return text
}

func (r *reader) heading(n *html.Node, s state) {
	r.end()
	s.look.Bold, s.bold = false, true
	if r.oneLine {
		r.children(n, s)
		r.end()
		return
	}
	if text := strings.TrimSpace(r.inOneLine(false, func() { r.children(n, s) })); text != "" {
		if bare, found := strings.CutSuffix(text, "#"); found { // which would close the heading
			if slashes := len(bare) - len(strings.TrimRight(bare, `\`)); slashes%2 == 0 {
				text = bare + `\#`
			}
		}
		r.put(n.Data, text)
	}
}

func (r *reader) quote(n *html.Node, s state) {
	r.end()
	if r.oneLine || r.quotes >= deepestQuote {
		r.children(n, s)
		r.end()
		return
	}
	r.quotes++
	r.within(&html.Node{Type: html.ElementNode, Data: "blockquote"}, func() { r.children(n, s) })
	r.quotes--
}
