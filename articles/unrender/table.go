package unrender

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// widest is how many columns a table has at most, and how many rows a cell spans.
const widest = 100

// cell is one of a table, as Markdown.
type cell struct{ text, align string }

// table writes a table with its first row as the head. Cells that were joined stand once, with
// empty ones beside or below them, which is told.
func (r *reader) table(n *html.Node, s state) {
	if r.oneLine {
		r.end()
		r.note("nested", textOf(n))
		r.children(n, s)
		r.end()
		return
	}
	r.end()
	var trs []*html.Node
	r.rows(n, s, &trs)
	if len(trs) == 1 && len(cellsOf(trs[0])) < 2 { // a frame around something
		r.children(trs[0], s)
		r.end()
		return
	}
	var rows [][]cell
	below := map[int]int{} // columns of rows to come that a cell above has
	columns := 0
	for _, tr := range trs {
		if r.stopped() {
			return
		}
		row := r.row(tr, s, below)
		rows, columns = append(rows, row), max(columns, len(row))
	}
	if columns == 0 {
		return
	}
	var b strings.Builder
	for i, row := range rows {
		b.WriteByte('|')
		for j := range columns {
			b.WriteByte(' ')
			if j < len(row) {
				b.WriteString(row[j].text)
			}
			b.WriteString(" |")
		}
		b.WriteByte('\n')
		if i == 0 {
			b.WriteByte('|')
			for j := range columns {
				b.WriteString(rule(rows, j))
			}
			b.WriteByte('\n')
		}
	}
	r.put("p", strings.TrimSuffix(b.String(), "\n"))
}

// rule is what stands below the head of a column.
func rule(rows [][]cell, column int) string {
	for _, row := range rows {
		if column < len(row) {
			switch row[column].align {
			case "center":
				return " :---: |"
			case "right":
				return " ---: |"
			}
			break
		}
	}
	return " --- |"
}

// rows gathers the rows of a table. What stands outside of them stands before it.
func (r *reader) rows(n *html.Node, s state, all *[]*html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type != html.ElementNode:
		case c.Data == "tr":
			if !r.hidden(c, declared(attribute(c, "style"))) {
				*all = append(*all, c)
			}
		case c.Data == "thead" || c.Data == "tbody" || c.Data == "tfoot":
			r.rows(c, s, all)
		default:
			r.node(c, s)
			r.end()
		}
	}
}

func cellsOf(tr *html.Node) (all []*html.Node) {
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
			all = append(all, c)
		}
	}
	return all
}

// row reads the cells of a row. below counts, by columns, the rows that a cell above has.
func (r *reader) row(tr *html.Node, s state, below map[int]int) (row []cell) {
	s = s.within(tr, declared(attribute(tr, "style")))
	skip := func() {
		for below[len(row)] > 0 && len(row) < widest {
			below[len(row)]--
			row = append(row, cell{})
		}
	}
	for _, c := range cellsOf(tr) {
		skip()
		styles := declared(attribute(c, "style"))
		if r.hidden(c, styles) {
			continue
		}
		inner := s.within(c, styles)
		if c.Data == "th" {
			inner.look.Bold, inner.bold = false, true
		}
		text := r.inOneLine(true, func() { r.children(c, inner) })
		wide, high := spanOf(c, "colspan"), spanOf(c, "rowspan")
		if wide > 1 || high > 1 {
			r.note("merged", textOf(c))
		}
		for i := range wide {
			if high > 1 {
				below[len(row)] = high - 1
			}
			if i == 0 {
				row = append(row, cell{text, alignOf(c, styles)})
			} else {
				row = append(row, cell{})
			}
		}
	}
	skip()
	return row
}

func spanOf(c *html.Node, key string) int {
	n, err := strconv.Atoi(attribute(c, key))
	if err != nil {
		return 1
	}
	return min(max(n, 1), widest)
}

func alignOf(c *html.Node, styles map[string]string) string {
	if align := styles["text-align"]; align != "" {
		return align
	}
	return strings.ToLower(attribute(c, "align"))
}
