package unrender

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"magpie/markdown"
)

// silent are the elements that nobody sees anything of.
var silent = map[string]bool{
	"script": true, "style": true, "noscript": true, "template": true, "head": true, "meta": true, "link": true, "title": true, "base": true, "wbr": true,
	"col": true, "colgroup": true, "source": true, "track": true, "param": true, "map": true, "area": true, "datalist": true, "noframes": true,
}

// written is the attribute in which a block has its Markdown.
const written = "markdown"

var blank = regexp.MustCompile(`[ \t\r\n\f]+`)

// say adds words to the line. White space is one space, and none at its beginning.
func (r *reader) say(text string, s state) {
	text = blank.ReplaceAllString(text, " ")
	if strings.HasPrefix(text, " ") && r.isAtSpace() {
		text = text[1:]
	}
	if text == "" {
		return
	}
	r.signed()
	r.line = append(r.line, markdown.Span{Text: text, Look: s.look, Code: s.code && strings.TrimSpace(text) != "", Link: s.link})
}

// signed writes the sign of an item, before the first that it says.
func (r *reader) signed() {
	if r.sign != "" {
		r.line = append(r.line, markdown.Span{Text: r.sign})
		r.sign = ""
	}
}

// isAtSpace reports whether the line has white space at its end, or nothing yet.
func (r *reader) isAtSpace() bool {
	if len(r.line) == 0 {
		return true
	}
	last := r.line[len(r.line)-1]
	return !last.Raw && strings.HasSuffix(last.Text, " ") || strings.HasSuffix(last.Text, "\n")
}

// trimmed is a line without white space at its ends, that of Chinese and the unbroken too, which
// the blocks around take off in any case: a break before it would break nothing.
func trimmed(line []markdown.Span) []markdown.Span {
	for len(line) > 0 && !line[0].Raw && !line[0].Code {
		if line[0].Text = strings.TrimLeftFunc(line[0].Text, unicode.IsSpace); line[0].Text != "" {
			break
		}
		line = line[1:]
	}
	for last := len(line) - 1; last >= 0 && !line[last].Raw && !line[last].Code; last-- {
		if line[last].Text = strings.TrimRightFunc(line[last].Text, unicode.IsSpace); line[last].Text != "" {
			break
		}
		line = line[:last]
	}
	return line
}

// lineBreak begins a new line. Two of them end the paragraph.
func (r *reader) lineBreak() {
	if len(r.line) == 0 {
		return
	}
	if last := r.line[len(r.line)-1]; strings.HasSuffix(last.Text, "\n") && !last.Raw {
		if !r.oneLine {
			r.end()
		}
		return
	}
	r.line = append(r.line, markdown.Span{Text: "\n"})
}

// within is the state within an element.
func (s state) within(n *html.Node, styles map[string]string) state {
	switch n.Data {
	case "strong", "b":
		s.look.Bold = true
	case "em", "i", "cite", "dfn", "var":
		s.look.Italic = true
	case "s", "strike", "del":
		s.look.Strike = true
	case "u", "ins":
		s.look.Under = true
	case "sup":
		s.look.Super = true
	case "sub":
		s.look.Sub = true
	case "mark":
		s.look.Mark = true
	case "code", "kbd", "samp", "tt":
		s.code = true
	case "a":
		if to := linkOf(n); to != "" && s.link == "" {
			s.link = to
		}
	}
	s.styled(styles)
	if s.bold {
		s.look.Bold = false
	}
	return s
}

// styled adds what a style says of words.
func (s *state) styled(styles map[string]string) {
	switch weight := styles["font-weight"]; weight {
	case "":
	case "bold", "bolder":
		s.look.Bold = true
	case "normal", "lighter":
		s.look.Bold = false
	default:
		if n, err := strconv.Atoi(weight); err == nil {
			s.look.Bold = n >= 600
		}
	}
	switch styles["font-style"] {
	case "italic", "oblique":
		s.look.Italic = true
	case "normal":
		s.look.Italic = false
	}
	line := styles["text-decoration"] + " " + styles["text-decoration-line"]
	s.look.Under = s.look.Under || strings.Contains(line, "underline")
	s.look.Strike = s.look.Strike || strings.Contains(line, "line-through")
	switch styles["vertical-align"] {
	case "super":
		s.look.Super = true
	case "sub":
		s.look.Sub = true
	}
	if styles["background"] == marked || styles["background-color"] == marked {
		s.look.Mark = true
	}
}

// marked is the ground of marked words, as render writes it.
const marked = "rgba(255,213,0,.35)"

// linkOf is where a link leads: an address of the web, or a Mini Program in magpie's short form.
func linkOf(n *html.Node) string {
	if app := attribute(n, "data-miniprogram-appid"); isAppID(app) {
		return jump(n, app)
	}
	to := attribute(n, "href")
	if scheme := strings.ToLower(to); strings.HasPrefix(scheme, "http://") || strings.HasPrefix(scheme, "https://") || strings.HasPrefix(scheme, "mailto:") || strings.HasPrefix(scheme, "tel:") {
		return address(to)
	}
	return ""
}

var referenceLike = regexp.MustCompile(`&(#?[A-Za-z0-9]+;)`)

// address is one as it stands in Markdown, which reads character references in it, and
// backslashes.
func address(to string) string {
	to = strings.ReplaceAll(strings.ReplaceAll(to, `\`, "%5C"), "\x00", "")
	return referenceLike.ReplaceAllString(strings.ReplaceAll(to, "\t", ""), "&amp;$1")
}

// attribute is the value of an attribute, "" where there is none.
func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// declared reads a style attribute, in small letters and without !important.
func declared(style string) map[string]string {
	if style == "" {
		return nil
	}
	all := map[string]string{}
	for one := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(one, ":")
		value = strings.TrimSpace(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(value)), "!important"))
		all[strings.ToLower(strings.TrimSpace(property))] = value
	}
	return all
}

// textOf is the text within an element, that of hidden elements too.
func textOf(n *html.Node) string {
	var b strings.Builder
	var read func(n *html.Node)
	read = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && silent[n.Data]:
			return
		case n.Type == html.ElementNode && (breaks[n.Data] || n.Data == "br" || n.Data == "td"):
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	read(n)
	return fold(b.String())
}
