package render

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// start writes a start tag.
func (h *htmlBlock) start(tag html.Token, said string, at int) {
	w, name := h.w, tag.Data
	if !known[name] {
		h.w.dropped(h.line, said, h.edit(at, len(said), "`"+said+"`", "render.mend.code"))
		return
	}
	switch name {
	case "br":
		if h.held != "" || h.inCell() {
			w.br()
		}
		return
	case "hr":
		h.let()
		h.cell()
		w.rule()
		return
	case "img":
		h.cell()
		part := "img"
		if h.held == "" && !h.inCell() {
			h.hold("figure")
			part = "figure img"
		}
		w.rawVoid(tag, h.line, part)
		return
	}
	if !breaks[name] {
		if !w.rawVoid(tag, h.line, "img") {
			h.cell()
			h.hold("p")
			h.open = append(h.open, w.startRaw(tag, h.line))
		}
		return
	}
	h.let()
	if h.table(name, tag) {
		return
	}
	h.cell()
	switch name {
	case "p":
		h.p = alignment(tag)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		part := "h" + string(rune('0'+min(int(name[1]-'0'), 4)))
		h.in(name, part, part, alignment(tag)...)
	case "summary", "dt":
		h.in(name, "p", "p")
		w.open("strong", "strong")
		h.tags++
	case "figcaption", "caption":
		h.in(name, "p", "caption")
	case "blockquote":
		w.open("blockquote", "blockquote")
		w.openElement(name, 1)
	case "dd":
		h.in(name, "p", "p", declaration{"padding-left", "1.5em"})
	case "ul", "ol", "menu":
		w.openElement(name, 0)
		list := &w.frame.open[len(w.frame.open)-1]
		list.ordered, list.number = name == "ol", 1
		if start, err := strconv.Atoi(attribute(tag, "start")); err == nil {
			list.number = start
		}
	case "li":
		h.item()
	default:
		if extra := alignment(tag); extra != nil {
			w.open("section", "raw", extra...)
			w.openElement(name, 1)
		} else {
			w.openElement(name, 0)
		}
	}
}

// alignment is what an element says of where its lines stand.
func alignment(tag html.Token) []declaration {
	value := strings.ToLower(attribute(tag, "align"))
	if value == "" {
		value = declared(attribute(tag, "style"))["text-align"]
	}
	if tag.Data == "center" || value == "middle" {
		value = "center"
	}
	switch value {
	case "center", "right", "left":
		return []declaration{{"text-align", value}}
	}
	return nil
}

// end writes an end tag.
func (h *htmlBlock) end(name string) {
	for i := len(h.open) - 1; i >= 0; i-- {
		if h.open[i].name != name {
			continue
		}
		for j := len(h.open) - 1; j >= i; j-- {
			h.w.endRawInline(h.open[j])
		}
		h.open = h.open[:i]
		return
	}
	if !breaks[name] {
		return
	}
	if h.held != "" && (h.held == name || h.held == "p") {
		h.let()
	}
	if name == "p" {
		h.p = nil
	}
	if at := h.w.frame.innermost(name); at >= 0 {
		h.let()
		h.w.endElements(at)
	}
}
