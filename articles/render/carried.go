package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Carried is what a translation keeps as it is: the code, the formulas, where the links lead
// and which images there are, each list in the order of the text.
type Carried struct {
	Code, Formulas, Links, Images []string
}

var sourceOf = regexp.MustCompile(`(?i)<(img|a)\b[^>]*?\b(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)

// CarriedIn reads what a translation of a Markdown text keeps. Code within a line and the
// names of languages are not part of it.
func CarriedIn(markdown string) Carried {
	var c Carried
	if len(markdown) > MaxMarkdown || isTooDeep(markdown) {
		return c
	}
	source := []byte(cutFront(markdown).body)
	lines := func(n ast.Node) string {
		var b strings.Builder
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(source))
		}
		return b.String()
	}
	html := func(s string) {
		for _, m := range sourceOf.FindAllStringSubmatch(s, -1) {
			if address := m[2] + m[3] + m[4]; strings.EqualFold(m[1], "img") {
				c.Images = append(c.Images, address)
			} else {
				c.Links = append(c.Links, address)
			}
		}
	}
	_ = ast.Walk(markdownParser.Parse(text.NewReader(source)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			c.Code = append(c.Code, lines(n))
		case *ast.CodeBlock:
			c.Code = append(c.Code, lines(n))
		case *mathBlock:
			c.Formulas = append(c.Formulas, strings.TrimSpace(lines(n)))
		case *math:
			c.Formulas = append(c.Formulas, string(n.segment.Value(source)))
		case *ast.Link:
			c.Links = append(c.Links, string(n.Destination))
		case *ast.AutoLink:
			c.Links = append(c.Links, string(n.URL(source)))
		case *bareAddress:
			c.Links = append(c.Links, string(n.segment.Value(source)))
		case *ast.Image:
			c.Images = append(c.Images, string(n.Destination))
		case *ast.HTMLBlock:
			html(lines(n))
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				segment := n.Segments.At(i)
				html(string(segment.Value(source)))
			}
		}
		return ast.WalkContinue, nil
	})
	return c
}
