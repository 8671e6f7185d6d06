package render

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// codes are the findings of an article, those that block with a star.
func codes(a *Article) string {
	var all []string
	for _, f := range a.Findings {
		code := f.Code
		if f.Blocks {
			code += "*"
		}
		all = append(all, code)
	}
	return strings.Join(all, " ")
}

func TestFindings(t *testing.T) {
	t.Parallel()
	han := func(n int) string { return strings.Repeat("字", n) }
	front := func(lines string) string { return "---\ntitle: t\n" + lines + "\n---\nx" }
	for _, test := range []struct{ name, markdown, want string }{
		{"fine", front(""), ""},
		{"no title", "x", "title.missing*"},
		{"a heading is the title", "# t\n\nx", ""},
		{"title of 32", "# " + han(32) + "\n\nx", ""},
		{"title of 33", "# " + han(33) + "\n\nx", "title.long*"},
		{"title of 65", "# " + han(65) + "\n\nx", "title.long*"},
		{"author of 16", front("author: " + han(16)), ""},
		{"author of 17", front("author: " + han(17)), "author.long*"},
		{"digest of 128", front("digest: " + han(128)), ""},
		{"digest of 129", front("digest: " + han(129)), "digest.long*"},
		{"source", front("content_source_url: www.qq.com"), ""},
		{"source of 1 KB", front("content_source_url: https://a.b/" + strings.Repeat("c", 1012)), ""},
		{"longer source", front("content_source_url: https://a.b/" + strings.Repeat("c", 1013)), "source.long*"},
		{"source that is none", front("content_source_url: javascript:alert(1)"), "source.bad*"},
		{"App Store", front("content_source_url: https://apps.apple.com/cn/app/id1"), "source.appstore"},
		{"iTunes", front("content_source_url: itunes.apple.com/cn/app/id1"), "source.appstore"},
		{"iTunes by a subdomain", front("content_source_url: https://geo.itunes.apple.com/cn/app/id1"), "source.appstore"},
		{"App Store in capitals", front("content_source_url: https://Geo.Apps.Apple.com/cn/app/id1"), "source.appstore"},
		{"no App Store", front("content_source_url: https://myapps.apple.com.a.b/id1"), ""},
		{"no App Store either", front("content_source_url: https://myapps.apple.com/id1"), ""},
		{"short link without suffix", front("content_source_url: https://itun.es/cn/abc"), "source.appstore"},
		{"short link with suffix", front("content_source_url: https://appsto.re/cn/abc#wechat_redirect"), ""},
		{"switch", front("show_cover_pic: 2"), "switch.bad"},
		{"front matter that is almost YAML", "---\ntitle: {{\n---\nx", ""},
		{"front matter that is none", "---\ntitle: {{\n  y\n---\nx", "front.bad"},
		{"nothing to read", "# t\n", "content.empty*"},
		{"a card to look at", "# t\n\n[x](miniprogram:wx1/p \"card http://a.b/c.png\")", ""},
		{"an image to look at", "# t\n\n![x](c.png)", ""},
		{"too long", "# t\n\n" + han(20_000), "content.long*"},
		{"too long with its layout", "# t\n\n" + han(19_999), "content.html"},
		{"fits", "# t\n\n" + han(19_900), ""},
		{"a heading below is the title", "x\n\n## t\n\ny", "title.taken"},
		{"a heading in a quote is the title", "x\n\n> ## t\n", "title.taken"},
		{"front matter without its lines", "title：标题\n\nx", "front.bare"},
		{"a fenced key with a wide colon", "---\ntitle：标题\n---\nx", ""},
		{"spaces", "# t\n\n用Go写", "spacing"},
		{"a range of prices", "# t\n\n价格10~20元，3~5天送达", "spacing"},
		{"a password behind Chinese", "# t\n\n见https://u:p@example.com/x。", "spacing link.secret* link.external"},
		{"a password in code", "# t\n\n`redis://root:pw@db`", "link.secret*"},
		{"a password's place", "# t\n\n`mysql://${USER}:${PASS}@db` `https://me@host` http://me@host", ""},
		{"a variable", "# t\n\nPATH=${A}/bin:${PATH}", ""},
		{"an alert", "# t\n\n> [!NOTE]\n> x", "alert"},
		{"a quote", "# t\n\n> [!me]\n> x", ""},
		{"a table of contents", "# t\n\n[TOC]\n\nx", "toc"},
		{"a box", "# t\n\n:::tip\nx\n:::\n", "container"},
		{"definitions", "# t\n\nx\n: y\n", "definitions"},
		{"cells beyond the header", "# t\n\n|a|\n|-|\n|1|2|\n", "table.cells"},
		{"emoji", "# t\n\n:tada: :nope: 12:30:45", "emoji"},
		{"slips", "# t\n\n![[x.png]] ![x](a b.png) ![图]（a.png） [链]（https://mp.weixin.qq.com/s/a）", "slip slip slip slip image.alt"},
		{"an exclamation mark", "# t\n\n看！[x](https://mp.weixin.qq.com/s/a)", ""},
		{"a video", "# t\n\n<iframe src=\"https://a.b/c\"></iframe>\n\nx", "html.dropped"},
		{"a type", "# t\n\nList<String> x", "html.dropped"},
		{"fits without its images", "# t\n\n" + han(19_800) + "\n\n![x](c.png)", "content.images"},
		{"no alt text", "# t\n\n![](c.png)", "image.alt"},
		{"unusable images", "# t\n\nx ![a](c.svg) ![b](data:x) ![c]() ![d](file:///etc/passwd) ![e](C:\\x.png)", "image.bad* image.bad* image.bad"},
		{"external", "# t\n\n[x](https://a.b)", "link.external"},
		{"of WeChat", "# t\n\n[x](https://mp.weixin.qq.com/s/x)", ""},
		{"a password", "# t\n\n[x](https://u:p@a.b/c)", "link.secret* link.external"},
		{"a name", "# t\n\n<https://u@a.b>", "link.external"},
		{"no password", "# t\n\n[x](https://a.b/@u?c=d@e) [y](mailto:a@b.c)", "link.external"},
		{"dead", "# t\n\n[x](#y) [z](javascript:x)", "link.dead link.dead"},
		{"references", "# t\n\n[x][a] \n\n" + strings.Repeat("[a]: https://mp.weixin.qq.com/s/x\n", 300), ""},
		{"references beyond number", "# t\n\n" + strings.Repeat("[a]: x\n", 301), "references.many"},
		{"math", "# t\n\n$x^2$", "math*"},
		{"prices", "# t\n\n$5 到 $10，US$3、HK$4，$a 和 b$，1$x2$3", ""},
		{"math in an item", "# t\n\n1. x\n   $$\n   y\n   $$\n", "math*"},
		{"lines further out than their item", "# t\n\n1. x\n   $$\\begin\ny$$\n", ""},
		{"diagram", "# t\n\n```mermaid\nx\n```", "diagram*"},
		{"HTML", "# t\n\n<div>\n\ny", ""},
		{"HTML around text", "# t\n\n<b>x</b> y", ""},
		{"text in HTML", "# t\n\n<div>x</div>\n\ny", ""},
		{"an image in HTML", "# t\n\nx <b><img src=\"a.png\"> y", "image.alt"},
		{"a block with an image", "# t\n\n<p><img src=\"a.png\"/></p>\n\ny", "image.alt"},
		{"a style without end", "# t\n\nx\n\n<style>\n\ny", "html.lost"},
		{"a script", "# t\n\n<script>var x = 1</script>\n<style>p {}</style>\n\ny", "html.dropped html.dropped"},
		{"mark", "# t\n\n【待核实：x】", "mark*"},
		{"word", "# t\n\n最佳", "word"},
	} {
		a, err := Render(test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(a); got != test.want {
			t.Errorf("%s: Render(%.60q): findings %q, want %q", test.name, test.markdown, got, test.want)
		}
		if a.Blocked() != strings.Contains(test.want, "*") {
			t.Errorf("%s: Render(%.60q): blocked %v", test.name, test.markdown, a.Blocked())
		}
	}
}

// A title that is too long says which limit of WeChat's it is over.
func TestTitleSaysWhichLimit(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{33: "render.title.long", 64: "render.title.long", 65: "render.title.too_long"} {
		a, err := Render("# "+strings.Repeat("字", n)+"\n\nx", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Findings[0].Text.Key; got != want {
			t.Errorf("a title of %d: %s, want %s", n, got, want)
		}
	}
}

// With WeChat Pay, external links stay and are not complained of.
func TestLinksStay(t *testing.T) {
	t.Parallel()
	a, err := Render("# t\n\n[x](https://a.b/c?d=e&f) [y](http://u:p@a.b) <https://c.d>", Options{Links: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(a.HTML, "<a "); got != 2 || !strings.Contains(a.HTML, `href="https://a.b/c?d=e&amp;f"`) || strings.Contains(codes(a), "link.external") {
		t.Errorf("with links: %s %s", a.HTML, codes(a))
	}
}

// Every mend takes its finding away, and touches nothing else.
func TestMends(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("很长的标题，", 8)
	for _, test := range []struct{ markdown, code, want string }{
		{"# " + long + "\n\nx", "title.long", "# 很长的标题，很长的标题，很长的标题，很长的标题，很长的标题\n\nx"},
		{"---\r\ntitle: " + long + "\r\n---\r\nx", "title.long", "---\r\ntitle: \"很长的标题，很长的标题，很长的标题，很长的标题，很长的标题\"\r\n---\r\nx"},
		{"---\ntitle: t\ndigest: " + strings.Repeat("一句话说完了。", 20) + "\n---\nx", "digest.long", "---\ntitle: t\ndigest: \"" + strings.Repeat("一句话说完了。", 18) + "\"\n---\nx"},
		{"---\ntitle: t\ncontent_source_url: https://itun.es/cn/x#a\n---\nx", "source.appstore", "---\ntitle: t\ncontent_source_url: \"https://itun.es/cn/x#wechat_redirect\"\n---\nx"},
		{"# t\n\na $x^2$ b", "math", "# t\n\na `x^2` b"},
		{"# t\n\na $x^2 `y$ b", "math", "# t\n\na `` x^2 `y `` b"},
		{"# t\n\na \\(x_1\\) b", "math", "# t\n\na `x_1` b"},
		{"# t\n\n$$\nx\n$$\ny", "math", "# t\n\n```text\nx\n```\ny"},
		{"# t\n\n$$x$$\n\ny", "math", "# t\n\n```text\nx\n```\n\ny"},
		{"# t\n\n> $$\n> x\n> $$\n", "math", "# t\n\n> ```text\n> x\n> ```\n"},
		{"# t\n\n```mermaid\nx\n```", "diagram", "# t\n\n```text\nx\n```"},
		{"# t\n\n见https://u:p@a.b/c", "link.secret", "# t\n\n见https://a.b/c"},
		{"# t\n\n[x](ftp://u:p@a.b/c)", "link.secret", "# t\n\n[x](ftp://a.b/c)"},
		{"# t\n\n`redis://root:pw@db`", "link.secret", "# t\n\n`redis://db`"},
		{"# t\n\n![图]（a.png）", "slip", "# t\n\n![图](a.png)"},
		{"# t\n\n！[图](a.png)", "slip", "# t\n\n![图](a.png)"},
		{"# t\n\n[链]（https://mp.weixin.qq.com/s/a）", "slip", "# t\n\n[链](https://mp.weixin.qq.com/s/a)"},
		{"# t\n\n![x](a b.png \"t\")", "slip", "# t\n\n![x](<a b.png> \"t\")"},
		{"# t\n\n![x](截图 (1).png)", "slip", "# t\n\n![x](<截图 (1).png>)"},
		{"# t\n\n![[a b.png]]", "slip", "# t\n\n![](<a b.png>)"},
		{"# t\n\n![[a b.png|30]]", "slip", "# t\n\n<img src=\"a b.png\" width=\"30\">"},
		{"# t\n\n[TOC]\n\nx", "toc", "# t\n\n\n\nx"},
		{"# t\n\nList<String> x", "html.dropped", "# t\n\nList`<String>` x"},
		{"# t\n\n<iframe src=\"//a.b/c\"></iframe>\n\nx", "html.dropped", "# t\n\n[https://a.b/c](https://a.b/c)\n\nx"},
		{"# t\n\na <svg><text>b</text></svg> c", "html.dropped", "# t\n\na  c"},
		{"# t\n\n<script>x</script>\n\ny", "html.dropped", "# t\n\n\n\ny"},
		{"# t\n\n<style>\n\ny", "html.lost", "# t\n\n\n\ny"},
		{"# t\n\n![说明](a.svg)", "image.bad", "# t\n\n说明"},
		{"# " + strings.Repeat("长", 40) + "\n\nx", "title.long", "# " + strings.Repeat("长", 31) + "…\n\nx"},
		{"title：" + strings.Repeat("长", 40) + "\n\nx", "title.long", "title： \"" + strings.Repeat("长", 31) + "…\"\n\nx"},
		{"# t\n\n```math {a=b}\nx\n```", "math", "# t\n\n```text\nx\n```"},
	} {
		a, err := Render(test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Code == test.code })
		if i < 0 || a.Findings[i].Mend == nil {
			t.Errorf("Render(%q): no mend of %s in %s", test.markdown, test.code, codes(a))
			continue
		}
		got := a.Findings[i].Mend.Apply(test.markdown)
		if got != test.want {
			t.Errorf("mend of %s\n got %q\nwant %q", test.code, got, test.want)
		}
		if again := a.Findings[i].Mend.Apply("something else"); again != "something else" {
			t.Errorf("mend of %s on other Markdown: %q", test.code, again)
		}
		mended, err := Render(got, Options{})
		if err != nil || strings.Contains(codes(mended), test.code) {
			t.Errorf("mend of %s: %q still has %s (%v)", test.code, got, codes(mended), err)
		}
	}
}

// Findings of one sort are listed up to a number; marks are all counted.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# t\n\n")
	for i := range 80 {
		b.WriteString("【待核实：" + strconv.Itoa(i) + "】\n\n")
	}
	a, err := Render(b.String(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Findings) != maxFindings || len(a.Marks) != 80 || a.Marks[79].N != 80 || a.Marks[79].Text != "79" || a.Marks[79].Where != "L161" {
		t.Errorf("80 marks: %d findings, %d marks, the last %+v", len(a.Findings), len(a.Marks), a.Marks[len(a.Marks)-1])
	}
}

// Every key that a finding says is in the catalogues, and every key there is said.
func TestWordsAreInTheCatalogues(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		raw, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(render\.[a-z._]*[a-z])"`).FindAllStringSubmatch(string(raw), -1) {
			said[m[1]] = true
		}
	}
	for _, lang := range []string{"en", "zh"} {
		raw, err := os.ReadFile("../../bot/words/render." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var catalogue map[string]any
		if err := json.Unmarshal(raw, &catalogue); err != nil {
			t.Fatal(err)
		}
		for key := range said {
			if catalogue[key] == nil {
				t.Errorf("%s: %s is not there", lang, key)
			}
		}
		for key := range catalogue {
			if !said[key] && key != "render.diagram" && key != "render.math" {
				t.Errorf("%s: nothing says %s", lang, key)
			}
		}
	}
}
