package markdown

import "testing"

func TestEmphasis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, written string
		look          Look
		alone         bool
		want          string
	}{
		{"tea", "tea", Look{}, true, "tea"},
		{"tea", "tea", Look{Bold: true}, true, "**tea**"},
		{"a*b", `a\*b`, Look{Italic: true}, true, `*a\*b*`},
		{"茶", "茶", Look{Strike: true}, true, "~~茶~~"},
		{"tea", "tea", Look{Bold: true}, false, "<strong>tea</strong>"},
		{"12", "12", Look{Bold: true}, true, "<strong>12</strong>"},
		{"a1", "a1", Look{Italic: true}, true, "<em>a1</em>"},
		{"“茶”", "“茶”", Look{Bold: true}, true, "<strong>“茶”</strong>"},
		{"a\nb", "a\nb", Look{Bold: true}, true, "<strong>a\nb</strong>"},
		{"tea", "tea", Look{Under: true}, true, "<u>tea</u>"},
		{"2", "2", Look{Bold: true, Super: true}, true, "<strong><sup>2</sup></strong>"},
		{"2", "2", Look{Italic: true, Sub: true}, true, "<em><sub>2</sub></em>"},
		{"", "", Look{Bold: true}, true, ""},
	} {
		if got := Emphasis(c.text, c.written, c.look, c.alone); got != c.want {
			t.Errorf("Emphasis(%q, %q, %+v, %v) = %q, want %q", c.text, c.written, c.look, c.alone, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a": "`a`", "a`b": "``a`b``", "`a": "`` `a ``", "a``": "``` a`` ```"} {
		if got := Code(text); got != want {
			t.Errorf("Code(%q) = %q, want %q", text, got, want)
		}
	}
}
