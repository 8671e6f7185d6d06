package docx

import "magpie/markdown"

// span is a stretch of a line that looks alike. raw is Markdown already.
type span struct {
	text string
	look look
	link string
	raw  bool
}

// line writes the runs of a paragraph. Of one line alone, breaks are <br>. What stands in text
// boxes comes back by itself.
func (r *reader) line(p *node, base look, oneLine bool) (string, []block) {
	l := &runs{reader: r, base: base, oneLine: oneLine}
	l.read(p, "")
	spans := make([]markdown.Span, len(l.spans))
	for i, s := range l.spans {
		k := s.look
		spans[i] = markdown.Span{Text: s.text, Link: s.link, Raw: s.raw, Code: k.code, Look: markdown.Look{Bold: k.bold, Italic: k.italic, Strike: k.strike, Under: k.under, Super: k.super, Sub: k.sub}}
	}
	return markdown.Line(spans, r.inTable, oneLine, !r.said), l.boxes
}
