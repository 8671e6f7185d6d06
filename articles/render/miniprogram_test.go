package render

import (
	"strings"
	"testing"
)

// The three markups of WeChat's own examples.
const (
	seedCard  = `<mp-common-miniprogram data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index/index" data-miniprogram-title="小程序示例" data-miniprogram-imageurl="http://example.com/demo.jpg" data-miniprogram-type="card"></mp-common-miniprogram>`
	seedText  = `<p><a data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index" href="">点击文字跳转小程序</a></p>`
	seedImage = `<p><a data-miniprogram-appid="wx123123123" data-miniprogram-path="pages/index" href=""><img src="https://mmbiz.qpic.cn/mmbiz_jpg/demo/0?wx_fmt=jpg" alt="" data-width="null" data-ratio="NaN"></a></p>`
)

// They pass byte for byte, wherever they stand.
func TestMiniProgramsPassUnchanged(t *testing.T) {
	t.Parallel()
	for _, theme := range Themes() {
		for _, raw := range []string{seedCard, seedText, seedImage} {
			inner := strings.TrimSuffix(strings.TrimPrefix(raw, "<p>"), "</p>")
			for _, test := range []struct{ markdown, want string }{
				{raw, raw},
				{"前\n\n" + raw + "\n\n后", raw},
				{"前\n" + raw + "\n后", raw},
				{"  " + raw + "  \r\n", raw},
				{"文字 " + inner + " 文字", inner},
				{"> " + raw, raw},
				{"- x\n\n  " + raw, raw},
				{"<div>\n" + raw + "\n</div>", raw},
				{"| a |\n|---|\n| " + inner + " |", inner},
			} {
				a, err := Render(test.markdown, Options{Theme: theme, Image: func(string) string { return "changed" }})
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(a.HTML, test.want) || strings.Count(a.HTML, "wx123123123") != 1 {
					t.Errorf("Render(%q)\n got %s\nwant %s in it", test.markdown, a.HTML, test.want)
				}
			}
		}
	}
}

// An image that WeChat would take out is told; WeChat's own examples are without fault.
func TestMiniProgramImages(t *testing.T) {
	t.Parallel()
	at := func(src string) string {
		return strings.Replace(seedImage, "https://mmbiz.qpic.cn/mmbiz_jpg/demo/0?wx_fmt=jpg", src, 1)
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(at("https://evil.com/a.jpg"), "<p>"), "</p>")
	for _, test := range []struct{ markdown, want string }{
		{seedCard, ""}, {seedText, ""}, {seedImage, ""}, {"<div>\n" + seedImage + "\n</div>", ""},
		{at("http://MMBIZ.qpic.cn/a?x=1&amp;y=2"), ""}, {at("https://mmecoa.qpic.cn/a"), ""},
		{at("https://evil.com/a.jpg"), "miniprogram.image*"},
		{at("https://qpic.cn.evil.com/a.jpg"), "miniprogram.image*"},
		{at("https://evilqpic.cn/a.jpg"), "miniprogram.image*"},
		{"x " + inner, "miniprogram.image*"},
		{inner, "miniprogram.image*"},
		{"<div>\n" + inner + "\n</div>", "miniprogram.image*"},
	} {
		a, err := Render("# t\n\n"+test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(a); got != test.want || !strings.Contains(a.HTML, "<img ") && strings.Contains(test.markdown, "<img ") {
			t.Errorf("Render(%q): findings %q, want %q, in %s", test.markdown, got, test.want, a.HTML)
		}
		if test.want != "" && a.Findings[0].Line != 3 {
			t.Errorf("Render(%q): found on line %d, want 3", test.markdown, a.Findings[0].Line)
		}
	}
}

// The short forms become the very same markup.
func TestMiniProgramShortForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		markdown, want string
		images         int
	}{
		{"[点击文字跳转小程序](miniprogram:wx123123123/pages/index)", strings.TrimSuffix(strings.TrimPrefix(seedText, "<p>"), "</p>"), 0},
		{"[![](https://mmbiz.qpic.cn/mmbiz_jpg/demo/0?wx_fmt=jpg)](miniprogram:wx123123123/pages/index)", strings.TrimSuffix(strings.TrimPrefix(seedImage, "<p>"), "</p>"), 1},
		{`[小程序示例](miniprogram:wx123123123/pages/index/index "card http://example.com/demo.jpg")`, seedCard, 0},
		{`[小程序示例](miniprogram:wx123123123/pages/index/index "card demo.jpg")`, strings.Replace(seedCard, "http://example.com/", "", 1), 1},
		{"[a](miniprogram:wx1/p?q=1&r=%E4%B8%AD)", `<a data-miniprogram-appid="wx1" data-miniprogram-path="p?q=1&amp;r=%E4%B8%AD" href="">a</a>`, 0},
		{"[a](miniprogram:wx1)", `<a data-miniprogram-appid="wx1" data-miniprogram-path="" href="">a</a>`, 0},
	} {
		a, err := Render("# t\n\n"+test.markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.HTML, test.want) || len(a.Images) != test.images {
			t.Errorf("Render(%q)\n got %s, %d images\nwant %s, %d", test.markdown, a.HTML, len(a.Images), test.want, test.images)
		}
	}
}

// What only resembles them is raw HTML like any other.
func TestNoMiniProgram(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		strings.Replace(seedText, `href=""`, `href="https://evil.example/"`, 1),
		strings.Replace(seedText, `href=""`, `href="" onclick="x"`, 1),
		strings.Replace(seedText, `appid="wx123123123"`, `appid=""`, 1),
		strings.Replace(seedText, "点击", "<b>点击</b>", 1),
		strings.Replace(seedImage, "https:", "javascript:", 1),
		strings.Replace(seedImage, "https:", "data:", 1),
		strings.Replace(seedCard, "http:", "javascript:", 1),
		strings.Replace(seedCard, "></", " class=\"x\"></", 1),
		strings.Replace(seedCard, "></", "><script>x</script></", 1),
	} {
		a, err := Render("# t\n\n"+raw, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a.HTML, "miniprogram") || !strings.Contains(codes(a), "html.") {
			t.Errorf("Render(%q) = %s, findings %s", raw, a.HTML, codes(a))
		}
	}
}
