package docx

import "strings"

// code is a paragraph of code as it is.
func (r *reader) code(n *node) (string, []block) {
	l := &runs{reader: r}
	l.read(n, "")
	var b strings.Builder
	var pictures []block
	for _, s := range l.spans {
		if s.raw {
			pictures = append(pictures, block{text: s.text})
			continue
		}
		b.WriteString(s.text)
	}
	return b.String(), append(pictures, l.boxes...)
}
