package render

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// lineTags begin a line of their own.
var lineTags = []string{"p", "div", "section", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote", "pre", "figure", "hr"}

// PlainText is what is to be read in a piece of HTML, a line for each of its blocks; an
// image is its description or 🖼.
func PlainText(source string) string {
	var b strings.Builder
	line := func() {
		if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
			b.WriteByte('\n')
		}
	}
	for in := html.NewTokenizer(strings.NewReader(source)); ; {
		switch kind := in.Next(); kind {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			b.Write([]byte(html.UnescapeString(string(in.Raw()))))
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			tag := in.Token()
			if slices.Contains(lineTags, tag.Data) {
				line()
			}
			if tag.Data == "img" && kind != html.EndTagToken {
				b.WriteString(description(tag))
			}
		}
	}
}

func description(image html.Token) string {
	for _, a := range image.Attr {
		if a.Key == "alt" && strings.TrimSpace(a.Val) != "" {
			return "🖼 " + a.Val + " "
		}
	}
	return "🖼 "
}
