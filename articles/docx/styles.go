package docx

import (
	"strconv"
	"strings"
)

// style is what a paragraph's or a run's style says, with what it is based on.
type style struct {
	name  string // Word's own, in English and small letters: heading 1, title, quote
	level int    // of a heading, from 1; 0: none
	list  *place
	looks look
}

// look is how a run looks.
type look struct {
	bold, italic, strike, under, super, sub, hidden, code bool
}

// readStyles reads the styles by their ids. What is based on itself ends there.
func (r *reader) readStyles() (map[string]*style, error) {
	root, err := r.archive.tree(r.related("styles"))
	if err != nil {
		return nil, err
	}
	all := map[string]*style{}
	list := root.find("styles")
	if list == nil {
		return all, nil
	}
	nodes := map[string]*node{}
	for _, n := range list.children {
		if n.name == "style" {
			nodes[n.attr("styleId")] = n
		}
	}
	for id := range nodes {
		var chain []*node
		for at, n := id, nodes[id]; n != nil && len(chain) < 20; n = nodes[at] {
			chain = append([]*node{n}, chain...)
			at = n.val("basedOn")
		}
		s := &style{name: strings.ToLower(nodes[id].val("name"))}
		for _, n := range chain {
			s.take(n)
		}
		all[id] = s
	}
	return all, nil
}

// take adds what one style says to what it is based on.
func (s *style) take(n *node) {
	name := strings.ToLower(n.val("name"))
	if level, ok := strings.CutPrefix(name, "heading "); ok {
		s.level, _ = strconv.Atoi(level)
	} else if level, err := strconv.Atoi(n.val("pPr", "outlineLvl")); err == nil {
		s.level = level + 1
		if level > 8 {
			s.level = 0 // 9 is the body
		}
	}
	if numbers := n.find("pPr", "numPr"); numbers != nil {
		p := placeOf(numbers)
		if s.list != nil && p.id == "" {
			p.id = s.list.id
		}
		s.list = &p
	}
	if rPr := n.child("rPr"); rPr != nil {
		s.looks = s.looks.with(rPr)
	}
	if isCodeStyle(name) {
		s.looks.code = true
	}
}

// isCodeStyle knows the styles of code by their names: those of pandoc, Word and LibreOffice.
func isCodeStyle(name string) bool {
	switch name {
	case "source code", "verbatim char", "html preformatted", "html code", "html sample", "html typewriter", "preformatted text", "source text", "macro text":
		return true
	}
	return false
}

func isQuoteStyle(name string) bool {
	switch name {
	case "quote", "intense quote", "block text", "quotations", "block quotation":
		return true
	}
	return false
}

// with is the look with what the properties of a run change.
func (l look) with(rPr *node) look {
	for _, p := range []struct {
		name  string
		field *bool
	}{
		{"b", &l.bold}, {"i", &l.italic}, {"strike", &l.strike}, {"dstrike", &l.strike}, {"u", &l.under}, {"vanish", &l.hidden},
	} {
		// Either line through the text is one, so dstrike comes after strike and only adds to it.
		if on, set := rPr.is(p.name); set {
			*p.field = on || p.name == "dstrike" && l.strike
		}
	}
	switch rPr.val("vertAlign") {
	case "superscript":
		l.super, l.sub = true, false
	case "subscript":
		l.super, l.sub = false, true
	case "baseline":
		l.super, l.sub = false, false
	}
	return l
}

// or joins two looks: what a paragraph's style and a run's say.
func (l look) or(m look) look {
	return look{
		l.bold || m.bold, l.italic || m.italic, l.strike || m.strike, l.under || m.under,
		l.super || m.super, l.sub || m.sub, l.hidden || m.hidden, l.code || m.code,
	}
}

// styleOf is the style of an id, an empty one where it is not known.
func (r *reader) styleOf(id string) *style {
	if s := r.styles[id]; s != nil {
		return s
	}
	return &style{}
}
