package render

import "testing"

func TestPlainText(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                                 "",
		"plain":                            "plain",
		"<p>One &amp; two</p><p>3</p>":     "One & two\n3",
		"a<br>b<br/>c":                     "a\nb\nc",
		`<p>x <img src="y" alt="Tea">z`:    "x 🖼 Tea z",
		`<section><img src="y"></section>`: "🖼",
		"<div><div>deep</div></div>end":    "deep\nend",
	} {
		if got := PlainText(source); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", source, got, want)
		}
	}
}
