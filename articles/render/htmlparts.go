package render

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// item begins an item of a list.
func (h *htmlBlock) item() {
	level, sign := 0, "•"
	var list *rawElement
	for i := range h.w.frame.open {
		switch e := &h.w.frame.open[i]; e.name {
		case "ul", "ol", "menu":
			level++
			list = e
		}
	}
	if list != nil && list.ordered {
		sign = strconv.Itoa(list.number) + "."
		list.number++
	} else if level > 1 {
		sign = []string{"•", "◦", "▪"}[min(level-1, 2)]
	}
	h.w.spot(h.n)
	h.w.openItem(sign, indented(max(level-1, 0)))
	h.held, h.tags = "li", 1
}

// code writes what stands between <pre> and </pre> as a block of code, and gives where it
// ends.
func (h *htmlBlock) code(raw string, from int) int {
	h.let()
	h.cell()
	end, after := len(raw), len(raw)
	if i := h.endOf("pre", from); i >= 0 {
		end, after = i, min(i+len("</pre>"), len(raw))
	}
	var code strings.Builder
	for z := html.NewTokenizer(strings.NewReader(raw[from:end])); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken {
			code.Write(z.Text())
		} else if name, _ := z.TagName(); string(name) == "br" {
			code.WriteByte('\n')
		}
	}
	said := strings.Trim(strings.ReplaceAll(code.String(), "\r", ""), "\n")
	h.w.spot(h.n)
	h.w.text.WriteString(said)
	h.w.open("pre", "pre")
	h.w.appendCode(said, true, true)
	h.w.close()
	h.w.inline = inline{}
	return after
}

// endOf is where the next end tag of a name stands in the present piece, -1 where there is
// none.
func (h *htmlBlock) endOf(name string, from int) int {
	last, known := h.last[name]
	if !known {
		last = strings.LastIndex(h.low, "</"+name)
		h.last[name] = last
	}
	if last < from {
		return -1
	}
	return from + strings.Index(h.low[from:], "</"+name)
}

// pass leaves an element out whose content nobody reads, says so, and gives its length. A
// script that does not end has swallowed what is left of the block.
func (h *htmlBlock) pass(raw string, at int, tag html.Token) int {
	rest := raw[at:]
	start := strings.IndexByte(rest, '>') + 1
	if start == 0 {
		start = len(rest)
	}
	length, shut := start, h.endOf(tag.Data, at+start)-at
	switch {
	case shut >= 0 && tag.Type != html.SelfClosingTagToken:
		length = len(rest)
		if end := strings.IndexByte(rest[shut:], '>'); end >= 0 {
			length = shut + end + 1
		}
	case tag.Data == "script" || tag.Data == "style" || tag.Data == "textarea":
		length = len(rest)
		if strings.ContainsFunc(rest[start:], isSaid) {
			h.w.foundHTML("html.lost", "render.html.lost", h.line, rest, h.edit(at, start, "", "render.mend.remove"))
			return length
		}
	}
	mend := h.edit(at, length, "", "render.mend.remove")
	if src := playedFrom(tag); src != "" {
		mend = h.edit(at, length, "["+src+"]("+src+")", "render.mend.link")
	}
	h.w.dropped(h.line, rest[:length], mend)
	return length
}
