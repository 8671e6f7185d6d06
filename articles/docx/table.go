package docx

import (
	"strconv"
	"strings"

	"magpie/markdown"
)

// table writes a table. Its first row is the head, as WeChat's editor has it; cells that were
// joined stand once, with empty ones beside or below them, which is told.
func (r *reader) table(n *node) string {
	if r.inTable {
		r.note("nested", n.text())
		return r.flat(n)
	}
	r.inTable = true
	defer func() { r.inTable = false }()
	var rows [][]string
	width := 0
	toldEmpty := false // of a joined cell without text, by the text of the table
	for _, row := range rowsOf(n) {
		if r.stopped() {
			return ""
		}
		var cells []string
		for _, cell := range cellsOf(row) {
			text := strings.ReplaceAll(r.cell(cell), "\n", "<br>")
			cells = append(cells, text)
			span, _ := strconv.Atoi(cell.val("tcPr", "gridSpan"))
			down := cell.find("tcPr", "vMerge")
			if span > 1 || down != nil {
				if own := cell.text(); strings.TrimSpace(own) != "" {
					r.note("merged", own)
				} else if !toldEmpty {
					toldEmpty = true
					r.note("merged", n.text())
				}
			}
			for i := 1; i < min(span, 64); i++ {
				cells = append(cells, "")
			}
		}
		width = max(width, len(cells))
		rows = append(rows, cells)
	}
	if width == 0 {
		return ""
	}
	var b strings.Builder
	for i, cells := range rows {
		for len(cells) < width {
			cells = append(cells, "")
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", width) + "|\n")
		}
	}
	r.said = true
	return strings.TrimSuffix(b.String(), "\n")
}

// cell writes what stands in a cell, a line for each of its paragraphs.
func (r *reader) cell(n *node) string {
	var all []block
	r.gather(n, &all)
	var lines []string
	for _, b := range all {
		switch {
		case b.text == "":
			continue
		case b.kind == "heading": // a cell has none
			_, b.text, _ = strings.Cut(b.text, " ")
		case b.kind == "item" && b.mark == "-":
			b.text = "• " + b.text
		case b.kind == "item":
			b.text = strings.TrimSuffix(b.mark, ".") + `\. ` + b.text
		case b.kind == "code":
			b.text = markdown.CodeIn(b.text, true)
		}
		lines = append(lines, strings.TrimLeft(b.text, " "))
	}
	return strings.Join(lines, "<br>")
}

// flat is a table within a table: a line for each row.
func (r *reader) flat(n *node) string {
	var lines []string
	for _, row := range rowsOf(n) {
		if r.stopped() {
			return ""
		}
		var cells []string
		for _, cell := range cellsOf(row) {
			cells = append(cells, r.cell(cell))
		}
		lines = append(lines, strings.Join(cells, " / "))
	}
	return strings.Join(lines, "<br>")
}

// rowsOf and cellsOf look through what may stand around rows and cells.
func rowsOf(n *node) []*node { return within(n, "tr") }

func cellsOf(row *node) []*node { return within(row, "tc") }

func within(n *node, name string) []*node {
	var all []*node
	for _, c := range n.children {
		switch c.name {
		case name:
			all = append(all, c)
		case "p", "tbl", "tr", "tc":
		case "AlternateContent":
			all = append(all, within(chosen(c), name)...)
		default: // w:sdt, w:ins, w:customXml and what is to come
			all = append(all, within(c, name)...)
		}
	}
	return all
}
