package unrender

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"magpie/markdown"
)

var language = regexp.MustCompile(`^[A-Za-z0-9+#_.-]{1,20}$`)

// pre reads a block of code. WeChat's editor has a code element for each line, and the
// language in data-lang.
func (r *reader) pre(n *html.Node, s state) {
	var b strings.Builder
	r.code(&b, n)
	text := strings.ReplaceAll(strings.Trim(b.String(), "\n"), "\u00a0", " ")
	if r.oneLine {
		r.end()
		for line := range strings.Lines(text) {
			r.line = append(r.line, markdown.Span{Text: strings.TrimRight(line, "\n"), Code: true, Link: s.link})
			r.end()
		}
		return
	}
	r.end()
	if strings.TrimSpace(text) == "" {
		return
	}
	if bare, numbered := withoutNumbers(text); numbered {
		r.note("numbers", strings.TrimSpace(strings.SplitN(bare, "\n", 2)[0]))
		text = bare
	}
	code := &html.Node{Type: html.ElementNode, Data: "code"}
	code.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	if lang := languageOf(n); lang != "" {
		code.Attr = []html.Attribute{{Key: "class", Val: "language-" + lang}}
	}
	pre := &html.Node{Type: html.ElementNode, Data: "pre"}
	pre.AppendChild(code)
	r.to.AppendChild(pre)
	r.last = fold(text)
}

// code gathers the text of code.
func (r *reader) code(b *strings.Builder, parent *html.Node) {
	inLines := hasChild(parent, "code")
	for n := parent.FirstChild; n != nil; n = n.NextSibling {
		switch {
		case n.Type == html.TextNode && inLines && strings.TrimSpace(n.Data) == "": // between the lines
		case n.Type == html.TextNode:
			b.WriteString(strings.ReplaceAll(strings.ReplaceAll(n.Data, "\r\n", "\n"), "\r", "\n"))
		case n.Type != html.ElementNode, silent[n.Data]:
		case n.Data == "br":
			b.WriteByte('\n')
		case n.Data == "img":
			r.image(n, nil, state{})
			r.end()
		case r.hidden(n, declared(attribute(n, "style"))):
		default:
			apart := breaks[n.Data] || n.Data == "li" || n.Data == "code" && inLines && parent.Data == "pre"
			begun := b.Len()
			if apart && begun > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte('\n')
			}
			r.code(b, n)
			if apart && b.Len() > begun && !strings.HasSuffix(b.String(), "\n") || apart && b.Len() == begun {
				b.WriteByte('\n')
			}
		}
	}
}

// hasChild reports whether an element of a name is right within another.
func hasChild(n *html.Node, name string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == name {
			return true
		}
	}
	return false
}

// withoutNumbers takes off the numbers that render writes before the lines of code.
func withoutNumbers(text string) (string, bool) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		rest, found := strings.CutPrefix(strings.TrimLeft(line, " "), strconv.Itoa(i+1)+"  ")
		if !found && strings.TrimSpace(line) == strconv.Itoa(i+1) {
			rest, found = "", true
		}
		if !found {
			return text, false
		}
		lines[i] = rest
	}
	return strings.Join(lines, "\n"), len(lines) > 1
}

// languageOf is the language of code, where somebody said it.
func languageOf(n *html.Node) string {
	for at := n; at != nil && (at == n || at.Data == "code"); at = at.FirstChild {
		if lang := attribute(at, "data-lang"); language.MatchString(lang) {
			return lang
		}
		for class := range strings.FieldsSeq(attribute(at, "class")) {
			if lang, found := strings.CutPrefix(class, "language-"); found && language.MatchString(lang) {
				return lang
			}
		}
	}
	return ""
}
