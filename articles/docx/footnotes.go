package docx

import (
	"fmt"
	"strings"
)

// mark is what stands in the text for a footnote or an endnote.
func (r *reader) mark(kind, id string) string {
	name := kind + " " + id
	if _, known := r.footnotes[name]; !known {
		r.wanted = append(r.wanted, name)
		r.footnotes[name] = fmt.Sprintf("[^%d]", len(r.wanted))
	}
	return r.footnotes[name]
}

// noteTexts writes the footnotes and endnotes that the text names, in their order.
func (r *reader) noteTexts() (string, error) {
	texts := map[string]*node{}
	parts := map[string]string{}
	for _, kind := range []string{"footnote", "endnote"} {
		part := r.related(kind + "s")
		root, err := r.archive.tree(part)
		if err != nil {
			return "", err
		}
		list := root.child(kind + "s")
		if list == nil {
			continue
		}
		for _, n := range list.children {
			texts[kind+" "+n.attr("id")], parts[kind+" "+n.attr("id")] = n, part
		}
	}
	var b strings.Builder
	body, rels := r.part, r.rels
	defer func() { r.part, r.rels = body, rels }()
	for i := 0; i < len(r.wanted); i++ { // a note may name another
		name := r.wanted[i]
		text := ""
		if n := texts[name]; n != nil {
			if r.part != parts[name] {
				var err error
				if r.part = parts[name]; r.part != "" {
					if r.rels, err = r.archive.rels(r.part); err != nil {
						return "", err
					}
				}
			}
			text = r.blocks(n)
		}
		fmt.Fprintf(&b, "%s: %s\n\n", r.footnotes[name], strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
	return b.String(), nil
}
