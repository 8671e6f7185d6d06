package articles

import (
	"strings"
	"testing"
)

// TestRestored: what a translation keeps is put right where it stands at the same place.
func TestRestored(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, said, want string }{
		{"a comment", "一\n\n```go\na // 一\n```\n\n二", "One\n\n```go\na // one\n```\n\nTwo", "One\n\n```go\na // 一\n```\n\nTwo"},
		{"another fence", "~~~\n一\n~~~", "```text\none\n```", "~~~\n一\n~~~"},
		{"a link", "[一](https://x.cn/zh/a)", "[One](https://x.cn/en/a)", "[One](https://x.cn/zh/a)"},
		{"a link with a title", `[一](https://x.cn/一 "二")`, `[One](https://x.cn/one "two")`, `[One](https://x.cn/一 "two")`},
		{"an image", "![一](一.png)", "![One](one.png)", "![One](一.png)"},
		{"a tag", `<img src="一.png" width=20>`, `<img src="one.png" width=20>`, `<img src="一.png" width=20>`},
		{"links that changed places", "[一](https://x.cn/a)和[二](https://x.cn/b)", "[Two](https://x.cn/b) and [one](https://x.cn/a)", "[Two](https://x.cn/b) and [one](https://x.cn/a)"},
		{"one link too few", "[一](https://x.cn/a)和[二](https://x.cn/b)", "[One](https://x.cn/c)", "[One](https://x.cn/c)"},
		{"a block too few", "```\n一\n```\n\n```\n二\n```", "```\none\n```", "```\none\n```"},
		{"a code that is open", "```\n一", "```\none\n", "```\n一"},
	} {
		if got := restored(c.source, c.said); got != c.want {
			t.Errorf("%s: restored(%q, %q) = %q, want %q", c.name, c.source, c.said, got, c.want)
		}
	}
}

// TestLostIn: what is missing or new is told, each time it is.
func TestLostIn(t *testing.T) {
	t.Parallel()
	source := "[一](https://x.cn/a) $x^2$ ![二](b.png)\n\n```\n三\n```\n\n见 https://x.cn/c 。"
	for _, c := range []struct{ said, want string }{
		{"[One](https://x.cn/a) $x^2$ ![two](b.png)\n\n```\n三\n```\n\nSee https://x.cn/c .", ""},
		{"One $x^2$ ![two](b.png)\n\n```\n三\n```\n\nSee https://x.cn/c .", "-link https://x.cn/a"},
		{"[One](https://x.cn/a) $x^3$\n\n```\n三\n```\n\nSee https://x.cn/c .", "-formula $x^2$ +formula $x^3$ -image b.png"},
		{"[One](https://x.cn/a) [One](https://x.cn/a) $x^2$ ![two](b.png)\n\nSee https://x.cn/c .", "-code 三 +link https://x.cn/a"},
	} {
		var got []string
		for _, l := range lostIn(source, c.said) {
			got = append(got, map[bool]string{true: "-", false: "+"}[l.lost]+l.kind+" "+strings.TrimSpace(l.said))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("lostIn(…, %q) = %q, want %q", c.said, got, c.want)
		}
	}
}

// TestParseLanguage: codes and names, in English, Chinese and the language itself.
func TestParseLanguage(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"en": "en", "EN": "en", "English": "en", "英语": "en", "英文": "en", "en-GB": "en", "zh": "zh", "中文": "zh", "Chinese": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-TW": "zh-Hant",
		"繁體中文": "zh-Hant", "zh-Hant-HK": "zh-Hant", "ja": "ja", "日本語": "ja", "日语": "ja", "Japanese": "ja", "한국어": "ko", "français": "fr", "Español": "es", " de ": "de",
		"": "", "klingon": "", "tlh": "", "xx": "", "A3": "", "ar": "", "en;drop": "",
	} {
		if got, ok := ParseLanguage(said); got != want || ok != (want != "") {
			t.Errorf("ParseLanguage(%q) = %q, %v, want %q", said, got, ok, want)
		}
	}
	for _, code := range languages {
		if got, ok := ParseLanguage(code); got != code || !ok {
			t.Errorf("ParseLanguage(%q) = %q, %v, want itself", code, got, ok)
		}
		if languageSaid(code) == "" || languageName(code) == "" {
			t.Errorf("%s has no name", code)
		}
	}
}

// TestIsIn: what an import was taken for is a guess; its letters say better.
func TestIsIn(t *testing.T) {
	t.Parallel()
	chinese, english := "秋天的茶，有三款。", "Tea of autumn, of three kinds, such as 龙井 from Hangzhou."
	for _, c := range []struct {
		text, is, lang string
		want           bool
	}{{chinese, "zh", "zh", true}, {chinese, "zh", "en", false}, {english, "zh", "zh", false}, {english, "en", "en", true}, {english, "en", "ja", false}, {chinese, "ja", "ja", true}} {
		if got := isIn(c.text, c.is, c.lang); got != c.want {
			t.Errorf("isIn(%q, %s, %s) = %v, want %v", c.text, c.is, c.lang, got, c.want)
		}
	}
}

// TestFrontIsKept: what else a front matter says stays when title, author and digest change,
// whatever the keys are called and whether or not lines of --- are around them.
func TestFrontIsKept(t *testing.T) {
	t.Parallel()
	for old, want := range map[string]string{
		"title：秋茶\n作者: 梅\ncover: a.png\n\n正文。":                   "cover: a.png\n",
		"---\n标题: 秋茶\n摘要：三款\n主题：ink\n---\n正文。":                   "主题: ink\n",
		"---\ntitle: >\n  秋茶\n  三款\ntags:\n  - 茶\n- 秋\n---\n正文。": "tags:\n  - 茶\n- 秋\n",
		"---\r\ntitle: 秋茶\r\ntheme: ink\r\n---\r\n正文。":           "theme: ink\n",
		"---\n\"title\": 秋茶\nneed_open_comment: 1\n...\n正文：一。":   "need_open_comment: 1\n",
		"---\ntitle: 秋茶\nmy tags: 茶\n---\n正文。":                   "my tags: 茶\n",
		"正文：一。": "",
		"":      "",
	} {
		got := withFrontOf(old, written{Title: "Tea", Body: "Text."})
		if whole := "---\ntitle: \"Tea\"\n" + want + "---\n\nText.\n"; got != whole {
			t.Errorf("withFrontOf(%q) = %q, want %q", old, got, whole)
		}
	}
}
