package render

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// The sanitiser is the last step and trusts nothing that was written before it: it reads
// the HTML anew and lets through what stands on these lists and nothing else. It is
// written here because WeChat's Mini Program markup must pass byte for byte, href=""
// included, and because every character of the HTML counts.

// allowedTags are the elements, and the attributes of each beside style.
var allowedTags = map[string][]string{
	"section": nil, "p": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "blockquote": nil,
	"ul": nil, "ol": nil, "li": nil, "table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
	"pre": nil, "code": nil, "strong": nil, "em": nil, "s": nil, "sup": nil, "sub": nil, "span": nil, "br": nil, "hr": nil,
	"img": {"src", "alt", "data-width", "data-ratio"}, "a": {"href"}, "mp-common-miniprogram": nil,
	"mp-common-profile": {"data-pluginname", "data-id", "data-headimg", "data-nickname", "data-alias", "data-signature", "data-from", "data-is_biz_ban"},
}

// void are the elements that have no end.
var void = map[string]bool{"br": true, "hr": true, "img": true}

// allowedStyles are the properties of inline styles: nothing that moves a part out of
// its place, nothing that fetches.
var allowedStyles = map[string]bool{
	"background": true, "background-color": true, "border": true, "border-bottom": true, "border-collapse": true,
	"border-color": true, "border-left": true, "border-radius": true, "border-right": true, "border-top": true,
	"color": true, "display": true, "font-family": true, "font-size": true, "font-style": true, "font-weight": true,
	"height": true, "letter-spacing": true, "line-height": true, "list-style": true, "margin": true, "margin-bottom": true,
	"margin-left": true, "margin-right": true, "margin-top": true, "max-width": true, "min-width": true, "overflow-x": true,
	"padding": true, "padding-bottom": true, "padding-left": true, "padding-right": true, "padding-top": true,
	"text-align": true, "text-decoration": true, "text-indent": true, "vertical-align": true, "white-space": true,
	"width": true, "word-break": true,
}

var (
	styleValue    = regexp.MustCompile(`^(?:[A-Za-z0-9#%., !-]|rgba?\([0-9., %]+\)|linear-gradient\((?:[A-Za-z0-9#%., -]|rgba?\([0-9., %]+\))+\))+$`)
	styleDisplay  = regexp.MustCompile(`^(?:block|inline|inline-block|table|none)$`)
	miniAttribute = regexp.MustCompile(`^data-miniprogram-[a-z]+$`)
	harmless      = regexp.MustCompile(`^[A-Za-z0-9.]*$`)
	asWritten     = regexp.MustCompile(`^<[a-z0-9-]+(?: [a-z_-]+="[^"<>]*")*>$`)
)

// sanitise gives the HTML that is allowed. external lets links to the whole web pass.
// What is allowed already is given back as it is.
func sanitise(raw string, external bool) string {
	z := html.NewTokenizer(strings.NewReader(raw))
	s := sanitiser{external: external, styles: map[string]string{}}
	s.out.Grow(len(raw) + 16)
	for {
		switch z.Next() {
		case html.ErrorToken: // the end; a reader of a string has no other fault
			for i := len(s.open) - 1; i >= 0; i-- {
				s.out.WriteString("</" + s.open[i] + ">")
			}
			return s.out.String()
		case html.TextToken:
			if s.skip == "" {
				s.text(z.Raw())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			s.start(z)
		case html.EndTagToken:
			s.end(z)
		}
	}
}

type sanitiser struct {
	out      strings.Builder
	external bool
	styles   map[string]string
	open     []string
	skip     string // the element whose content is left out
	depth    int    // of elements of that name within it
}

// text passes text; references stay as they were written.
func (s *sanitiser) text(raw []byte) {
	for _, c := range raw {
		switch c {
		case '<':
			s.out.WriteString("&lt;")
		case '>':
			s.out.WriteString("&gt;")
		case 0:
			s.out.WriteString("\uFFFD")
		default:
			s.out.WriteByte(c)
		}
	}
}

func (s *sanitiser) start(z *html.Tokenizer) {
	raw := string(z.Raw())
	nameBytes, more := z.TagName()
	name := string(nameBytes)
	if s.skip != "" {
		if name == s.skip {
			s.depth++
		}
		return
	}
	own, allowed := allowedTags[name]
	if name == "iframe" && frameOf.MatchString(raw) {
		s.out.WriteString(raw)
		s.open = append(s.open, name)
		return
	}
	if !allowed {
		if hidden[name] {
			s.skip, s.depth = name, 0
		}
		return
	}
	isClean := asWritten.MatchString(raw)
	var kept []html.Attribute
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		a := html.Attribute{Key: string(key), Val: string(value)}
		if slices.ContainsFunc(kept, func(b html.Attribute) bool { return b.Key == a.Key }) || !s.attribute(name, own, &a) {
			isClean = false
			continue
		}
		if a.Val != string(value) {
			isClean = false
		}
		kept = append(kept, a)
	}
	if isClean {
		s.out.WriteString(raw)
	} else {
		s.out.WriteString("<" + name)
		for _, a := range kept {
			s.out.WriteString(" " + a.Key + `="` + attr(a.Val) + `"`)
		}
		s.out.WriteByte('>')
	}
	if !void[name] {
		s.open = append(s.open, name)
	}
}

// end writes an end tag where it belongs to the innermost element, or to one around it,
// which ends those within.
func (s *sanitiser) end(z *html.Tokenizer) {
	nameBytes, _ := z.TagName()
	name := string(nameBytes)
	if s.skip != "" {
		if name == s.skip {
			if s.depth--; s.depth < 0 {
				s.skip = ""
			}
		}
		return
	}
	// Looking far would take quadratic time; nothing that we write nests deeper.
	for i := len(s.open) - 1; i >= 0 && i >= len(s.open)-64; i-- {
		if s.open[i] != name {
			continue
		}
		for j := len(s.open) - 1; j >= i; j-- {
			s.out.WriteString("</" + s.open[j] + ">")
		}
		s.open = s.open[:i]
		return
	}
}

// attribute reports whether an attribute may stay; a style keeps what is allowed of it.
func (s *sanitiser) attribute(tag string, own []string, a *html.Attribute) bool {
	if a.Key == "style" {
		// The same few styles come again and again.
		clean, known := s.styles[a.Val]
		if !known {
			clean = sanitiseStyle(a.Val)
			s.styles[a.Val] = clean
		}
		a.Val = clean
		return clean != ""
	}
	if miniAttribute.MatchString(a.Key) && (tag == "a" || tag == "mp-common-miniprogram") {
		return a.Key != "data-miniprogram-imageurl" || a.Val == "" || isImageAddress(a.Val)
	}
	if !slices.Contains(own, a.Key) {
		return false
	}
	switch a.Key {
	case "href":
		return a.Val == "" || staysLink(a.Val, s.external)
	case "src":
		return isImageAddress(a.Val)
	case "data-headimg":
		return a.Val == "" || isImageAddress(a.Val)
	case "colspan", "rowspan":
		return plainSize.MatchString(a.Val)
	case "data-width", "data-ratio":
		return harmless.MatchString(a.Val)
	}
	return true
}

// sanitiseStyle keeps the declarations that are allowed.
func sanitiseStyle(style string) string {
	kept := make([]string, 0, 8)
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		if !allowedStyles[property] || !styleValue.MatchString(value) || property == "display" && !styleDisplay.MatchString(value) {
			continue
		}
		kept = append(kept, declaration)
	}
	return strings.Join(kept, ";")
}
