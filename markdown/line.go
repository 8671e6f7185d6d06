package markdown

import (
	"strings"
	"unicode"
)

// Span is a stretch of a line that looks alike.
type Span struct {
	Text string
	Look Look
	Link string // where it leads; "" for nowhere
	Code bool   // which has no look
	Raw  bool   // Text is Markdown already
}

// Line writes spans as one paragraph. In a table's cell, or where oneLine says that it is one
// line alone, breaks are <br>. first says that the document begins with it.
func Line(spans []Span, inTable, oneLine, first bool) string {
	spans = trim(merge(spans))
	var b strings.Builder
	for i, s := range spans {
		if s.Link == "" {
			b.WriteString(write(spans, i, inTable, first && b.Len() == 0))
			continue
		}
		if i == 0 || spans[i-1].Link != s.Link {
			b.WriteByte('[')
		}
		b.WriteString(write(spans, i, inTable, false))
		if i+1 == len(spans) || spans[i+1].Link != s.Link {
			b.WriteString("](" + Destination(s.Link) + ")")
		}
	}
	text := strings.ReplaceAll(b.String(), "\n", lineBreak(oneLine))
	if !oneLine {
		text = strings.ReplaceAll(text, "\\\n ", "\\\n")
	}
	return text
}

func lineBreak(oneLine bool) string {
	if oneLine {
		return "<br>"
	}
	return "\\\n"
}

// merge joins neighbours that look alike, and drops empty ones.
func merge(all []Span) []Span {
	var out []Span
	var texts [][]string // of each of them, joined once at the end
	for _, s := range all {
		if strings.TrimSpace(s.Text) == "" && !s.Raw && !s.Code {
			s.Look = Look{} // nobody sees a bold space
		}
		switch last := len(out) - 1; {
		case s.Text == "":
		case last >= 0 && !s.Raw && !out[last].Raw && out[last].Code == s.Code && out[last].Look == s.Look && out[last].Link == s.Link:
			texts[last] = append(texts[last], s.Text)
		default:
			out, texts = append(out, s), append(texts, []string{s.Text})
		}
	}
	for i := range out {
		out[i].Text = strings.Join(texts[i], "")
	}
	return out
}

// trim takes white space off both ends, where it would be code or a break of nothing.
func trim(all []Span) []Span {
	for len(all) > 0 && !all[0].Raw && !all[0].Code {
		if all[0].Text = strings.TrimLeft(all[0].Text, " \t\n"); all[0].Text != "" {
			break
		}
		all = all[1:]
	}
	for last := len(all) - 1; last >= 0 && !all[last].Raw && !all[last].Code; last-- {
		if all[last].Text = strings.TrimRight(all[last].Text, " \t\n"); all[last].Text != "" {
			break
		}
		all = all[:last]
	}
	return all
}

// write writes one of the spans of a line: with Markdown's signs where they are sure to be
// read as such, else with tags.
func write(all []Span, i int, inTable, first bool) string {
	s := all[i]
	if s.Raw {
		return s.Text
	}
	if s.Code {
		return CodeIn(s.Text, inTable)
	}
	core := strings.TrimSpace(s.Text)
	at := strings.Index(s.Text, core)
	before, after := s.Text[:at], s.Text[at+len(core):]
	text := Escape(core, first && before == "", inTable)
	if s.Look == (Look{}) || core == "" {
		return before + text + after
	}
	looks := s.Look
	looks.Under = looks.Under && s.Link == ""
	return before + Emphasis(core, text, looks, isPlain(all, i-1) && isPlain(all, i+1)) + after
}

// isPlain reports whether a span is text without a look, which does not end or begin with a
// number: beside one, a star may be a sign of arithmetic.
func isPlain(all []Span, i int) bool {
	if i < 0 || i >= len(all) {
		return true
	}
	s := all[i]
	return !s.Raw && !s.Code && s.Look == (Look{}) && strings.TrimLeftFunc(s.Text, unicode.IsDigit) == s.Text && strings.TrimRightFunc(s.Text, unicode.IsDigit) == s.Text
}

// CodeIn is code within a line, which may be one of a table's cell.
func CodeIn(text string, inTable bool) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if strings.TrimSpace(text) == "" {
		return text
	}
	code := Code(text)
	if inTable {
		code = strings.ReplaceAll(code, "|", `\|`)
	}
	return code
}

// Destination is an address as Markdown has it between brackets.
func Destination(address string) string {
	address = strings.NewReplacer("\n", "", "\r", "", "<", "%3C", ">", "%3E", " ", "%20", "|", "%7C").Replace(address)
	if strings.ContainsAny(address, "()\\") {
		return "<" + address + ">"
	}
	return address
}
