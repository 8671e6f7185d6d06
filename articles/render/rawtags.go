package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// rawTags is what is known of the raw tags among siblings.
type rawTags struct {
	skip string         // the element that is open and whose content nobody is to read
	ends map[string]int // end tags still to come, counted when first asked for
	open []rawInline
}

// rawInline is an element within a line that is open.
type rawInline struct {
	name   string
	tags   int    // that were written for it
	link   string // its address
	textAt int    // where its text begins
	line   int
}

// rawHTML writes what a tag within a line means, and says which means nothing here. The
// content of a script and its like is left out, but only where it ends: else all after it
// would be lost.
func (w *lineWriter) rawHTML(n *ast.RawHTML, raw *rawTags) {
	said := string(n.Segments.Value(w.source))
	name, isEnd := tagName(said)
	if raw.ends == nil && name != "" {
		raw.ends = w.endTags(n)
	} else if isEnd {
		raw.ends[name]--
	}
	line := w.lineAt(n.Segments.At(0).Start)
	switch {
	case raw.skip != "":
		if isEnd && name == raw.skip {
			raw.skip = ""
		}
	case name == "": // a comment
	case isEnd:
		for i := len(raw.open) - 1; i >= 0; i-- {
			if raw.open[i].name == name {
				w.endRaw(raw, i)
				return
			}
		}
		if breaks[name] && w.inline.last != 0 {
			w.br()
		}
	case hidden[name]:
		ends := raw.ends[name] > 0 && !strings.HasSuffix(said, "/>")
		w.dropped(line, said, w.instead(n, name, said, ends))
		if ends {
			raw.skip = name
		}
	case !known[name]:
		w.dropped(line, said, w.editRaw(n, n, "`"+said+"`", "render.mend.code"))
	default:
		tag := tokenOf(said)
		if w.rawVoid(tag, line, "img") {
			return
		}
		if breaks[name] && w.inline.last != 0 {
			w.br()
		}
		if raw.ends[name] > 0 {
			raw.open = append(raw.open, w.startRaw(tag, line))
		}
	}
}

// endRaw ends the elements from a place on.
func (w *lineWriter) endRaw(raw *rawTags, from int) {
	for i := len(raw.open) - 1; i >= from; i-- {
		w.endRawInline(raw.open[i])
	}
	raw.open = raw.open[:from]
}

// endTags counts the end tags among the siblings after n.
func (ms *manuscript) endTags(n ast.Node) map[string]int {
	ends := map[string]int{}
	for at := n.NextSibling(); at != nil; at = at.NextSibling() {
		if tag, ok := at.(*ast.RawHTML); ok {
			if name, isEnd := tagName(string(tag.Segments.Value(ms.source))); isEnd {
				ends[name]++
			}
		}
	}
	return ends
}

// tagName reads the name of a raw tag; comments and the like have none.
func tagName(raw string) (name string, isEnd bool) {
	raw = strings.TrimPrefix(raw, "<")
	raw, isEnd = strings.CutPrefix(raw, "/")
	end := strings.IndexFunc(raw, func(r rune) bool { return !isLetterOrDigit(r) && r != '-' })
	if end < 0 {
		end = len(raw)
	}
	return strings.ToLower(raw[:end]), isEnd
}

func tokenOf(raw string) html.Token {
	z := html.NewTokenizer(strings.NewReader(raw))
	z.Next()
	return z.Token()
}

