package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"

	"magpie/cards"
)

// hidden are elements whose content nobody reads.
var hidden = map[string]bool{
	"script": true, "style": true, "iframe": true, "svg": true, "math": true, "object": true, "form": true, "video": true,
	"audio": true, "noscript": true, "template": true, "textarea": true, "select": true, "title": true, "head": true,
}

// rawTags is what is known of the raw tags among siblings.
type rawTags struct {
	skip string         // the element that is open and whose content nobody is to read
	ends map[string]int // end tags still to come, counted when first asked for
}

// rawHTML leaves a tag out and says so; only <br> means something. The content of a
// script and its like is left out too, but only where it ends: else all after it would
// be lost.
func (w *writer) rawHTML(n *ast.RawHTML, raw *rawTags) {
	tag := string(n.Segments.Value(w.source))
	name, isEnd := tagName(tag)
	if isEnd && raw.ends != nil {
		raw.ends[name]--
	}
	switch {
	case raw.skip != "":
		if isEnd && name == raw.skip {
			raw.skip = ""
		}
	case name == "br":
		w.br()
	case name == "" || isEnd: // a comment, or the end of what has been told of
	default:
		w.foundHTML(w.lineAt(n.Segments.At(0).Start), tag)
		if !hidden[name] || strings.HasSuffix(tag, "/>") {
			return
		}
		if raw.ends == nil {
			raw.ends = w.endTags(n)
		}
		if raw.ends[name] > 0 {
			raw.skip = name
		}
	}
}

// endTags counts the end tags among the siblings after n.
func (w *writer) endTags(n ast.Node) map[string]int {
	ends := map[string]int{}
	for at := n.NextSibling(); at != nil; at = at.NextSibling() {
		if tag, ok := at.(*ast.RawHTML); ok {
			if name, isEnd := tagName(string(tag.Segments.Value(w.source))); isEnd {
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

// htmlBlock leaves raw HTML out, says so, and keeps the Mini Programs that are in it.
func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	raw := string(w.lines(n))
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(w.source))
	}
	lost := rawCardFound.ReplaceAllStringFunc(raw, func(found string) string {
		if !isRawCard(found) {
			return found
		}
		if strings.HasPrefix(found, "<a") {
			found = "<p>" + found + "</p>"
		}
		w.spot(n)
		w.rawCard(found, w.lineOf(n))
		return ""
	})
	lost = strings.TrimSpace(htmlComment.ReplaceAllString(lost, ""))
	if lost == "" || lost == "<br>" || lost == "<br/>" || lost == "<br />" {
		return
	}
	w.foundHTML(w.lineOf(n), lost)
}

var htmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)

// foundHTML says that raw HTML was left out, once a line; where text or an image goes
// with it, that blocks.
func (w *writer) foundHTML(line int, raw string) {
	said := shorten(strings.Join(strings.Fields(raw), " "))
	finding := Finding{Code: "html.dropped", Line: line, Text: cards.T("render.html.dropped", "html", said)}
	if losesContent(raw) {
		finding = Finding{Code: "html.lost", Blocks: true, Line: line, Text: cards.T("render.html.lost", "html", said)}
	}
	for _, f := range w.article.Findings {
		if f.Code == finding.Code && f.Line == line {
			return
		}
	}
	w.add(finding)
}

// losesContent reports whether raw HTML has an image, or text that readers would read.
// What nobody reads ends somewhere; a script that does not has swallowed the text.
func losesContent(raw string) bool {
	skip, swallowed := "", false
	for tokens := html.NewTokenizer(strings.NewReader(raw)); ; {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return swallowed
		case html.TextToken:
			said := strings.ContainsFunc(string(tokens.Text()), isSaid)
			if said && skip == "" {
				return true
			}
			swallowed = swallowed || said
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			tag, _ := tokens.TagName()
			switch name := string(tag); {
			case skip == "" && name == "img" && kind != html.EndTagToken:
				return true
			case skip == "" && hidden[name] && kind == html.StartTagToken:
				skip = name
			case skip == name && kind == html.EndTagToken:
				skip, swallowed = "", false
			}
		}
	}
}
