package unrender

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// list reads a list. What stands in it outside of items belongs to the item before.
func (r *reader) list(n *html.Node, s state) {
	r.end()
	if r.oneLine || r.lists >= deepestList || strings.Contains(attribute(n, "class"), "line-index") {
		r.plainList(n, s)
		return
	}
	list := &html.Node{Type: html.ElementNode, Data: n.Data}
	if start, err := strconv.Atoi(attribute(n, "start")); err == nil && n.Data == "ol" && start >= 0 && start < 1_000_000 {
		list.Attr = []html.Attribute{{Key: "start", Val: strconv.Itoa(start)}}
	}
	r.lists++
	r.within(list, func() {
		for c := n.FirstChild; c != nil && !r.stopped(); c = c.NextSibling {
			item := list.LastChild
			if c.Type == html.ElementNode && c.Data == "li" || item == nil {
				item = &html.Node{Type: html.ElementNode, Data: "li"}
			} else {
				list.RemoveChild(item)
			}
			r.within(item, func() {
				if c.Type == html.ElementNode && c.Data == "li" && !r.hidden(c, declared(attribute(c, "style"))) {
					r.children(c, s.within(c, declared(attribute(c, "style"))))
				} else if c.Type != html.ElementNode || c.Data != "li" {
					r.node(c, s)
				}
			})
		}
	})
	r.lists--
}

// plainList reads a list where none can be: its items are lines.
func (r *reader) plainList(n *html.Node, s state) {
	number := 1
	if start, err := strconv.Atoi(attribute(n, "start")); err == nil {
		number = start
	}
	for c := n.FirstChild; c != nil && !r.stopped(); c = c.NextSibling {
		if c.Type != html.ElementNode || c.Data != "li" {
			r.node(c, s)
			continue
		}
		r.end()
		if r.sign = "• "; n.Data == "ol" {
			r.sign = strconv.Itoa(number) + ". "
		}
		number++
		r.block(c, s)
		r.sign = ""
	}
}
