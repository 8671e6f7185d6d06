package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

// takeTitle finds the title: the front matter's, else the first heading wherever it stands,
// else the file's name. WeChat shows the title above the article, so that the heading which
// says it is not shown again.
func (w *writer) takeTitle(doc ast.Node) {
	if first, ok := doc.FirstChild().(*ast.Heading); ok && first.Level == 1 {
		title := w.titleOf(first)
		if title == "" {
			doc.RemoveChild(doc, first) // # and nothing behind it
		} else if w.article.Title == "" || w.article.Title == title {
			w.article.Title, w.titled = title, first
			doc.RemoveChild(doc, first)
			return
		}
	}
	if w.article.Title != "" {
		return
	}
	if h := w.firstHeading(doc); h != nil {
		line := w.lineOf(h)
		w.article.Title, w.titled = w.titleOf(h), h
		h.Parent().RemoveChild(h.Parent(), h)
		w.add(Finding{Code: "title.taken", Line: line, Text: cards.T("render.title.taken", "title", shorten(w.article.Title))})
		return
	}
	if w.article.Title = NameOf(w.o.Name); w.article.Title != "" {
		w.add(Finding{Code: "title.taken", Where: "title", Text: cards.T("render.title.named", "title", shorten(w.article.Title))})
	}
}

func (ms *manuscript) titleOf(h *ast.Heading) string {
	return strings.Join(strings.Fields(ms.plain(h)), " ")
}

// firstHeading is the first heading that says something.
func (ms *manuscript) firstHeading(parent ast.Node) *ast.Heading {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && ms.titleOf(h) != "" {
			return h
		}
		if n.Type() == ast.TypeBlock && !n.IsRaw() {
			if h := ms.firstHeading(n); h != nil {
				return h
			}
		}
	}
	return nil
}

var ending = regexp.MustCompile(`\.[A-Za-z]+$`)

// NameOf is a file's name without its folder and its ending.
func NameOf(file string) string {
	file = file[strings.LastIndexAny(file, `/\`)+1:]
	return strings.Join(strings.Fields(ending.ReplaceAllString(file, "")), " ")
}
