package render

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// endless are lexers that come to no end, each in its own way.
func endless(t *testing.T) map[string]chroma.Lexer {
	t.Helper()
	of := func(rules chroma.Rules) chroma.Lexer {
		return chroma.MustNewLexer(&chroma.Config{Name: "endless"}, func() chroma.Rules { return rules })
	}
	return map[string]chroma.Lexer{
		"stands still":    of(chroma.Rules{"root": {{Pattern: "", Type: chroma.Text}}}),
		"says nothing":    of(chroma.Rules{"root": {{Pattern: "(?=a)"}, {Pattern: ".", Type: chroma.Text}}}),
		"goes deeper":     of(chroma.Rules{"root": {{Pattern: "(?=a)", Type: chroma.Text, Mutator: chroma.Push("root")}}}),
		"to and fro":      of(chroma.Rules{"root": {{Pattern: "(?=a)", Mutator: chroma.Push("more")}}, "more": {chroma.Default(chroma.Pop(1))}}),
		"includes it":     of(chroma.Rules{"root": {chroma.Include("more")}, "more": {{Pattern: "", Type: chroma.Text}}}),
		"asks itself":     of(chroma.Rules{"root": {{Pattern: "a+", Type: chroma.UsingSelf("root")}}}),
		"gives nothing":   tokens(func() chroma.Token { return chroma.Token{Type: chroma.Text} }),
		"makes it up":     tokens(func() chroma.Token { return chroma.Token{Type: chroma.Text, Value: "b"} }),
		"gives itself up": tokens(func() chroma.Token { panic("unknown state") }),
	}
}

// tokens is a lexer that only gives tokens.
type tokens func() chroma.Token

func (tokens) Config() *chroma.Config { return &chroma.Config{Name: "tokens"} }
func (l tokens) Tokenise(*chroma.TokeniseOptions, string) (chroma.Iterator, error) {
	return chroma.Iterator(l), nil
}
func (l tokens) SetRegistry(*chroma.LexerRegistry) chroma.Lexer { return l }
func (l tokens) SetAnalyser(func(string) float32) chroma.Lexer  { return l }
func (tokens) AnalyseText(string) float32                       { return 0 }

// by is a lexer that can be told from others of its kind.
type by struct{ chroma.Lexer }

func TestCodeThatFindsNoEndIsShownWithoutColours(t *testing.T) {
	t.Parallel()
	for how, lexer := range endless(t) {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			if _, ok := lexer.(tokens); ok {
				lexer = &by{lexer}
			}
			p := newPainter()
			// The bounds in steps end it long before the one in time.
			if got, err := p.paint(lexer, "aaa", time.Minute); !errors.Is(err, errEndless) {
				t.Fatalf("paint: got %v, %v, want %v", got, err, errEndless)
			}
			for range maxBrushes { // it let go of its brush
				<-p.free
			}
		})
	}
}

// A lexer that stays inside one step holds nobody longer than the bound in time, and the
// next one not at all.
func TestCodeIsColouredWithinATime(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	var steps atomic.Int32
	stuck := &by{tokens(func() chroma.Token {
		steps.Add(1)
		<-goOn
		return chroma.EOF
	})}
	p := newPainter()
	for range 5 {
		if _, err := p.paint(stuck, "aaa", 20*time.Millisecond); !errors.Is(err, errEndless) {
			t.Fatalf("paint with a lexer that is stuck: got %v, want %v", err, errEndless)
		}
	}
	if got, err := p.paint(lexers.Get("go"), "var x = 1", time.Minute); err != nil || len(got) == 0 {
		t.Errorf("paint Go beside it: got %v, %v", got, err)
	}
	close(goOn)
	for range maxBrushes {
		<-p.free
	}
	if got := steps.Load(); got != 1 {
		t.Errorf("a lexer that is stuck was tried %d times, want 1", got)
	}
}

func TestCodeWithoutColoursIsTold(t *testing.T) {
	t.Parallel()
	stands := endless(t)["stands still"]
	a, err := Render("# Tea\n\nHow:\n\n```tea\naaa & <b>\n```\n", Options{lexer: func(string) chroma.Lexer { return stands }})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.HTML, "aaa &amp; &lt;b&gt;") {
		t.Errorf("the code is not shown: %s", a.HTML)
	}
	var found []string
	for _, f := range a.Findings {
		if f.Code == "code.plain" {
			found = append(found, f.Where)
			if f.Blocks {
				t.Error("code without colours blocks the upload")
			}
		}
	}
	if len(found) != 1 || !strings.HasPrefix(found[0], "L6 ") {
		t.Errorf("findings of code.plain: got %q, want one at line 6", found)
	}
}

// Guarded lexers say what the highlighter's say.
func TestGuardedLexersAgree(t *testing.T) {
	t.Parallel()
	code := "package tea // 茶\n\nfunc f(x int) string {\n\treturn `a` + \"b\"\n}\n<?php echo $a; ?>\nSELECT * FROM t WHERE a = 'b';\n"
	p := newPainter()
	for _, lang := range []string{"go", "python", "html", "php", "sql", "json", "bash", "markdown", "javascript", "css", "yaml"} {
		lexer := lexers.Get(lang)
		want, err := chroma.Tokenise(lexer, nil, code)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.paint(lexer, code, time.Minute)
		if err != nil {
			t.Errorf("paint %s: %v", lang, err)
			continue
		}
		if chroma.Stringify(got...) != chroma.Stringify(want...) || len(got) != len(want) {
			t.Errorf("paint %s: got %d tokens, want %d", lang, len(got), len(want))
		}
	}
}
