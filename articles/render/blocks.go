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

// list writes a list. WeChat breaks lists within lists and lists whose items are more
// than a line, so those are written out: a paragraph an item, its sign before it.
func (w *writer) list(n *ast.List) {
	if isSimple(n) {
		tag := "ul"
		if n.IsOrdered() {
			tag = "ol"
		}
		w.open(tag, tag)
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			w.spot(item)
			w.open("li", "li")
			if only := item.FirstChild(); only != nil {
				w.inlines(only)
			}
			w.close()
		}
		w.close()
		return
	}
	w.open("section", "list")
	w.items(n, 0)
	w.close()
}

// isSimple reports whether every item is one line of text, numbered from 1 if at all.
func isSimple(n *ast.List) bool {
	if n.IsOrdered() && n.Start != 1 {
		return false
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		only := item.FirstChild()
		if only == nil {
			continue
		}
		if only.NextSibling() != nil || !isText(only) {
			return false
		}
		if _, isTask := only.FirstChild().(*extast.TaskCheckBox); isTask {
			return false
		}
	}
	return true
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

// items writes a list's items in a row with those of the lists within them.
func (w *writer) items(n *ast.List, depth int) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		sign := []string{"•", "◦", "▪"}[min(depth, 2)]
		if n.IsOrdered() {
			sign = strconv.Itoa(number) + "."
			number++
		}
		// Deeper than this, a phone has no room left.
		indent := strconv.FormatFloat(1.5*float64(min(depth, 4)+1), 'g', -1, 64) + "em"
		signed := false
		for child := item.FirstChild(); child != nil; child = child.NextSibling() {
			inner, isList := child.(*ast.List)
			switch {
			case isList:
				w.items(inner, depth+1)
			case isText(child):
				w.item(child, sign, indent, signed)
				signed = true
			default:
				if !signed {
					w.item(nil, sign, indent, false)
					signed = true
				}
				w.open("section", "item block", declaration{"padding-left", indent})
				w.block(child)
				w.close()
			}
		}
	}
}

// item writes one paragraph of an item, with its sign if it is the first.
func (w *writer) item(n ast.Node, sign, indent string, signed bool) {
	extra := []declaration{{"padding-left", indent}}
	if !signed {
		extra = append(extra, declaration{"text-indent", "-1.5em"})
	}
	if n != nil {
		w.spot(n)
		if box, isTask := n.FirstChild().(*extast.TaskCheckBox); isTask {
			sign = "☐"
			if box.IsChecked {
				sign = "☑"
			}
		}
	}
	w.open("p", "item", extra...)
	if !signed {
		w.open("span", "sign", declaration{"display", "inline-block"}, declaration{"min-width", "1.5em"}, declaration{"text-indent", "0"})
		w.html = append(w.html, sign...)
		w.close()
	}
	if n != nil {
		w.inlines(n)
	}
	w.close()
}

// table writes a table that scrolls sideways where a phone is too narrow for it.
func (w *writer) table(n *extast.Table) {
	w.open("section", "table box")
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
		w.html = append(w.html, found...)
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
