package render

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Preview and upload differ in the addresses of images and in nothing else.
func TestPreviewIsUpload(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/features/*.md")
	if err != nil {
		t.Fatal(err)
	}
	mask := regexp.MustCompile(`https://(?:preview|mmbiz)\.example/[0-9a-f]+`)
	for _, file := range append(files, "testdata/article.md") {
		md, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		with := func(host string) *Article {
			a, err := Render(string(md), Options{Image: func(src string) string { return "https://" + host + ".example/" + hex(src) }})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		preview, upload := with("preview"), with("mmbiz")
		if got, want := mask.ReplaceAllString(preview.HTML, "IMAGE"), mask.ReplaceAllString(upload.HTML, "IMAGE"); got != want {
			t.Errorf("%s\npreview %s\n upload %s", file, got, want)
		}
		if preview.Text != upload.Text || codes(preview) != codes(upload) {
			t.Errorf("%s: preview and upload do not say the same", file)
		}
		if len(preview.Images) > 0 && mask.ReplaceAllString(preview.HTML, "") == preview.HTML {
			t.Errorf("%s: no image was given an address", file)
		}
	}
}

func hex(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte("0123456789abcdef"[c>>4])
		b.WriteByte("0123456789abcdef"[c&15])
	}
	return b.String()
}

// The article of the benchmark takes at most 60 % of WeChat's budget in every theme.
func TestLean(t *testing.T) {
	t.Parallel()
	for _, theme := range Themes() {
		a, err := Render(article(t), Options{Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		if a.Length > MaxContent*60/100 {
			t.Errorf("%s: %d characters, want at most %d", theme, a.Length, MaxContent*60/100)
		}
		if got := codes(a); got != "link.external" {
			t.Errorf("%s: findings %q", theme, got)
		}
		for _, idle := range []string{"font-size:17px;line-height:1.6", "letter-spacing:.578px", `style=""`, "\n"} {
			if strings.Contains(a.HTML, idle) {
				t.Errorf("%s: %q in the HTML, which says nothing", theme, idle)
			}
		}
	}
}

func TestSpacing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ markdown, want string }{
		{"用Go写", "用 Go 写"},
		{"用 Go 写", "用 Go 写"},
		{"共3个，100%的人用C++开发", "共 3 个，100% 的人用 C++ 开发"},
		{"“Go”和（Rust）", "“Go”和（Rust）"},
		{"中**bold**文", "中 <strong>bold</strong> 文"},
		{"中**“b”**文", "中<strong>“b”</strong>文"},
		{"a**中**b", "a <strong>中</strong> b"},
		{"中`a`文", "中<code>a</code>文"},
		{"中\n文", "中文"},
		{"中，\nabc", "中，abc"},
		{"中\nabc", "中 abc"},
		{"abc\ndef", "abc def"},
		{"中\n**文**", "中<strong>文</strong>"},
		{"a\n**b**", "a <strong>b</strong>"},
		{"**注意：**请看", "<strong>注意：</strong>请看"},
		{"他说**“好”**了", "他说<strong>“好”</strong>了"},
		{"~~删。~~去", "<s>删。</s>去"},
		{"한국어abc", "한국어abc"},
		{"第1️⃣个", "第 1️⃣个"},
		{"a<b && c>d", "a&lt;b &amp;&amp; c&gt;d"},
		{`\&amp; \*x\* &lt;`, "&amp;amp; *x* &lt;"},
	} {
		a, err := Render(test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := regexp.MustCompile(` style="[^"]*"`).ReplaceAllString(a.HTML, "")
		if got != "<p>"+test.want+"</p>" {
			t.Errorf("Render(%q) = %s, want <p>%s</p>", test.markdown, got, test.want)
		}
	}
}

// The space between Chinese and Latin stays as it was written where that is wished.
func TestNoSpacing(t *testing.T) {
	t.Parallel()
	for _, markdown := range []string{"用Go写", "用 Go写**b**文", "见https://mp.weixin.qq.com/s/a"} {
		a, err := Render("# t\n\n"+markdown, Options{NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := PlainText(a.HTML), strings.ReplaceAll(markdown, "**", ""); got != want || codes(a) != "" {
			t.Errorf("Render(%q) reads %q with %s, want it as it is", markdown, got, codes(a))
		}
	}
}

// Emphasis, strikes and addresses beside Chinese, digits and wide signs.
func TestBesideChinese(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ markdown, want string }{
		{"价格10~20元，3~5天", "价格10~20元，3~5天"},
		{"**水温2~4 倍**", "<strong>水温2~4 倍</strong>"},
		{"~~删~~留~~删~~", "<s>删</s>留<s>删</s>"},
		{"留~~~删~~~", "留~~~删~~~"},
		{"**“x”**字", "<strong>“x”</strong>字"},
		{"**x：**字", "<strong>x：</strong>字"},
		{"**12%**以", "<strong>12%</strong>以"},
		{"字**（x）**字", "字<strong>（x）</strong>字"},
		{"3*4=12，5*6", "3*4=12，5*6"},
		{"5cm*6cm，7cm*8cm", "5cm*6cm，7cm*8cm"},
		{"3米*4米，5米*6米", "3米*4米，5米*6米"},
		{"这是*3个*苹果", "这是<em>3个</em>苹果"},
		{"共**100**个", "共<strong>100</strong>个"},
		{"**2024**12月", "<strong>2024</strong>12月"},
		{"2**3，4**5", "2**3，4**5"},
		{"价格*：10元，折扣*：5元", "价格*：10元，折扣*：5元"},
		{"见https://mp.weixin.qq.com/s/abc。", `见<a href="https://mp.weixin.qq.com/s/abc">https://mp.weixin.qq.com/s/abc</a>。`},
		{"https://a.b/wiki/微信（好）", "<span>https://a.b/wiki/微信</span>（好）"},
		{"https://a.b/?q=go语言", "<span>https://a.b/?q=go语言</span>"},
		{"https://a.b/c_d_e_f(g)!", "<span>https://a.b/c_d_e_f(g)</span>!"},
		{"（https://a.b/c）", "（<span>https://a.b/c</span>）"},
		{"a.b.com查看https://a.com查看", "a.b.com查看<span>https://a.com</span>查看"},
		{"**https://a.b/c**后", "<strong><span>https://a.b/c</span></strong>后"},
		{"[https://a.b/?q=go语言](https://mp.weixin.qq.com/s)", `<a href="https://mp.weixin.qq.com/s">https://a.b/?q=go语言</a>`},
		{"用 \\ 转义", "用 \\ 转义"},
	} {
		a, err := Render(test.markdown, Options{Name: "t.md", NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		got := regexp.MustCompile(` style="[^"]*"`).ReplaceAllString(a.HTML, "")
		got = strings.TrimSuffix(strings.TrimPrefix(got, "<section>"), "</section>")
		if got != "<p>"+test.want+"</p>" {
			t.Errorf("Render(%q) = %s, want <p>%s</p>", test.markdown, got, test.want)
		}
	}
}

// Without a title the first heading is it, else the file's name without its ending.
func TestTitleIsTaken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ markdown, name, title, text, codes string }{
		{"# 一\n\nx", "b.md", "一", "x", ""},
		{"x\n\n## **二**\n\ny\n\n# 三", "b.md", "二", "x\ny\n三", "title.taken"},
		{"#\n\nx", "a/v1.2 发布.md", "v1.2 发布", "x", "title.taken"},
		{"x", `C:\a\READ me.MD`, "READ me", "x", "title.taken"},
		{"x", "说明", "说明", "x", "title.taken"},
		{"x", "", "", "x", "title.missing*"},
	} {
		a, err := Render(test.markdown, Options{Name: test.name})
		if err != nil {
			t.Fatal(err)
		}
		if a.Title != test.title || strings.TrimSpace(a.Text) != test.text || codes(a) != test.codes {
			t.Errorf("Render(%q) of %q: title %q, text %q, findings %q; want %q, %q, %q", test.markdown, test.name, a.Title, a.Text, codes(a), test.title, test.text, test.codes)
		}
	}
}

// Everything that a theme declares passes the sanitiser, and all themes know the same
// parts.
func TestThemes(t *testing.T) {
	t.Parallel()
	for _, name := range Themes() {
		for part, rules := range themes[name].rules {
			for _, d := range rules {
				if one := d.property + ":" + d.value; sanitiseStyle(one) != one {
					t.Errorf("%s: %s { %s } does not pass the sanitiser", name, part, one)
				}
			}
		}
		for part := range themes["plain"].rules {
			if len(themes[name].rules[part]) == 0 {
				t.Errorf("%s: nothing is said of %s", name, part)
			}
		}
	}
}

// Code keeps its line ends and its spaces as WeChat keeps them.
func TestCodeSurvives(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "go", "python", "text", "no such language"} {
		a, err := Render("```"+lang+"\nif a {\n    b()  // x\n\n\tc \n}\n```", Options{})
		if err != nil {
			t.Fatal(err)
		}
		bare := regexp.MustCompile(`</?(?:span|pre)[^>]*>`).ReplaceAllString(a.HTML, "")
		want := "if a {<br>&nbsp;&nbsp;&nbsp;&nbsp;b()&nbsp;&nbsp;// x<br><br>&nbsp;&nbsp;&nbsp;&nbsp;c&nbsp;<br>}"
		if bare != want {
			t.Errorf("%s\n got %s\nwant %s", lang, bare, want)
		}
	}
}

// A character reference is letters and digits: what stands beside one that it does not belong
// to keeps its meaning.
func TestReferencesHoldNoOther(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		`a&0\$0&#93;`: "a&0$0]", "Tom &amp; Jerry; &copy;": "Tom & Jerry; ©", "a & b; c": "a & b; c", "&amp;amp;": "&amp;",
	} {
		a, err := Render("# T\n\n"+markdown, Options{NoSpacing: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(a.Text); got != want {
			t.Errorf("%s says %q, want %q", markdown, got, want)
		}
	}
}
