package render

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostile are texts that take readers of Markdown quadratic time or worse, each of about
// n bytes.
var hostile = map[string]func(n int) string{
	"brackets":      repeat("["),
	"bracket pairs": func(n int) string { return strings.Repeat("[", n/2) + strings.Repeat("]", n/2) },
	"images":        repeat("!["),
	"half links":    repeat("[a]("),
	"stars":         repeat("*a "),
	"stars nested":  repeat("**a*"),
	"stars, lines":  repeat("*a_"),
	"chinese stars": repeat("中**文a**"),
	"strikes":       repeat("~a "),
	"backticks":     repeat("`a``"),
	"tags":          repeat("a <b> "),
	"tag a line":    repeat("a <b>\n\n"),
	"half tags":     repeat("<a b=\""),
	"scripts":       repeat("a <script> "),
	"comments":      repeat("<!--"),
	"cards":         repeat(`<a data-miniprogram-appid="x">`),
	"card block":    func(n int) string { return "<div>" + repeat(`<a data-miniprogram-appid="x">`)(n) },
	"references":    repeat("&"),
	"formulas":      repeat("$a"),
	"formulas too":  repeat("$a^2$ "),
	"formula lines": repeat("$$\n"),
	"bracket lines": repeat("\\[\n"),
	"bracket texts": repeat("\\[\n\n"),
	"parentheses":   repeat(`\(`),
	"marks":         repeat("【待核实：a】"),
	"half marks":    repeat("【待核实"),
	"mark lines":    repeat("【待核实：a】\n"),
	"bare marks":    repeat("a【待核实】"),
	"mark blocks":   repeat("【待核实】\n\n"),
	"words":         repeat("最佳第一品牌"),
	"items":         repeat("- a\n"),
	"tasks":         repeat("- [ ] a\n"),
	"indented":      repeat("    a\n"),
	"lines":         repeat("a\n"),
	"paragraphs":    repeat("a\n\n"),
	"rows":          func(n int) string { return "|a|b|\n|-|-|\n" + repeat("|a|b|\n")(n) },
	"columns":       func(n int) string { return repeat("|a")(n/3) + "\n" + repeat("|-")(n/3) + "\n" + repeat("|a|\n")(n/3) },
	"footnotes":     repeat("[^a] "),
	"addresses":     repeat("http://a.b "),
	"definitions":   repeat("[a]:b\n"),
	"boxes":         repeat(":::a\n"),
	"terms":         repeat("a\n: b\n\n"),
	"raw scripts":   func(n int) string { return "<div>" + repeat("<script></script>")(n) },
	"raw drawings":  func(n int) string { return "<div>" + repeat("<svg>")(n) },
	"raw code":      func(n int) string { return "<div>" + repeat("<pre></pre>")(n) },
	"raw lists":     func(n int) string { return "<div>" + repeat("<ul><li>a")(n) },
	"raw tables":    func(n int) string { return "<div>" + repeat("<table><tr><td>a")(n) },
	"raw boxes":     repeat("<div align=center>\n\n"),
	"raw ends":      repeat("a <b>b</i> "),
	"raw links":     repeat("a <a href=https://a.b>"),
	"addresses too": repeat("见https://a.b/c@"),
	"half secrets":  repeat("//a:"),
	"emoji names":   repeat(":tada:"),
	"embeds":        repeat("![[a.png]]"),
	"wide links":    repeat("[a]（b.c）"),
	"spaces":        repeat("![a](b c.png"),
	"wider rows":    func(n int) string { return "|a|\n|-|\n" + repeat("|a|b|c\n")(n) },
	"alerts":        repeat("> [!NOTE]\n\n"),
	"half address":  repeat("http://"),
	"mails":         repeat("a@"),
	"fences":        repeat("```\n```\n"),
	"go":            func(n int) string { return "```go\n" + repeat(`a("`)(n) },
	"javascript":    func(n int) string { return "```js\n" + repeat("${`")(n) },
	"keys":          func(n int) string { return "---\n" + repeat("a: b\n")(n) + "---\n" },
	"yaml":          func(n int) string { return "---\ntitle: a\nx: " + repeat("[")(n) + "\n---\n" },
	"footnote definitions": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n/2; i++ {
			fmt.Fprintf(&b, "[^%d]: x\n\n", i)
		}
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "[^%d] ", i)
		}
		return b.String()
	},
	"links": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "[x](http://x/%d) ", i)
		}
		return b.String()
	},
	"deeper lists": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.Repeat("  ", i) + "- a\n")
		}
		return b.String()
	},
}

func repeat(s string) func(n int) string {
	return func(n int) string { return strings.Repeat(s, n/len(s)) }
}

// Eight times the Markdown takes about eight times as long, not sixty-four times. What
// is compared is the growth; how fast the machine is does not matter.
func TestTimeGrowsWithSize(t *testing.T) {
	const small, times, bound = 4_000, 8, 4
	for name, of := range hostile {
		growth := 0.0
		for try := range 5 { // a busy machine may be slow just now, so look again
			before, after := fastest(t, of(small), try+1), fastest(t, of(small*times), try+1)
			growth = float64(after) / float64(max(before, time.Millisecond)) / times
			if growth < bound {
				break
			}
		}
		if growth >= bound {
			t.Errorf("%s: %d times the size takes %.0f times as long", name, times, growth*times)
		}
	}
}

func fastest(t *testing.T, md string, times int) time.Duration {
	best := time.Hour
	for range times {
		began := time.Now()
		if _, err := Render(md, Options{}); err != nil && !errors.Is(err, ErrTooDeep) {
			t.Fatal(err)
		}
		best = min(best, time.Since(began))
	}
	return best
}

// A long article takes as long a character as a short one.
func TestLongArticle(t *testing.T) {
	short, longer := long(t, 10_000), long(t, 50_000)
	growth := 0.0
	for try := range 5 {
		growth = float64(fastest(t, longer, try+1)) / float64(fastest(t, short, try+2)) * float64(len(short)) / float64(len(longer))
		if growth < 2 {
			return
		}
	}
	t.Errorf("a character of a long article takes %.1f times as long as one of a short article", growth)
}

// What cannot be rendered is refused at once.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, markdown string
		want           error
	}{
		{"too long", strings.Repeat("a", MaxMarkdown+1), ErrTooLong},
		{"quotes", strings.Repeat(">", 5000), ErrTooDeep},
		{"lists", strings.Repeat("- ", 5000), ErrTooDeep},
		{"numbers", strings.Repeat("1. ", 5000), ErrTooDeep},
		{"quoted lists", strings.Repeat("> - ", 5000), ErrTooDeep},
		{"not text", "a\xff\xfe", ErrNotText},
	} {
		if _, err := Render(test.markdown, Options{}); !errors.Is(err, test.want) {
			t.Errorf("%s: Render: %v, want %v", test.name, err, test.want)
		}
	}
	if _, err := Render("a", Options{Theme: "none"}); err == nil || !strings.Contains(err.Error(), "plain, business, festive") {
		t.Errorf("Render in no theme: %v, want the names of the themes", err)
	}
}
