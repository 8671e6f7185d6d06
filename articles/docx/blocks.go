package docx

import (
	"path"
	"strings"

	"magpie/markdown"
)

// block is a piece of Markdown that stands by itself, and what it is part of.
type block struct {
	text string
	kind string // "", heading, item, quote, code
	deep int    // of an item
	mark string
	list string // of an item, its list
}

// blocks writes the paragraphs and tables of a body, a cell or a note.
func (r *reader) blocks(parent *node) string {
	var all []block
	r.gather(parent, &all)
	return join(all)
}

func (r *reader) gather(parent *node, all *[]block) {
	for _, n := range parent.children {
		if r.stopped() {
			return
		}
		switch n.name {
		case "p":
			*all = append(*all, r.paragraph(n)...)
		case "tbl":
			*all = append(*all, block{text: r.table(n)})
		case "sdt":
			if content := n.child("sdtContent"); content != nil {
				r.gather(content, all)
			}
		case "del", "moveFrom":
			r.leftOut(n)
		case "altChunk":
			r.another(n)
		case "r", "t", "hyperlink", "fldSimple", "ruby", "oMath", "oMathPara", "subDoc": // without a paragraph around them
			*all = append(*all, r.paragraph(&node{name: "p", children: []*node{n}})...)
		case "sectPr", "pPr", "tblPr", "tblGrid", "trPr", "tcPr":
		case "AlternateContent":
			r.gather(chosen(n), all)
		default: // w:ins, w:customXml, w:smartTag and what is to come: what is within counts
			r.gather(n, all)
		}
	}
}

// paragraph writes a paragraph; its text boxes come after it.
func (r *reader) paragraph(n *node) []block {
	if plain := strings.TrimSpace(n.text()); plain != "" {
		r.last = plain // before its runs are read, whose notes name it
	}
	s := r.styleOf(n.val("pPr", "pStyle"))
	level := s.level
	if s.name == "title" {
		level = 1
	} else if level > 0 && r.titled {
		level++
	}
	if s.looks.code && level == 0 {
		text, boxes := r.code(n)
		return append([]block{{text: text, kind: "code"}}, boxes...)
	}
	base := s.looks
	if level > 0 {
		base = look{}
	}
	text, boxes := r.line(n, base, level > 0 || r.inTable)
	b := block{text: text}
	numbers := s.list
	if numPr := n.find("pPr", "numPr"); numPr != nil {
		p := placeOf(numPr)
		numbers = &p
	} else if numbers != nil && numbers.depth == 0 {
		numbers = &place{numbers.id, depthOf(s.name)} // List Bullet 2 has a list of its own
	}
	switch {
	case text == "":
		return boxes
	case level > 0:
		b.kind, b.text = "heading", strings.Repeat("#", min(level, 6))+" "+text
	case numbers != nil && numbers.id != "" && numbers.id != "0":
		mark, other := r.lists.marker(*numbers)
		if other {
			r.note("numbers", r.last)
		}
		b.kind, b.deep, b.mark, b.list = "item", numbers.depth, mark, numbers.id
	case isQuoteStyle(s.name):
		b.kind = "quote"
	}
	r.said = true
	return append([]block{b}, boxes...)
}

// depthOf is how deep an item of one of Word's own styles stands: List Bullet, List Bullet 2.
func depthOf(style string) int {
	if strings.HasPrefix(style, "list ") {
		if last := style[len(style)-1]; last >= '2' && last <= '5' {
			return int(last - '1')
		}
	}
	return 0
}

// hasTitle reports whether a paragraph is the document's title.
func (r *reader) hasTitle(body *node) bool {
	for _, n := range body.children {
		if n.name == "p" && r.styleOf(n.val("pPr", "pStyle")).name == "title" && strings.TrimSpace(n.text()) != "" {
			return true
		}
	}
	return false
}

// join puts blocks below each other: items of lists close together, further in by the width of
// what they belong to; lines of code and of a quotation as one.
func join(all []block) string {
	var b strings.Builder
	var in depths
	before := ""
	for i, next := range all {
		if next.text == "" && next.kind != "code" {
			continue
		}
		if b.Len() > 0 {
			switch {
			case next.kind == "item" && before == "item" && (next.deep > 0 || in[0].list == "" || next.list == in[0].list), next.kind == "code" && before == "code":
				b.WriteString("\n")
			case next.kind == "quote" && before == "quote":
				b.WriteString("\n>\n")
			default:
				b.WriteString("\n\n")
			}
		}
		switch next.kind {
		case "item":
			if before != "item" {
				in = depths{}
			}
			mark, indent := in.next(next)
			within := strings.Repeat(" ", indent+len(mark)+1)
			b.WriteString(strings.Repeat(" ", indent) + mark + " " + strings.ReplaceAll(next.text, "\n", "\n"+within))
		case "quote":
			b.WriteString("> " + strings.ReplaceAll(next.text, "\n", "\n> "))
		case "code":
			if before != "code" {
				b.WriteString(fence(all[i:]) + "\n")
			}
			b.WriteString(next.text)
			if i+1 == len(all) || all[i+1].kind != "code" {
				b.WriteString("\n" + fence(codeBefore(all[:i+1])))
			}
		default:
			b.WriteString(next.text)
		}
		before = next.kind
	}
	return b.String()
}

// depths is how far the lists have come that an item stands in: at each depth, where the text of
// the item begins, whose it is, and whether the other sign stands before it.
type depths [10]struct {
	width int
	list  string
	mark  string
	other bool
}

// next is the sign of an item and how far in it stands. Two lists right below each other have
// different signs, else Markdown takes them for one and counts on.
func (d *depths) next(item block) (mark string, indent int) {
	for _, above := range d[:item.deep] {
		indent += above.width
	}
	at, mark := &d[item.deep], item.mark
	if at.list != "" && at.list != item.list && (at.mark == "-") == (mark == "-") {
		at.other = !at.other
	}
	at.mark = mark
	if at.other && mark == "-" {
		mark = "*"
	} else if at.other {
		mark = strings.TrimSuffix(mark, ".") + ")"
	}
	at.list, at.width = item.list, len(mark)+1
	for i := item.deep + 1; i < len(d); i++ {
		d[i].width, d[i].list = 0, ""
	}
	return mark, indent
}

// fence is longer than any row of backticks in the code that begins.
func fence(all []block) string {
	ticks := 3
	for _, b := range all {
		if b.kind != "code" {
			break
		}
		ticks = max(ticks, 1+markdown.LongestTicks(b.text))
	}
	return strings.Repeat("`", ticks)
}

// codeBefore are the blocks of code that end here.
func codeBefore(all []block) []block {
	from := len(all)
	for from > 0 && all[from-1].kind == "code" {
		from--
	}
	return all[from:]
}

// leftOut tells what was deleted with changes tracked.
func (r *reader) leftOut(n *node) {
	code := map[string]string{"del": "deleted", "moveFrom": "moved"}[n.name]
	if text := strings.TrimSpace(n.text()); text != "" {
		r.note(code, text)
	}
}

// another tells that a whole document stands in this one by its name alone.
func (r *reader) another(n *node) {
	t := r.rels[n.rel("id")]
	r.note("another", first(r.last, path.Base(first(t.part, t.address))))
}

// chosen is what of several forms of the same is read: the first, as Word does.
func chosen(n *node) *node {
	if choice := n.child("Choice"); choice != nil {
		return choice
	}
	if fallback := n.child("Fallback"); fallback != nil {
		return fallback
	}
	return &node{}
}
