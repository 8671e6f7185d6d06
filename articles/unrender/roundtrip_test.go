package unrender_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"magpie/articles/render"
	"magpie/articles/unrender"
)

// rendered is what render makes of Markdown, with the title that it has there.
func rendered(t *testing.T, markdown, theme string, links bool) *render.Article {
	t.Helper()
	a, err := render.Render(markdown, render.Options{Theme: theme, Links: links, Name: "a.md", NoSpacing: true, Image: atWeChat})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// atWeChat is where an image is once it was uploaded.
func atWeChat(src string) string {
	if strings.HasPrefix(src, "https://mmbiz.qpic.cn/") {
		return src
	}
	return fmt.Sprintf("https://mmbiz.qpic.cn/mmbiz_png/%x/0?wx_fmt=png", sha256.Sum256([]byte(src)))
}

// again is the Markdown that HTML becomes, under a title that no heading has.
func again(t *testing.T, content string) string {
	t.Helper()
	text, err := unrender.Read(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	return "---\ntitle: \"\u2603 no heading\"\n---\n\n" + text.Markdown
}

var unseen = regexp.MustCompile(`[\x{200b}\x{200c}\x{feff}]`)

// visible is the text of HTML that readers see, without white space and signs that nobody sees.
func visible(t *testing.T, content string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "section", DataAtom: atom.Section})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var read func(n *html.Node)
	read = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	for _, n := range nodes {
		read(n)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, unseen.ReplaceAllString(b.String(), ""))
}

func sameText(t *testing.T, what, want, got, markdown string) {
	t.Helper()
	if want == got {
		return
	}
	a, b := []rune(want), []rune(got)
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	t.Errorf("%s: after the round trip it says …%q…, want …%q… in\n%s", what, string(b[max(0, i-20):min(len(b), i+40)]), string(a[max(0, i-20):min(len(a), i+40)]), markdown)
}

// What render makes of Markdown says the same after it went to WeChat and back.
func TestWhatRenderWritesComesBack(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../render/testdata/features/*.md")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d samples: %v", len(files), err)
	}
	for _, file := range append(files, "../render/testdata/article.md") {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, theme := range render.Themes() {
			for _, links := range []bool{false, true} {
				first := rendered(t, string(source), theme, links)
				markdown := again(t, first.HTML)
				second := rendered(t, markdown, theme, links)
				sameText(t, file+" in "+theme, visible(t, first.HTML), visible(t, second.HTML), markdown)
			}
			if t.Failed() {
				break
			}
		}
	}
}
