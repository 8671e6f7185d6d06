package docx

import (
	"strings"
)

// runs is a paragraph while its runs are read.
type runs struct {
	*reader
	base    look
	oneLine bool
	spans   []span
	boxes   []block
	fields  []field // that are open, the innermost last
}

// field is what Word works out as it goes: an instruction, and what came of it last.
type field struct {
	instruction []byte
	result      bool   // what came of it has begun
	link        string // where the instruction leads, once it is whole
}

// read reads what a paragraph, a link or the like holds.
func (l *runs) read(n *node, link string) {
	for _, c := range n.children {
		switch c.name {
		case "r":
			l.run(c, link)
		case "hyperlink":
			to := link
			if t, known := l.rels[c.rel("id")]; known && t.address != "" {
				to = t.address
				if anchor := c.attr("anchor"); anchor != "" && !strings.Contains(to, "#") {
					to += "#" + anchor
				}
			}
			l.read(c, to)
		case "fldSimple":
			l.read(c, first(linkOf(c.attr("instr")), link))
		case "sdt":
			if content := c.child("sdtContent"); content != nil {
				l.read(content, link)
			}
		case "del", "moveFrom":
			l.leftOut(c)
		case "oMath", "oMathPara":
			l.equation(c)
		case "AlternateContent":
			l.read(chosen(c), link)
		case "subDoc":
			l.another(c)
		case "pPr", "rPr", "proofErr", "bookmarkStart", "bookmarkEnd":
		case "t", "delText", "ruby": // without a run around them
			l.piece(c, l.base, link)
		default:
			l.read(c, link)
		}
	}
}

// run reads a run: its text in the look of its style and its own.
func (l *runs) run(r *node, link string) {
	how := l.base.or(l.styleOf(r.val("rPr", "rStyle")).looks)
	if rPr := r.child("rPr"); rPr != nil {
		how = how.with(rPr)
	}
	if how.hidden {
		if text := strings.TrimSpace(r.text()); text != "" {
			l.note("hidden", text)
		}
		l.hiddenPictures(r)
		return
	}
	for _, c := range r.children {
		l.piece(c, how, first(l.fieldLink(), link))
	}
}

// piece reads one of the things that a run is made of.
func (l *runs) piece(c *node, how look, link string) {
	say := func(text string) { l.spans = append(l.spans, span{text: text, look: how, link: link}) }
	raw := func(text string) { l.spans = append(l.spans, span{text: text, link: link, raw: true}) }
	switch c.name {
	case "t":
		say(strings.ReplaceAll(strings.ReplaceAll(string(c.said), "\r", ""), "\n", " "))
	case "tab", "ptab":
		say(" ")
	case "br", "cr":
		if kind := c.attr("type"); kind == "page" || kind == "column" {
			say(" ")
		} else {
			say("\n")
		}
	case "noBreakHyphen":
		say("\u2011")
	case "sym":
		l.note("symbol", first(l.last, c.attr("font")))
	case "fldChar":
		l.fieldChar(c.attr("fldCharType"))
	case "instrText":
		if n := len(l.fields); n > 0 {
			l.fields[n-1].instruction = append(l.fields[n-1].instruction, c.said...)
		}
	case "footnoteReference", "endnoteReference":
		raw(l.mark(strings.TrimSuffix(c.name, "Reference"), c.attr("id")))
	case "drawing", "pict", "object":
		for _, text := range l.pictures(c) {
			raw(text)
		}
		l.box(c)
	case "AlternateContent":
		for _, within := range chosen(c).children {
			l.piece(within, how, link)
		}
	case "ruby":
		l.guided(c, how, link)
	case "delText":
		if text := strings.TrimSpace(string(c.said)); text != "" {
			l.note("deleted", text)
		}
	case "rPr", "rubyPr":
	default: // what is to come: the text within counts
		for _, within := range c.children {
			l.piece(within, how, link)
		}
	}
}

// guided keeps text that has a phonetic guide above it, and tells the guide.
func (l *runs) guided(n *node, how look, link string) {
	base, guide := "", ""
	if c := n.child("rubyBase"); c != nil {
		base = c.text()
		was := l.base
		l.base = how
		l.read(c, link)
		l.base = was
	}
	if c := n.child("rt"); c != nil {
		guide = c.text()
	}
	if strings.TrimSpace(guide) != "" {
		l.note("guide", base+" "+guide)
	}
}

// box reads what stands in a text box, which comes below the paragraph.
func (l *runs) box(n *node) {
	for _, c := range n.children {
		switch c.name {
		case "txbxContent":
			was, last := l.inTable, l.last
			var found []block
			l.gather(c, &found)
			l.boxes = append(l.boxes, found...)
			l.inTable, l.last = was, last
		case "AlternateContent":
			l.box(chosen(c))
		default:
			l.box(c)
		}
	}
}

// equation keeps the signs of a formula, whose form is lost, and says so.
func (l *runs) equation(n *node) {
	if text := n.text(); strings.TrimSpace(text) != "" {
		l.spans = append(l.spans, span{text: text})
		l.note("equation", text)
	}
}

func (l *runs) fieldChar(kind string) {
	switch n := len(l.fields); {
	case kind == "begin" && n == maxDepth:
		l.failed = ErrTooDeep
	case kind == "begin":
		l.fields = append(l.fields, field{})
	case kind == "separate" && n > 0:
		l.fields[n-1].result, l.fields[n-1].link = true, linkOf(string(l.fields[n-1].instruction))
	case kind == "end" && n > 0:
		l.fields = l.fields[:n-1]
	}
}

// fieldLink is where the innermost field that is a link leads.
func (l *runs) fieldLink() string {
	for i := len(l.fields) - 1; i >= 0; i-- {
		if f := l.fields[i]; f.result {
			if to := f.link; to != "" {
				return to
			}
		}
	}
	return ""
}

// linkOf is the address in HYPERLINK "https://…", "" in any other instruction.
func linkOf(instruction string) string {
	rest, is := strings.CutPrefix(strings.TrimSpace(instruction), "HYPERLINK")
	rest = strings.TrimSpace(rest)
	if !is || !strings.HasPrefix(rest, `"`) {
		return "" // \l leads to a place in the document
	}
	address, _, _ := strings.Cut(rest[1:], `"`)
	return address
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
