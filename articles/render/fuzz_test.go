package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// nasty are pieces that attack readers of Markdown and HTML.
var nasty = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1))`, `[x](JaVaScRiPt&colon;alert(1))`, `[x](data:text/html,<script>)`, `![x](data:image/svg+xml;base64,AA)`,
	`<a href="https://mp.weixin.qq.com/" onclick="x">y</a>`, `[x](https://mp.weixin.qq.com@evil.example/)`, `[x](https://mp.weixin.qq.com.evil.example/)`,
	`[x](https://mp.weixin.qq.com\@evil.example/)`, `<https://mp.weixin.qq.com/"onmouseover="alert(1)>`, `![a"onerror="x](b"c.png)`,
	`<p style="position:fixed">x</p>`, `<section style="background:url(http://evil.example)">x`, `<iframe srcdoc="<script>">`, `<form action=x><input></form>`,
	`<a data-miniprogram-appid="x" href="https://evil.example">y</a>`, `<a data-miniprogram-appid="x" onclick="y" href="">z</a>`,
	`<mp-common-miniprogram data-miniprogram-appid="x" onclick="y"></mp-common-miniprogram>`, `<mp-common-miniprogram data-miniprogram-appid="x" data-miniprogram-imageurl="javascript:x"></mp-common-miniprogram>`,
	`<a data-miniprogram-appid="x" href=""><img src="data:x" alt=""></a>`, `[x](miniprogram:wx1/"onclick="y)`, `[<a data-miniprogram-appid="x" href="">y</a>](https://mp.weixin.qq.com/s)`,
	`[t](miniprogram:wx1/p "card javascript:x")`, `[t](account:MzI3 "card javascript:x")`, `[t](video:y0743ioteah)`, `[t](vote:MzI3/4"onload="x)`, "```\"><script>\nx\n```", "`<script>`", "<!-- --><script>", "<![CDATA[<script>]]>", "<?x <script>?>",
	"| a |\n|---|\n| <script>x</script> |", "[^1]\n\n[^1]: <script>x</script>\n    ```\n    <b>\n    ```", "&lt;script&gt;", "&#60;script>", "\\<script>", "<scr<script>ipt>", "<style><!--</style><img src=x onerror=y>",
	"<noscript><p title=\"</noscript><img src=x onerror=y>\">", "<math><mi//xlink:href=\"data:x,<script>\">", "<table><tr><td><svg><style><img src=x onerror=y>", "a\x00b <sc\x00ript>", "<plaintext>", "<title><img src=x></title>", "<textarea><img src=x></textarea>",
	"> - 1. - [x] **a\n> > ```go\n> > x", "- a\n  - b\n\n    c\n\n        d\n  1. e\n     | a |\n     |---|\n", "# 【待核实：x】\n\n$x^2$ \\[y\\] $$\nz\n$$", "---\ntitle: x\n---\n# x\n", "<table><table>", "<table>\n\na\n\n<tr><td>b\n\n<div align=center>\n\n- c\n  <table>\n\n<li>d", "<ul><li><h2><p align=right><pre>x</pre></ul><summary><dt>y", "a <sup><a href=\"https://x.y/z\"><b>c</a></sup> <kbd>d", "<p align=center>\n\n![x](y.png)\n\n</p>",
	":::tip x\n> [!NOTE] y\n> z\n\na\n: b\n\n:::", "![[a b.png|30]] ![x](c d.png =1x2) ![图]（e.png） ！[f](g.png)", "见https://u:p@a.b/c（d）www.e.f :tada: 3*4 5~6", "title：x\n作者:y\n\n|a|\n|-|\n|b|c|",
	"**“x”**y ~~z~~ _a_ 中a**文**", "http://a.b/c?d=e&f www.x.y a@b.c",
}

// FuzzRender: whatever is written, nothing forbidden comes out, browsers see what was
// written, the sanitiser has nothing left to do, and mends mend what they are for.
func FuzzRender(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, uint8(0))
		f.Add(strings.Repeat(s+"\n\n", 3), uint8(5))
	}
	files, err := filepath.Glob("testdata/features/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for i, file := range files {
		md, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(md), uint8(i))
	}
	f.Fuzz(func(t *testing.T, md string, how uint8) {
		o := Options{Theme: Themes()[int(how)%3], Links: how&4 != 0}
		if how&8 != 0 {
			o.Image = func(src string) string { return "/preview/" + src }
		}
		a, err := Render(md, o)
		if err != nil {
			if utf8.ValidString(md) && len(md) < MaxMarkdown && !isTooDeep(md) {
				t.Fatalf("Render(%q): %v", md, err)
			}
			return
		}
		for _, fault := range faults(a.HTML, o.Links) {
			t.Errorf("Render(%q): %s\nin %s", md, fault, a.HTML)
		}
		if again := sanitise(a.HTML, o.Links); again != a.HTML {
			t.Errorf("Render(%q)\n gave %s\nagain %s", md, a.HTML, again)
		}
		if fault := misread(a.HTML); fault != "" {
			t.Errorf("Render(%q): %s", md, fault)
		}
		if a.Length != utf8.RuneCountInString(a.HTML) {
			t.Errorf("Render(%q): length %d of %s", md, a.Length, a.HTML)
		}
		for _, finding := range a.Findings {
			if finding.Mend != nil && finding.Mend.Apply(md) == md {
				t.Errorf("Render(%q): the mend of %s mends nothing", md, finding.Code)
			}
			if finding.Where == "" {
				t.Errorf("Render(%q): %s is nowhere", md, finding.Code)
			}
		}
	})
}

// FuzzSanitise: whatever HTML comes in, nothing forbidden comes out, and once is enough.
func FuzzSanitise(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, false)
		f.Add("<p style=\"color:red;position:fixed\">"+s+"</p>", true)
	}
	f.Fuzz(func(t *testing.T, raw string, external bool) {
		if !utf8.ValidString(raw) {
			return
		}
		out := sanitise(raw, external)
		for _, fault := range faults(out, external) {
			t.Errorf("sanitise(%q): %s\nin %s", raw, fault, out)
		}
		if again := sanitise(out, external); again != out {
			t.Errorf("sanitise(%q)\n gave %q\nagain %q", raw, out, again)
		}
	})
}

// FuzzFront: the body is always the end of the Markdown, and what was read can be read
// again.
func FuzzFront(f *testing.F) {
	for _, s := range []string{
		"---\ntitle: a\n---\nb", "---\r\ntitle: 'a: b'\r\nshow_cover_pic: 1\r\n---\r\nb", "---\ntitle: a: b\n---\n", "---\n- a\n---\n", "---\nHello\n---\n",
		"---\n---\n", "---\ntitle: |\n  a\n  b\n---", "---\na: &x [1]\nb: *x\ntitle: *x\n---\n", "\uFEFF---\ntitle: a\n---\n", "---\n? a\n: b\n---\n", "---\ntitle: {{\n---\n", "---\ntitle: \"a\n---\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, md string) {
		front, body, err := ParseFront(md)
		if !strings.HasSuffix(md, body) {
			t.Errorf("ParseFront(%q): the body %q is not its end", md, body)
		}
		if err != nil {
			return
		}
		if strings.ContainsAny(front.Title+front.Author+front.Digest, "\n\r") {
			t.Errorf("ParseFront(%q): a line end in %+v", md, front)
		}
		for _, n := range []*int{front.ShowCoverPic, front.NeedOpenComment, front.OnlyFansCanComment} {
			if n != nil && *n != 0 && *n != 1 {
				t.Errorf("ParseFront(%q): a switch of %d", md, *n)
			}
		}
	})
}
