package render

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"magpie/cards"
)

// widen adds the cells that stand beyond a table's header, which GitHub leaves out, and
// gives the header as many columns. The table is the one after a block, or the first.
func widen(parent, before ast.Node, lines []text.Segment, source []byte) {
	n := parent.FirstChild()
	if before != nil {
		n = before.NextSibling()
	}
	if n != nil && n.Kind() == ast.KindParagraph {
		n = n.NextSibling() // text that stood right above
	}
	table, ok := n.(*extast.Table)
	if !ok {
		return
	}
	columns := len(table.Alignments)
	row := table.FirstChild()
	first := len(lines) - table.ChildCount() + 1 // the line of the first row below the header
	for i := first; i < len(lines) && row != nil; i++ {
		row = row.NextSibling()
		if bytes.Count(lines[i].Value(source), []byte("|")) < columns {
			continue
		}
		cells := cellsOf(lines[i], source)
		if len(cells) > maxColumns {
			continue
		}
		for _, cell := range cells[min(columns, len(cells)):] {
			extra := extast.NewTableCell()
			extra.Lines().Append(cell)
			row.AppendChild(row, extra)
		}
	}
	most := columns
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		most = max(most, row.ChildCount())
	}
	for ; most > columns; columns++ {
		table.Alignments = append(table.Alignments, extast.AlignNone)
	}
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		for row.ChildCount() < most {
			row.AppendChild(row, extast.NewTableCell())
		}
	}
}

// cellsOf are the cells of a row, as goldmark cuts them.
func cellsOf(line text.Segment, source []byte) []text.Segment {
	line = line.TrimLeftSpace(source)
	line = line.TrimRightSpace(source)
	said := line.Value(source)
	at, limit := 0, len(said)
	if limit > 0 && said[0] == '|' {
		at++
	}
	if limit > at && said[limit-1] == '|' {
		limit--
	}
	var cells []text.Segment
	for at < limit {
		end := at
		for end < limit && (said[end] != '|' || said[end-1] == '\\' && end > 0) {
			end++
		}
		cell := text.NewSegment(line.Start+at, line.Start+end)
		cell = cell.TrimLeftSpace(source)
		cells = append(cells, cell.TrimRightSpace(source))
		at = end + 1
	}
	return cells
}

// checkCells says where a row had more cells than its header; those have no alignment and
// no name of their own.
func (fs *findings) checkCells(row ast.Node, columns int) {
	n := 0
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		if n++; n > columns && cell.Lines().Len() > 0 {
			fs.find("table.cells", fs.lineOf(row), cards.T("render.table.cells"))
			return
		}
	}
}
