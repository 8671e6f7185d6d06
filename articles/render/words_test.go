package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The law's words are found, and what only looks like them is not.
func TestWordsInContext(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"我们的茶是最佳选择", "最佳 1"},
		{"最近、最后、最初、最新、最终都可以", ""},
		{"开盖后三天是最佳赏味期，九月是最佳观赏时间", ""},
		{"最佳最佳，最佳影片", "最佳 2"},
		{"国家级产品", "国家级 1"},
		{"国家级非物质文化遗产传承人", ""},
		{"最高级的享受", "最高级 1"},
		{"最高人民法院，最高气温", ""},
		{"全国第一次，第一步，第一时间", ""},
		{"销量第一", "销量第一 1"},
		{"唯一的选择", "唯一 1"},
		{"唯一的问题是时间，最大的区别是最好先想清楚", ""},
		{"本店的茶口感最好", "最好 1"},
		{"最好的茶。欢迎选购", ""},
		{"兴趣是最好的老师；欢迎选购", ""},
		{"世界第一台机器，销量世界第一", "世界第一 1"},
		{"用户的唯一标识", ""},
		{"行业TOP1，NO.1品牌", "NO.1 1, TOP1 1"},
		{"desktop10，TOP10，no.12", ""},
		{"**最**佳", "最佳 1"},
		{"`最佳`", "最佳 1"},
		{"绝对值，顶级域名", ""},
		{"İ最佳K", "最佳 1"},
		{"最\u200b佳，最\u2060\ufeff佳，TO\u200dP1", "最佳 2, TOP1 1"},
		{"最&#8203;佳赏\u200b味期", ""},
		{"![最佳](x.png)", "最佳 1"},
		{"[![最佳](x.png)](https://a.b) [全国](miniprogram:wx1/p)第一", "最佳 1, 全国第一 1"},
	} {
		a, err := Render("# t\n\n"+test.text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := found(a); got != test.want {
			t.Errorf("Render(%q): words %q, want %q", test.text, got, test.want)
		}
	}
}

// A word is told with its place, wherever readers meet it.
func TestWordsHavePlaces(t *testing.T) {
	t.Parallel()
	front := "---\ntitle: t\nauthor: %s\ndigest: %s\n---\n"
	for markdown, want := range map[string]string{
		fmt.Sprintf(front, "最佳小店", "x") + "y":          "author",
		fmt.Sprintf(front, "a", "最\u200b佳") + "y":      "digest",
		"# t\n\n一\u200b二\u200b三\n\n最\u200b佳":           "L5 · 最\u200b佳",
		"# t\n\n一\n\n![x](x.png)\n\n![最佳](y.png)\n\n二": "L7 · ![最佳](y.png)",
	} {
		a, err := Render(markdown, Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Code == "word" })
		if i < 0 || a.Findings[i].Where != want {
			t.Errorf("Render(%q): findings %+v, want a word at %q", markdown, a.Findings, want)
		}
	}
}

// found are the words that were found, with their counts.
func found(a *Article) string {
	var all []string
	for _, f := range a.Findings {
		if f.Code == "word" {
			all = append(all, f.Text.Args["word"].String+" "+strconv.FormatInt(*f.Text.Args["count"].Number, 10))
		}
	}
	return strings.Join(all, ", ")
}

func TestHouseWords(t *testing.T) {
	t.Parallel()
	house, err := ParseWords(strings.NewReader("\uFEFF# ours\n\n竞品 | 竞品分析 | 不提别家 | 品牌手册 3.2\n最佳|最佳拍档奖 最佳的我们\nFree ｜｜免费\n"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Render("---\ntitle: 竞品\ndigest: 竞品分析\n---\n最佳的我们，最佳选择，free，freedom，FREE。\n\n竞品", Options{BannedWords: house})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(a); got != "竞品 2, 最佳 1, Free 2" {
		t.Errorf("house words: found %q", got)
	}
	for _, f := range a.Findings {
		switch f.Text.Args["word"].String {
		case "竞品":
			if f.Where != "title" || f.Text.Args["advice"].Text.Words[""] != "不提别家" || f.Text.Args["source"].Text.Words[""] != "品牌手册 3.2" {
				t.Errorf("house word: %+v %+v", f, f.Text.Args)
			}
		case "最佳":
			if f.Line != 5 || f.Text.Args["source"].Text.Words["zh"] != "广告法 第九条(三)" || f.Text.Args["source"].Text.Words["en"] != "Advertising Law, art. 9(3)" {
				t.Errorf("a built-in word with a house exception: %+v %+v", f, f.Text.Args)
			}
		}
	}
	for _, bad := range []string{"| x", "a | b c | d | e | f", "a | b", "a\xff"} {
		if _, err := ParseWords(strings.NewReader("好\n" + bad)); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("ParseWords(%q): %v, want the fault of line 2", bad, err)
		}
	}
}

// Every word of the built-in list says where it comes from and what to do.
func TestBuiltInWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, w := range lawWords {
		if !strings.Contains(w.Advice, " // ") || !strings.Contains(w.Source, ", art. ") || seen[w.Word] {
			t.Errorf("the built-in word %+v", w)
		}
		seen[w.Word] = true
	}
	for _, word := range []string{"国家级", "最高级", "最佳"} {
		if !seen[word] {
			t.Errorf("%s, which the law itself names, is not in the list", word)
		}
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	md := "---\ntitle: 一【待核实：标题】\ndigest: 二【待核实:摘要】\n---\n第一段【待核实：a】和【待核实：b\n\n多行的段落\n第二行\n第三行【待核实：c】\n\n| x |\n|---|\n| 【待核实：d】 |\n\n![【待核实：e】](x.png)\n\n[标【待核实：i】](miniprogram:wx1/p \"card a.png\")\n\n【**待\u200b 核实**】与 &#12304;待核实：g】[^1]\n\n[^1]: 注【待核实：h】\n\n<!-- 【待核实：不算】 -->\n\n待核实，不是标记。【核实】\n"
	a, err := Render(md, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, m := range a.Marks {
		if m.N != i+1 {
			t.Errorf("mark %d has the number %d", i+1, m.N)
		}
		got = append(got, m.Text+"@"+m.Where)
	}
	want := "标题@title 摘要@digest a@L5 b@L5 c@L9 d@L13 i@L17 @L19 g@L19 h@L21 e@L15"
	if strings.Join(got, " ") != want {
		t.Errorf("marks\n got %s\nwant %s", strings.Join(got, " "), want)
	}
	if !a.Blocked() {
		t.Error("marks do not block")
	}
}
