package commands

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line string
		want []string // key=text, quoted ones with their text in «»
	}{
		{``, nil},
		{" \u00a0\u3000\u200b\ufeff ", nil},
		{`approve #17`, []string{"#17"}},
		{`a b`, []string{"b"}},
		{`k="a b"`, []string{"k=«a b»"}},
		{`k=“a "b" c”`, []string{`k=«a "b" c»`}},
		{`k=‘it’s’`, []string{"k=«it’s»"}},
		{`k='it's'`, []string{"k=«it's»"}},
		{`k=「a b」`, []string{"k=«a b»"}},
		{`k="a \"b\" \n \\ c"`, []string{`k=«a "b" \n \\ c»`}},
		{`k=“say \“hi\””`, []string{`k=«say “hi”»`}},
		{`k=it's`, []string{"k=it's"}},
		{`k=5"`, []string{`k=5"`}},
		{`k＝v`, []string{"k=v"}},
		{`k=a＝b，c=d`, []string{"k=a＝b，c=d"}},
		{`k=""`, []string{"k=«»"}},
		{`k=`, []string{"k="}},
		{`=x`, []string{"=x"}},
		{`"k=v"`, []string{"«k=v»"}},
		{`k=<http://x.com/a?b=1&amp;c=2|x.com/a>`, []string{"k=http://x.com/a?b=1&c=2"}},
		{`k=<http://x.com>`, []string{"k=http://x.com"}},
		{`k=<http://www.qq.com|www.qq.com>`, []string{"k=http://www.qq.com"}},
		{`k="see <http://www.qq.com|www.qq.com> now"`, []string{"k=«see www.qq.com now»"}},
		{`k="see <http://a.com/b|this page> now"`, []string{"k=«see http://a.com/b now»"}},
		{`k=“<http://x.com/>”`, []string{"k=«http://x.com/»"}},
		{`k=<mailto:a@b.com|a@b.com>`, []string{"k=a@b.com"}},
		{`<@U123> <#C1|general> <!subteam^S1|@ops>`, []string{"<#C1|general>", "<!subteam^S1|@ops>"}},
		{`k=&lt;b&gt; j=&amp;lt; i=&quot;`, []string{"k=<b>", "j=&lt;", "i=&quot;"}},
		{`k="<p>a</p>"`, []string{"k=«<p>a</p>»"}},
		{"k=👨‍👩‍👧 j=שלום", []string{"k=👨‍👩‍👧", "j=שלום"}},
		{"k=\"a\nb\"\nj=c", []string{"k=«a\nb»", "j=c"}},
		{`k="a\b"「\」 j=x`, []string{`k=«a\b\»`, "j=x"}},
	} {
		words, err := Lex("cmd " + test.line)
		if err != nil {
			t.Errorf("Lex(%q): %v", test.line, err)
			continue
		}
		var got []string
		for _, w := range words[1:] {
			s := w.Text
			if w.Quoted {
				s = "«" + s + "»"
			}
			if w.Key != "" {
				s = w.Key + "=" + s
			}
			got = append(got, s)
		}
		want := test.want
		if strings.HasPrefix(test.line, "approve") || strings.HasPrefix(test.line, "a b") || strings.HasPrefix(test.line, "<@") {
			want = append([]string{strings.Fields(test.line)[0]}, want...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Lex(%q): got %q, want %q", test.line, got, want)
		}
	}
}

func TestLexSaysWhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line, key string
		at        int64
	}{
		{`a k="b c`, "fault.unbalanced", 5},
		{`说 k=“b c`, "fault.unbalanced", 5},
		{`k=「b`, "fault.unbalanced", 3},
		{`k='b c`, "fault.unbalanced", 3},
		{`k="`, "fault.unbalanced", 3},
		{`k="b"c`, "fault.glued", 6},
		{`k="a","b"`, "fault.glued", 6},
	} {
		_, err := Lex(test.line)
		refusal := refusalOf(t, test.line, err)
		if at := refusal.Text.Args["at"].Number; refusal.Text.Key != test.key || at == nil || *at != test.at {
			t.Errorf("Lex(%q): got %+v, want %s at %d", test.line, refusal.Text, test.key, test.at)
		}
	}
}

// FuzzQuote holds that what Quote writes is read back to the letter, bare and as the
// value of a key, and that no line brings the lexer down.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{
		"", "a", "a b", `a"b`, `a\`, `a\"`, `\\`, `」\`, "“”‘’「」'", "it's", "&amp; <http://x|y> <@U1>", "--", "—", "-x", "a=b",
		"＝，", "\u200b", "👨‍👩‍👧", "שלום", "a\nb", "\x00\xff", `"「\」"`, "#17", "k=\"v",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, v string) {
		words, err := Lex(v)
		for _, w := range words {
			if w.Start > w.Value || w.Value > w.End || w.End > len(v) {
				t.Errorf("Lex(%q): word %+v stands outside the line", v, w)
			}
		}
		if err == nil && len(words) == 0 && strings.TrimFunc(v, isSpace) != "" {
			t.Errorf("Lex(%q): no word of it", v)
		}
		line := "k=" + Quote(v) + " " + Quote(v) + " end"
		words, err = Lex(line)
		if err != nil || len(words) != 3 || words[0].Key != "k" || words[0].Text != v || words[1].Text != v || words[1].Key != "" {
			t.Errorf("Lex(%q): got %+v, %v, want %q twice", line, words, err, v)
		}
		if utf8.ValidString(v) && !utf8.ValidString(line) {
			t.Errorf("Quote(%q) is not valid UTF-8: %q", v, line)
		}
	})
}
