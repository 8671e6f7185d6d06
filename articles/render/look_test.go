package render

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A house's theme is drawn over plain, and what is not known in it is told: file, line,
// what.
func TestHouseTheme(t *testing.T) {
	t.Parallel()
	set, err := ReadThemes(fstest.MapFS{"brand.css": {Data: []byte(`/* ours */
h2, figcaption {
  color: #C00;
  position: fixed
}
.note { color: red }
p { background: url(x.png); font-family: "PingFang SC", serif }
@media print { p { color: red } }
hr { content: "<*>" }
h3 { color red; margin: 0 }
`)}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Render("---\ntheme: brand\n---\n\n# T\n\n## a\n\nb\n\n---\n", Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`text-align:left;color:#C00">a</h2>`, `font-family:PingFang SC,serif`, `>*</p>`} {
		if !strings.Contains(a.HTML, want) {
			t.Errorf("the HTML has no %s: %s", want, a.HTML)
		}
	}
	if strings.Contains(a.HTML, "url") || strings.Contains(a.HTML, "position") || strings.Contains(a.HTML, "red") {
		t.Errorf("the HTML has what is not allowed: %s", a.HTML)
	}
	var got []string
	for _, f := range set.Faults() {
		got = append(got, f.Where()+" "+f.Kind+" "+f.What)
	}
	want := []string{
		"brand.css:4 property position", "brand.css:6 selector .note", "brand.css:7 value background: url(x.png)",
		"brand.css:8 rule @media",
	}
	if len(got) < 5 || !slices.Equal(got[:4], want) || !strings.HasPrefix(got[4], "brand.css:10 syntax") {
		t.Errorf("faults\n got %q\nwant %q and line 10", got, want)
	}
	if n := strings.Count(codes(a), "theme.fault"); n != len(got) {
		t.Errorf("findings %q, want %d theme.fault", codes(a), len(got))
	}
}

// A folder whose files can be no themes is refused, each by its name.
func TestNoTheme(t *testing.T) {
	t.Parallel()
	set, err := ReadThemes(fstest.MapFS{
		"plain.css": {}, "A B.css": {}, "large.css": {Data: make([]byte, maxThemeSize+1)}, "ok.css": {}, "note.txt": {},
	})
	for _, want := range []string{"plain.css", "A B.css", "large.css"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadThemes: %v, want %s named", err, want)
		}
	}
	if got := set.Names(); !slices.Equal(got, append(Themes(), "ok")) {
		t.Errorf("Names: %q", got)
	}
}

// The front matter goes before the options, and names that are none are told.
func TestLook(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		markdown string
		options  Options
		look     Look
		codes    string
		has      string
	}{
		{"# T\n\nx\n", Options{}, Look{"plain", OwnCode, false}, "", ""},
		{"# T\n\nx\n", Options{Theme: "ink", Code: "nord", Lines: true}, Look{"ink", "nord", true}, "", ""},
		{"---\ntheme: tech\ncode: github\nlines: on\n---\n# T\n\n```go\na\nb\n```\n", Options{Theme: "ink", Code: "nord"}, Look{"tech", "github", true}, "", "#66707b\">1&nbsp;&nbsp;</span>a<br><span style=\"color:#66707b\">2&nbsp;&nbsp;</span>b"},
		{"---\n主题：forest\ncode: theme\nlines: off\n---\n# T\n\nx\n", Options{Code: "nord", Lines: true}, Look{"forest", OwnCode, false}, "", ""},
		{"---\ntheme: seriph\ncode: x\n---\n# T\n\nx\n", Options{Theme: "ink"}, Look{"ink", OwnCode, false}, "theme.unknown code.unknown", ""},
	} {
		a, err := Render(test.markdown, test.options)
		if err != nil {
			t.Fatal(err)
		}
		if a.Look != test.look || codes(a) != test.codes || !strings.Contains(a.HTML, test.has) {
			t.Errorf("Render(%q): got %+v, %q, %s; want %+v, %q, %s", test.markdown, a.Look, codes(a), a.HTML, test.look, test.codes, test.has)
		}
		for _, f := range a.Findings {
			if f.Mend == nil || f.Blocks {
				t.Errorf("%s of %q: blocks, or has no mend", f.Code, test.markdown)
			}
		}
	}
}

// Every style of code says all that a block of code has, and passes the sanitiser.
func TestCodeStyles(t *testing.T) {
	t.Parallel()
	for _, name := range CodeStyles() {
		for _, part := range []string{"pre", "line", "comment", "string", "number", "keyword", "name"} {
			if len(codeThemes[name].rules[part]) == 0 {
				t.Errorf("%s: nothing is said of %s", name, part)
			}
		}
		a, err := Render("# T\n\n```go\n// c\nfunc f() string { return \"s\" + 1 }\n```\n", Options{Code: name, Lines: true})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "code."+name+".html", []byte(lined(a.HTML)))
	}
}

func TestSetFront(t *testing.T) {
	t.Parallel()
	for _, test := range [][2]string{
		{"# T\n", "---\ntheme: ink\n---\n\n# T\n"},
		{"---\ntitle: T\n---\nx", "---\ntheme: ink\ntitle: T\n---\nx"},
		{"---\ntitle: T\ntheme: tech\n---\nx", "---\ntitle: T\ntheme: ink\n---\nx"},
		{"---\n主题：tech\n---\nx", "---\ntheme: ink\n---\nx"},
		{"title：T\n作者：甲\n\nx", "---\ntitle：T\n作者：甲\ntheme: ink\n---\n\n\nx"},
		{"---\n\nx\n\n---\n", "---\ntheme: ink\n---\n\n---\n\nx\n\n---\n"},
	} {
		got, err := SetFront(test[0], "theme", "ink")
		if err != nil || got != test[1] {
			t.Errorf("SetFront(%q): got %q, %v; want %q", test[0], got, err, test[1])
		}
		front, _, err := ParseFront(got)
		if before, _, _ := ParseFront(test[0]); err != nil || front.Theme != "ink" || front.Title != before.Title {
			t.Errorf("ParseFront(%q): got %+v, %v", got, front, err)
		}
	}
}