func attribute(tag html.Token, key string) string {
	for _, a := range tag.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// rawVoid writes an element that has no content, and reports whether it is one. part is how
// an image looks.
func (w *lineWriter) rawVoid(tag html.Token, line int, part string) bool {
	switch tag.Data {
	case "br":
		w.br()
	case "hr":
		if w.inline.last != 0 {
			w.br()
		}
	case "img":
		w.settle(0)
		alt := attribute(tag, "alt")
		if !w.putImage(attribute(tag, "src"), alt, line, part, sizeOf(tag)) {
			w.say(alt)
		}
	case "wbr", "source", "col", "input", "meta", "link", "track", "area":
	default:
		return false
	}
	return true
}

var (
	cssLength = regexp.MustCompile(`^\d{1,4}(?:\.\d+)?(?:px|%|em|rem|vw)$`)
	plainSize = regexp.MustCompile(`^\d{1,4}$`)
)

// sizeOf is the width that an image is given, in its attribute, its style or as the zoom
// that Typora writes; its height where there is no width.
func sizeOf(tag html.Token) []declaration {
	styles := declared(attribute(tag, "style"))
	for _, size := range [][2]string{
		{"width", attribute(tag, "width")}, {"width", styles["width"]}, {"width", styles["zoom"]},
		{"height", attribute(tag, "height")}, {"height", styles["height"]},
	} {
		property, value := size[0], size[1]
		if plainSize.MatchString(value) {
			value += "px"
		}
		if cssLength.MatchString(value) {
			return []declaration{{property, value}}
		}
	}
	return nil
}

// declared reads a style attribute.
func declared(style string) map[string]string {
	all := map[string]string{}
	for one := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(one, ":")
		all[strings.ToLower(strings.TrimSpace(property))] = strings.ToLower(strings.TrimSpace(value))
	}
	return all
}

// keptStyles are what of a raw style passes within a line, in the order that they are
// written.
var keptStyles = []string{"color", "background", "background-color", "font-weight", "font-style", "text-decoration"}

func lookOf(tag html.Token) []declaration {
	var kept []declaration
	styles := declared(attribute(tag, "style"))
	if colour := attribute(tag, "color"); tag.Data == "font" && colour != "" {
		styles["color"] = strings.ToLower(colour)
	}
	for _, property := range keptStyles {
		if value := styles[property]; value != "" && value != "transparent" && sanitiseStyle(property+":"+value) != "" {
			kept = append(kept, declaration{property, value})
		}
	}
	return kept
}

// rawLooks are elements that are written as another, or with a look of their own.
var rawLooks = map[string]struct {
	tag, part string
	extra     []declaration
}{
	"sup": {"sup", "sup", nil}, "sub": {"sub", "sup", nil},
	"b": {"strong", "strong", nil}, "strong": {"strong", "strong", nil},
	"i": {"em", "em", nil}, "em": {"em", "em", nil}, "cite": {"em", "em", nil}, "dfn": {"em", "em", nil}, "var": {"em", "em", nil},
	"s": {"s", "s", nil}, "del": {"s", "s", nil}, "strike": {"s", "s", nil},
	"kbd": {"code", "code", nil}, "samp": {"code", "code", nil}, "tt": {"code", "code", nil}, "code": {"code", "code", nil},
	"u": {"span", "u", []declaration{{"text-decoration", "underline"}}}, "ins": {"span", "u", []declaration{{"text-decoration", "underline"}}},
	"mark":  {"span", "mark", []declaration{{"background", "rgba(255,213,0,.35)"}}},
	"small": {"span", "small", []declaration{{"font-size", ".85em"}}},
}

// startRaw writes the start of an element within a line.
func (w *lineWriter) startRaw(tag html.Token, line int) rawInline {
	e := rawInline{name: tag.Data, textAt: w.text.Len(), line: line}
	if tag.Data == "a" {
		if said := tag.String(); strings.Contains(said, "data-miniprogram-") {
			w.dropped(line, said, nil)
			return e
		}
		e.link = attribute(tag, "href")
		if staysLink(e.link, w.o.Links) && !w.linked {
			w.openLink(e.link)
			e.tags = 1
		}
		return e
	}
	look, ok := rawLooks[tag.Data]
	if own := lookOf(tag); !ok && len(own) > 0 {
		look.tag, look.part, look.extra = "span", "raw", own
	}
	if look.tag == "" {
		return e
	}
	if w.inline.openAt == 0 {
		w.inline.openAt = len(w.html) + 1
	}
	w.open(look.tag, look.part, look.extra...)
	e.tags = 1
	return e
}

func (w *lineWriter) endRawInline(e rawInline) {
	if e.tags > 0 {
		w.closeInline()
	}
	if e.name != "a" || e.link == "" {
		return
	}
	said := strings.TrimSpace(w.text.String()[min(e.textAt, w.text.Len()):])
	if e.tags > 0 {
		w.linked = false
		if !inWeChat.MatchString(e.link) {
			w.article.Links = append(w.article.Links, Link{Text: said, URL: e.link, Line: e.line})
		}
		return
	}
	w.checkSecret(e.link, e.line)
	w.linkGone(said, e.link, e.line)
}
