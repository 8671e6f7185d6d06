package render

import "testing"

// A bracket alone on a line is a formula only where it is closed before an empty line; else
// it is the text that somebody wrote.
func TestBracketAlone(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]struct {
		text string
		math bool
	}{
		`\[`:                             {"[", false},
		"a\n\n\\[\nhello\n\nb":           {"a\n[ hello\nb", false},
		"a\n\\[\nafter":                  {"a [ after", false},
		"a\n\n\\[\n\nx\n\n\\]\n\nb":      {"a\n[\nx\n]\nb", false},
		"> \\[\n> hello\n>\n> \\]":       {"[ hello\n]", false},
		"- \\[\n  b":                     {"[ b", false},
		"a\n\n\\[\nE=mc^2\n\\]\n\nb":     {"a\nE=mc^2\nb", true},
		"> \\[\n> E=mc^2\n> \\]\n\nb":    {"E=mc^2\nb", true},
		"\\[\nE=mc^2 \\]  \nb":           {"E=mc^2\nb", true},
		"\\[\nhello\n\n\\[\nE=mc^2\n\\]": {"[ hello\nE=mc^2", true},
	} {
		a, err := Render("# T\n\n"+source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := PlainText(a.HTML); got != want.text {
			t.Errorf("%q is read as %q, want %q", source, got, want.text)
		}
		math := false
		for _, f := range a.Findings {
			math = math || f.Code == "math"
		}
		if math != want.math {
			t.Errorf("%q is a formula: %v, want %v", source, math, want.math)
		}
	}
}
