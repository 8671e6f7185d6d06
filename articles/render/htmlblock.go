package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// htmlBlock is a block of raw HTML being written. Its elements may go on in blocks after it.
type htmlBlock struct {
	w    *writer
	n    ast.Node
	at   int    // where the present piece of raw begins in the file; -1 where that is not known
	line int    // on which it stands
	held string // what its words stand in just now: a paragraph, a heading, an item; "" for nothing
	tags int    // how many were written for that
	p    []declaration
	open []rawInline

	low  string         // the present piece in small letters
	last map[string]int // where a name's last end tag stands in it
}

// htmlBlock writes raw HTML as what it means in an article, and says what has no place there.
func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	raw := string(w.lines(n))
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(w.source))
	}
	start := max(n.Pos(), 0)
	if n.Lines().Len() > 0 {
		start = n.Lines().At(0).Start
	}
	h := &htmlBlock{w: w, n: n, at: w.startOf(n, raw), line: w.lineOf(n)}
	if raw == "" {
		return
	}
	w.spot(n)
	from := 0
	for _, m := range rawCardFound.FindAllStringIndex(raw, -1) {
		card := raw[m[0]:m[1]]
		if !isRawCard(card) {
			continue
		}
		h.read(raw[from:m[0]])
		h.let()
		h.cell()
		if strings.HasPrefix(card, "<a") {
			card = "<p>" + card + "</p>"
		}
		w.spot(n)
		w.rawCard(card, h.line)
		from = m[1]
		if h.at >= 0 {
			h.at += len(card)
		}
	}
	h.read(raw[from:])
	h.let()
	if h.p != nil { // <p align=center> over Markdown
		w.open("section", "raw", h.p...)
		w.openElement("p", 1)
	}
	for i, e := range w.frame.open {
		if e.tags > 0 && !rowParts[e.name] && w.lastEnd(e.name) < start {
			w.endElements(i) // it ends nowhere, and is not to swallow the rest
			break
		}
	}
}

// lastEnd is where the last end tag of a name stands in the source.
func (ms *manuscript) lastEnd(name string) int {
	at, known := ms.ends[name]
	if !known {
		at = strings.LastIndex(lower(string(ms.source)), "</"+name)
		ms.ends[name] = at
	}
	return at
}

// startOf is where a block stands in the file, -1 where other signs stand between its lines.
func (ms *manuscript) startOf(n *ast.HTMLBlock, raw string) int {
	start := n.Pos()
	if n.Lines().Len() > 0 {
		start = n.Lines().At(0).Start
	} else if n.HasClosure() {
		start = n.ClosureLine.Start
	}
	if start < 0 || start+len(raw) > len(ms.source) || string(ms.source[start:start+len(raw)]) != raw {
		return -1
	}
	return ms.offset + start
}

// read writes a piece of raw HTML.
func (h *htmlBlock) read(raw string) {
	h.low, h.last = lower(raw), map[string]int{}
	z := html.NewTokenizer(strings.NewReader(raw))
	for off := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if h.at >= 0 {
				h.at += len(raw)
			}
			return
		}
		said := string(z.Raw())
		off += len(said)
		switch kind {
		case html.TextToken:
			h.say(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			if hidden[tag.Data] {
				off += h.pass(raw, off-len(said), tag) - len(said)
				z = html.NewTokenizer(strings.NewReader(raw[off:]))
				continue
			}
			if tag.Data == "pre" {
				off = h.code(raw, off)
				z = html.NewTokenizer(strings.NewReader(raw[off:]))
				continue
			}
			h.start(tag, said, off-len(said))
		case html.EndTagToken:
			name, _ := z.TagName()
			h.end(string(name))
		}
	}
}

// edit is a mend of a part of the present piece.
func (h *htmlBlock) edit(from, length int, text, label string) *Mend {
	if h.at < 0 {
		return nil
	}
	return h.w.edit(h.at+from, h.at+from+length, text).says(label)
}

// let ends what is open within lines, and what it stands in.
func (h *htmlBlock) let() {
	for i := len(h.open) - 1; i >= 0; i-- {
		h.w.endRawInline(h.open[i])
	}
	h.open = h.open[:0]
	if h.tags > 0 {
		h.w.inline = inline{}
	}
	for range h.tags {
		h.w.close()
	}
	h.held, h.tags = "", 0
}

// hold begins a paragraph where words would stand in nothing.
func (h *htmlBlock) hold(part string) {
	if h.held != "" || h.inCell() {
		return
	}
	h.w.spot(h.n)
	h.w.open("p", part, h.p...)
	h.held, h.tags, h.p = "p", 1, nil
}

// inCell reports whether words may stand as they are, in a table's cell.
func (h *htmlBlock) inCell() bool {
	open := h.w.frame.open
	return len(open) > 0 && (open[len(open)-1].name == "td" || open[len(open)-1].name == "th")
}

// in begins an element that holds words.
func (h *htmlBlock) in(held, tag, part string, extra ...declaration) {
	h.let()
	h.w.spot(h.n)
	h.w.open(tag, part, extra...)
	h.held, h.tags, h.p = held, 1, nil
}

var blank = regexp.MustCompile(`[ \t\r\n\f]+`)

func (h *htmlBlock) say(text string) {
	text = blank.ReplaceAllString(text, " ")
	if h.w.inline.last == 0 {
		text = strings.TrimLeft(text, " ")
	}
	if strings.TrimSpace(text) == "" && (h.held == "" && !h.inCell() || text == "") {
		return
	}
	h.cell()
	h.hold("p")
	h.w.say(text)
}
