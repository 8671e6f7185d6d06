package render

import (
	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// rowParts are the elements within a table.
var rowParts = set("thead tbody tfoot tr td th")

// table writes a tag of a raw table, and reports whether the tag is one. Cells may hold
// Markdown, so that a table goes on over the blocks below. What browsers would add, a
// tbody, is written; what stands between cells becomes one.
func (h *htmlBlock) table(name string, tag html.Token) bool {
	w, f := h.w, h.w.frame
	if name == "table" {
		h.cell()
		w.open("section", "table box")
		w.open("table", "table")
		w.openElement(name, 2)
		return true
	}
	if !rowParts[name] {
		return false
	}
	table := f.innermost("table")
	if table < 0 {
		return true // a row of no table is its words
	}
	within := func(names ...string) bool { return f.innermost(names...) > f.innermost("table") }
	until := func(names ...string) { w.endElements(f.innermost(append(names, "table")...) + 1) }
	switch name {
	case "thead", "tbody", "tfoot":
		until()
		part := "tbody"
		if name == "thead" {
			part = "thead"
		}
		w.open(part, part)
		w.openElement(name, 1)
	case "tr":
		until("thead", "tbody", "tfoot")
		if !within("thead", "tbody", "tfoot") {
			w.open("tbody", "tbody")
			w.openElement("tbody", 1)
		}
		part := "tr"
		if within("thead") {
			part = "head"
		}
		w.open("tr", part)
		w.openElement(name, 1)
	default:
		if !within("tr") {
			h.table("tr", tag)
		}
		until("tr")
		h.w.spot(h.n)
		w.open(name, name, alignment(tag)...)
		for _, span := range []string{"colspan", "rowspan"} {
			if value := attribute(tag, span); plainSize.MatchString(value) && value != "1" {
				w.html = append(w.html[:len(w.html)-1], " "+span+`="`+value+`">`...)
			}
		}
		w.openElement(name, 1)
	}
	return true
}

// cell begins a cell where words stand in a table but in none.
func (h *htmlBlock) cell() {
	if h.held == "" && h.w.frame.isBetweenCells() {
		h.table("td", html.Token{})
	}
}

// needCell begins a cell where Markdown stands in a raw table but in none.
func (w *writer) needCell(n ast.Node) {
	if w.frame.isBetweenCells() && n.Kind() != ast.KindHTMLBlock {
		(&htmlBlock{w: w, n: n}).table("td", html.Token{})
	}
}

func (f *frame) isBetweenCells() bool {
	if len(f.open) == 0 {
		return false
	}
	last := f.open[len(f.open)-1].name
	return last == "table" || rowParts[last] && last != "td" && last != "th"
}
