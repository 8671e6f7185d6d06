package render

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

func (w *writer) moreBlocks(n ast.Node) {
	switch n := n.(type) {
	case *extast.Table:
		w.table(n)
	case *extast.FootnoteList:
		w.footnotes(n)
	case *box:
		w.box(n)
	case *extast.DefinitionList:
		w.definitions(n)
	case *ast.LinkReferenceDefinition:
		// It has been looked up already.
	default:
		w.blocks(n)
	}
}

// table writes a table that scrolls sideways where a phone is too narrow for it.
func (w *writer) table(n *extast.Table) {
	w.open("section", "table box", tail(n)...)
	var extra []declaration
	if columns := len(n.Alignments); columns > 4 {
		extra = []declaration{{"min-width", strconv.Itoa(90*columns) + "px"}}
	}
	w.open("table", "table", extra...)
	even, body, columns := false, false, 0
	for c := n.FirstChild().FirstChild(); c != nil && c.Lines().Len() > 0; c = c.NextSibling() {
		columns++
	}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		part, cell := "tr", "td"
		if row.Kind() == extast.KindTableHeader {
			part, cell = "head", "th"
			w.open("thead", "thead")
		} else if !body {
			w.open("tbody", "tbody")
			body = true
		}
		if even && cell == "td" && len(w.t.rules["even"]) > 0 {
			part = "even"
		}
		w.open("tr", part)
		w.checkCells(row, columns)
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			w.cell(c.(*extast.TableCell), cell)
		}
		w.close()
		if cell == "th" {
			w.close()
		} else {
			even = !even
		}
	}
	if body {
		w.close()
	}
	w.close()
	w.close()
}

func (w *writer) cell(n *extast.TableCell, part string) {
	w.spot(n)
	switch n.Alignment {
	case extast.AlignCenter, extast.AlignRight:
		w.open(part, part, declaration{"text-align", n.Alignment.String()})
	default:
		w.open(part, part)
	}
	w.inlines(n)
	w.close()
}
