package unrender_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"magpie/articles/render"
	"magpie/articles/unrender"
)

// fit reports whether text is one that render takes as it is.
func fit(text string) bool {
	return utf8.ValidString(text) && len(text) < 4000 && !strings.ContainsAny(text, "\x00\uFFFD")
}

// FuzzWordsStay holds that words which look like Markdown, or like magpie's own forms, say the
// same after they went to WeChat and back.
func FuzzWordsStay(f *testing.F) {
	for _, s := range []string{
		"价格10~20元，3~5天", "**a** `b` _c_ [x](y) ![i](j)", "# a\n- b\n1. c", "[x] ~~y~~ ==z==", ":tada: $x^2$ {:toc} [TOC]", "a | b\n--- | ---\nc | d", "|x|\n|---|",
		"![[x.png]] :::tip", "> [!NOTE]", "title: x", "&lt; &amp; &copy; \\*", "见https://a.b/c_d_e。", "www.a.com/b_c", "a_b@c.de", "12%以**“x”**字", "3*4=12，5*6", "C#", "#", "词 #\u2028", "0\n\u2028", ":0:tada:", "\n\v", "\u3000\u3000段",
		"a&0\\$0]0", "【待核实：数】", "[^1]: note", "词\n: 义", "    code", "<b>x</b>", "${toc}", "a\u00a0b　c", "```\nx\n```", "(c) (tm) -- ...", "@[toc](x)", "{#id}", "+", "1)", "![图]（a.png）",
	} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(3))
		f.Add(s, uint8(7))
	}
	f.Fuzz(func(t *testing.T, text string, look uint8) {
		if !fit(text) {
			return
		}
		said := strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
		content := []string{"<p>%</p>", "<h2>%</h2>", "<ul><li>a</li><li>%</li></ul>", "<p>前<strong>%</strong>后</p>", "<blockquote><p>%</p></blockquote>", "<table><tr><td>a</td><td>%</td></tr><tr><td>%</td><td>b</td></tr></table>",
			"<p>前<a href=\"https://mp.weixin.qq.com/s/x\">%</a><em>%</em></p>", "<p>a<sup>%</sup><code>%</code></p>"}[look%8]
		content = strings.ReplaceAll(content, "%", said)
		markdown := again(t, content)
		page, err := render.Render(markdown, render.Options{NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		sameText(t, content, visible(t, content), visible(t, page.HTML), markdown)
	})
}

// FuzzNothingIsLost holds that whatever HTML says stands in the article, and that nothing
// in it stops the reader.
func FuzzNothingIsLost(f *testing.F) {
	for _, s := range []string{
		"<section><p>a<strong>b</strong></p><section>c</section>d</section>", "<ul><li>a<ul><li>b</li></ul></li>c<li></li></ul>", "<table><tr><td colspan=3>a<td>b<tr><td>c</table>",
		"<table><tr><td><table><tr><td>x</td></tr></table></td><td>y</td></tr></table>", "<pre><code>a</code><code>b</code></pre>", "<svg><text>s</text></svg><mpvoice name=x></mpvoice>",
		"<h1>a<p>b</p></h1>", "<blockquote><pre>a\nb</pre><ol start=9><li>x</li><li>y</li></ol></blockquote>", "<a href='https://mp.weixin.qq.com/s/a'><p>x</p><img data-src='https://mmbiz.qpic.cn/a'></a>",
		"<ul><li><pre>a\n\n b</pre></li></ul>", "<p>a<br><br>b<br></p>", "<ol><li><hr>a</li></ol><hr>", "<dl><dt>a<dd>b</dl>", "<strong>a<p>b</p>c</strong>", "<p>a <code> b </code> c</p>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		if !fit(content) {
			return
		}
		text, err := unrender.Read(t.Context(), content)
		if err != nil {
			return
		}
		markdown := "---\ntitle: \"\u2603 no heading\"\n---\n\n" + text.Markdown
		page, err := render.Render(markdown, render.Options{NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		got := visible(t, page.HTML)
		for _, word := range seen(content) {
			at := strings.Index(got, word)
			if at < 0 {
				t.Fatalf("%q is lost of\n%s\nin\n%s", word, content, markdown)
			}
			got = got[at+len(word):]
		}
	})
}

// seen are the words, of letters and digits alone, that readers of HTML see, but for what
// stands in what is told.
func seen(content string) (words []string) {
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "section", DataAtom: atom.Section})
	if err != nil {
		return nil
	}
	var read func(n *html.Node)
	read = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			words = append(words, strings.FieldsFunc(n.Data, func(r rune) bool {
				return (r < 'a' || r > 'z') && (r < '0' || r > '9')
			})...)
		case n.Type == html.ElementNode && (n.FirstChild == nil || strings.Contains(" script style noscript template title head option noframes iframe video audio mpvoice textarea xmp plaintext caption colgroup object embed frame canvas qqmusic mpvideosnap mpaudio math ", " "+n.Data+" ") || strings.HasPrefix(n.Data, "mp-") || n.Namespace != ""):
			return
		}
		for _, a := range n.Attr {
			if a.Key == "style" {
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	for _, n := range nodes {
		read(n)
	}
	return words
}

// FuzzMarkdownComesBack holds that whatever render makes of Markdown says the same after it
// went to WeChat and back.
func FuzzMarkdownComesBack(f *testing.F) {
	files, err := filepath.Glob("../render/testdata/features/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(source), "\n\n") {
			f.Add(part)
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		if !fit(source) {
			return
		}
		first, err := render.Render(source, render.Options{NoSpacing: true, Image: atWeChat})
		if err != nil {
			return
		}
		markdown := again(t, first.HTML)
		second := rendered(t, markdown, "", false)
		sameText(t, source, visible(t, first.HTML), visible(t, second.HTML), markdown)
	})
}
