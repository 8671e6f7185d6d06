package render

import (
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
)

// Look is what an article is drawn in.
type Look struct {
	Theme string
	// Code is the style of blocks of code: one of CodeStyles, or OwnCode.
	Code string
	// Lines says that lines of code are numbered.
	Lines bool
}

// chosen is what the front matter wants, else the options; ok is false where the options
// name no theme.
func chosen(f Front, o Options) (l Look, t *theme, ok bool) {
	l = Look{Theme: o.Theme, Code: o.Code, Lines: o.Lines}
	if t = o.Set.of(f.Theme); t != nil {
		l.Theme = f.Theme
	} else if t = o.Set.of(o.Theme); t == nil {
		return l, nil, false
	}
	if isCode(f.Code) {
		l.Code = f.Code
	}
	if codeThemes[l.Code] == nil {
		l.Code = OwnCode
	}
	if f.Lines != nil {
		l.Lines = *f.Lines == 1
	}
	return l, t.withCode(l.Code), true
}

func isCode(name string) bool { return name == OwnCode || codeThemes[name] != nil }

// maxThemeFaults is how many faults of a theme are told with an article.
const maxThemeFaults = 5

// checkLook says which names of the front matter are none, and what the theme has that is
// not drawn.
func (c *checker) checkLook(m matter) {
	f := c.article.Front
	if f.Theme != "" && c.o.Set.of(f.Theme) == nil {
		c.unknownLook(m, "theme", "render.theme.unknown", f.Theme, c.article.Look.Theme, c.o.Set.Names())
	}
	if f.Code != "" && !isCode(f.Code) {
		c.unknownLook(m, "code", "render.code.unknown", f.Code, c.article.Look.Code, slices.Concat(CodeStyles(), []string{OwnCode}))
	}
	for i, fault := range c.t.faults {
		if i == maxThemeFaults {
			c.add(Finding{Code: "theme.fault", Where: fault.File, Text: cards.T("render.theme.more", "count", len(c.t.faults)-i)})
			break
		}
		c.add(Finding{Code: "theme.fault", Where: fault.Where(), Text: fault.Text()})
	}
}

func (c *checker) unknownLook(m matter, key, words, name, instead string, known []string) {
	f := Finding{Code: key + ".unknown", Line: m.lines[key],
		Text: cards.T(words, "name", shorten(name), "known", strings.Join(known, ", "), "instead", instead)}
	if f.Mend = c.editFront(m, key, instead); f.Mend != nil {
		f.Mend.says("render.mend.look", "name", instead)
	}
	c.add(f)
}

// SetFront gives a key of the front matter a value, in place of the one it has. The value
// is a word. The error is ErrFront where the front matter cannot be read.
func SetFront(markdown, key, value string) (string, error) {
	m := cutFront(markdown)
	if m.err != nil {
		return "", m.err
	}
	line := key + ": " + value
	switch number := m.lines[key]; {
	case m.offset == 0 || m.lines == nil:
		return "---\n" + line + "\n---\n\n" + markdown, nil
	case m.bare:
		return "---\n" + strings.TrimSpace(strings.TrimPrefix(markdown[:m.offset], "\uFEFF")) + "\n" + line + "\n---\n\n" + m.body, nil
	case number > 0:
		lines := strings.SplitAfter(markdown, "\n")
		lines[number-1] = line + "\n"
		return strings.Join(lines, ""), nil
	}
	first, rest, _ := strings.Cut(markdown, "\n")
	return first + "\n" + line + "\n" + rest, nil
}

// numbering writes a number before each line of a block of code.
type numbering struct {
	on    bool
	line  int
	width int // of the last number
}

// number writes the next line's number, in signs that do not break.
func (w *coder) number() {
	if !w.numbers.on {
		return
	}
	w.numbers.line++
	said := strconv.Itoa(w.numbers.line)
	w.open("span", "line")
	w.html = append(w.html, strings.Repeat("&nbsp;", w.numbers.width-len(said))...)
	w.html = append(w.html, said...)
	w.html = append(w.html, "&nbsp;&nbsp;"...)
	w.close()
}
