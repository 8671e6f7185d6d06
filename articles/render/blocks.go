package render

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"magpie/cards"
)

func (w *writer) moreBlocks(n ast.Node) {
	switch n := n.(type) {
	case *extast.Table:
		w.table(n)
	case *extast.FootnoteList:
		w.footnotes(n)
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
	even := false
	body := false
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

// htmlBlock leaves raw HTML out, says so, and keeps the Mini Programs that are in it.
func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	raw := string(w.lines(n))
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(w.source))
	}
	lost := rawCardFound.ReplaceAllStringFunc(raw, func(found string) string {
		if !isRawCard(found) {
			return found
		}
		if strings.HasPrefix(found, "<a") {
			found = "<p>" + found + "</p>"
		}
		w.spot(n)
		w.rawCard(found)
		return ""
	})
	lost = strings.TrimSpace(htmlComment.ReplaceAllString(lost, ""))
	if lost == "" || lost == "<br>" || lost == "<br/>" || lost == "<br />" {
		return
	}
	w.foundHTML(w.lineOf(n), lost)
}

var htmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)

// foundHTML says that raw HTML was left out, once a line.
func (w *writer) foundHTML(line int, raw string) {
	for _, f := range w.article.Findings {
		if f.Code == "html.dropped" && f.Line == line {
			return
		}
	}
	w.find("html.dropped", line, cards.T("render.html.dropped", "html", shorten(strings.Join(strings.Fields(raw), " "))))
}
