package render

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// WeChat breaks lists within lists, so they are laid out flat: runs of items that a list
// element can show become one, further in the deeper they were, and the rest are
// paragraphs with their sign written before them.

// step is how far each level of a list stands in; beyond maxLevel a phone has no room.
const (
	step     = 1.5
	maxLevel = 4
)

// list writes a list with all lists within it.
func (w *writer) list(n *ast.List) {
	if isFlat(n) && !needsSigns(n) {
		w.open(listTag(n), listTag(n), tail(n)...)
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			w.listItem(item.FirstChild())
		}
		w.close()
		return
	}
	w.open("section", "list", tail(n)...)
	w.items(n, 0)
	w.close()
}

func listTag(n *ast.List) string {
	if n.IsOrdered() {
		return "ol"
	}
	return "ul"
}

// isFlat reports whether every item is text and nothing else.
func isFlat(n *ast.List) bool {
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if only := item.FirstChild(); only != nil && (only.NextSibling() != nil || !isText(only)) {
			return false
		}
	}
	return true
}

// needsSigns reports whether a list's signs have to be written out: its numbers, where
// something stands between the items or they do not begin at 1, and its boxes.
func needsSigns(n *ast.List) bool {
	if n.IsOrdered() && (n.Start != 1 || !isFlat(n)) {
		return true
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if first := item.FirstChild(); first != nil && isTask(first) {
			return true
		}
	}
	return false
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

func isTask(n ast.Node) bool {
	_, is := n.FirstChild().(*extast.TaskCheckBox)
	return is
}

// items writes the items of a list in a row with those of the lists within them.
func (w *writer) items(n *ast.List, level int) {
	signed := needsSigns(n)
	indent := indented(level)
	running := false // a list element is open
	end := func() {
		if running {
			w.close()
			running = false
		}
	}
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		sign := ""
		if signed {
			sign = []string{"•", "◦", "▪"}[min(level, 2)]
		}
		if signed && n.IsOrdered() {
			sign = strconv.Itoa(number) + "."
		}
		number++
		child := item.FirstChild()
		if !signed {
			if !running {
				style := []string{"disc", "circle", "square"}[min(level, 2)]
				if n.IsOrdered() {
					style = "decimal"
				}
				w.open(listTag(n), "inner list", indent, declaration{"list-style", style})
				running = true
			}
			if child == nil || !isText(child) {
				w.listItem(nil)
			} else {
				w.listItem(child)
				child = child.NextSibling()
			}
		} else if child == nil || !isText(child) {
			w.signed(nil, sign, indent)
		}
		for ; child != nil; child = child.NextSibling() {
			switch inner, isList := child.(*ast.List); {
			case isList:
				end()
				w.items(inner, level+1)
			case isText(child):
				end()
				w.signed(child, sign, indent)
			default:
				end()
				w.open("section", "item block", indent)
				w.inFrame(func() { w.block(child) })
				w.close()
			}
			sign = ""
		}
	}
	end()
}

// listItem writes an item of a list element.
func (w *writer) listItem(n ast.Node) {
	w.open("li", "li")
	if n != nil {
		w.spot(n)
		w.inlines(n)
	}
	w.close()
}

// signed writes an item as a paragraph, its sign before it unless it goes on.
func (w *writer) signed(n ast.Node, sign string, indent declaration) {
	if n != nil {
		w.spot(n)
		if box, is := n.FirstChild().(*extast.TaskCheckBox); is {
			sign = "☐"
			if box.IsChecked {
				sign = "☑"
			}
		}
	}
	w.openItem(sign, indent)
	if n != nil {
		w.inlines(n)
	}
	w.close()
}

// openItem begins an item as a paragraph.
func (w *writer) openItem(sign string, indent declaration) {
	if sign == "" {
		w.open("p", "item", indent)
		return
	}
	back := strconv.FormatFloat(-step, 'g', -1, 64) + "em"
	width := strconv.FormatFloat(step, 'g', -1, 64) + "em"
	w.open("p", "item", indent, declaration{"text-indent", back})
	w.open("span", "sign", declaration{"display", "inline-block"}, declaration{"min-width", width}, declaration{"text-indent", "0"})
	w.html = append(w.html, sign...)
	w.close()
}

// indented is how far a level of a list stands in.
func indented(level int) declaration {
	return declaration{"padding-left", strconv.FormatFloat(step*float64(min(level, maxLevel)+1), 'g', -1, 64) + "em"}
}
