package docx

import (
	"strings"

	"magpie/markdown"
)

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
	spans := trim(merge(l.spans))
	var b strings.Builder
	for i, s := range spans {
		if s.link == "" {
			b.WriteString(write(spans, i, r.inTable, !r.said && b.Len() == 0))
			continue
		}
		if i == 0 || spans[i-1].link != s.link {
			b.WriteByte('[')
		}
		b.WriteString(write(spans, i, r.inTable, false))
		if i+1 == len(spans) || spans[i+1].link != s.link {
			b.WriteString("](" + destination(s.link) + ")")
		}
	}
	text := strings.ReplaceAll(b.String(), "\n", lineBreak(oneLine))
	if !oneLine {
		text = strings.ReplaceAll(text, "\\\n ", "\\\n")
	}
	return text, l.boxes
}

func lineBreak(oneLine bool) string {
	if oneLine {
		return "<br>"
	}
	return "\\\n"
}

// merge joins neighbours that look alike, and drops empty ones.
func merge(all []span) []span {
	var out []span
	var texts [][]string // of each of them, joined once at the end
	for _, s := range all {
		if strings.TrimSpace(s.text) == "" && !s.raw && !s.look.code {
			s.look = look{} // nobody sees a bold space
		}
		switch last := len(out) - 1; {
		case s.text == "":
		case last >= 0 && !s.raw && !out[last].raw && out[last].look == s.look && out[last].link == s.link:
			texts[last] = append(texts[last], s.text)
		default:
			out, texts = append(out, s), append(texts, []string{s.text})
		}
	}
	for i := range out {
		out[i].text = strings.Join(texts[i], "")
	}
	return out
}

// trim takes white space off both ends, where it would be code or a break of nothing.
func trim(all []span) []span {
	for len(all) > 0 && !all[0].raw && !all[0].look.code {
		if all[0].text = strings.TrimLeft(all[0].text, " \t\n"); all[0].text != "" {
			break
		}
		all = all[1:]
	}
	for last := len(all) - 1; last >= 0 && !all[last].raw && !all[last].look.code; last-- {
		if all[last].text = strings.TrimRight(all[last].text, " \t\n"); all[last].text != "" {
			break
		}
		all = all[:last]
	}
	return all
}

// write writes one of the spans of a line: with Markdown's signs where they are sure to be
// read as such, else with tags.
func write(all []span, i int, inTable, first bool) string {
	s := all[i]
	if s.raw {
		return s.text
	}
	if s.look.code {
		return codeSpan(s.text, inTable)
	}
	core := strings.TrimSpace(s.text)
	at := strings.Index(s.text, core)
	before, after := s.text[:at], s.text[at+len(core):]
	text := escape(core, first && before == "", inTable)
	if s.look == (look{}) || core == "" {
		return before + text + after
	}
	plain := func(j int) bool { return j < 0 || j >= len(all) || !all[j].raw && all[j].look == (look{}) }
	looks := markdown.Look{Bold: s.look.bold, Italic: s.look.italic, Strike: s.look.strike, Under: s.look.under && s.link == "", Super: s.look.super, Sub: s.look.sub}
	return before + markdown.Emphasis(core, text, looks, plain(i-1) && plain(i+1)) + after
}

// codeSpan is code within a line.
func codeSpan(text string, inTable bool) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if strings.TrimSpace(text) == "" {
		return text
	}
	code := markdown.Code(text)
	if inTable {
		code = strings.ReplaceAll(code, "|", `\|`)
	}
	return code
}

// destination is an address as Markdown has it between brackets.
func destination(address string) string {
	address = strings.NewReplacer("\n", "", "\r", "", "<", "%3C", ">", "%3E", " ", "%20", "|", "%7C").Replace(address)
	if strings.ContainsAny(address, "()\\") {
		return "<" + address + ">"
	}
	return address
}
