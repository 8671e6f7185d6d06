package articles

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func together(all []piece) string {
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.text + p.sep)
	}
	return b.String()
}

// A text is cut at headings where it can be, else between blocks, and loses nothing.
func TestPieces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		most       int
		want       []string
	}{
		{"short", "one\n\ntwo", 20, []string{"one\n\ntwo"}},
		{"blocks", "one\n\ntwo\n\nthree", 10, []string{"one\n\ntwo", "three"}},
		{"a heading", "aa\n\nbb\n\n## h\n\ncc\n\ndd dd dd", 18, []string{"aa\n\nbb", "## h\n\ncc\n\ndd dd dd"}},
		{"code", "aa\n\n```go\nx\n\n\ny\n```\n\nbb", 8, []string{"aa", "```go\nx\n\n\ny\n```", "bb"}},
		{"a formula", "aa\n\n$$\nx\n\ny\n$$\n\nbb", 6, []string{"aa", "$$\nx\n\ny\n$$", "bb"}},
		{"what is further in", "- aa\n\n  bb\n\n    cc\n\ndd", 9, []string{"- aa\n\n  bb\n\n    cc", "dd"}},
		{"a footnote's second paragraph", "aa[^1]\n\n[^1]: bb\n\n    cc\n\ndd", 9, []string{"aa[^1]", "[^1]: bb\n\n    cc", "dd"}},
		{"lines", "aaaa\nbbbb\ncccc", 9, []string{"aaaa\nbbbb", "cccc"}},
		{"sentences", "一二三。四五六！七八九？", 8, []string{"一二三。四五六！", "七八九？"}},
		{"one sentence", "abcdefghij", 4, []string{"abcdefghij"}},
	} {
		got := pieces(test.text, test.most)
		var texts []string
		for _, p := range got {
			texts = append(texts, p.text)
		}
		if fmt.Sprintf("%q", texts) != fmt.Sprintf("%q", test.want) || together(got) != test.text {
			t.Errorf("%s: pieces(%q, %d) = %q, together %q, want %q", test.name, test.text, test.most, texts, together(got), test.want)
		}
	}
}

func FuzzPieces(f *testing.F) {
	for _, seed := range []string{"a\n\nb", "```\na\n\nb", "$$\n\n$$\n\n", "- a\n\n  b\n\n\n# c\n", "一。二！", "\n\n\r\n\r\na"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		if !utf8.ValidString(text) || most < 1 {
			return
		}
		if got := together(pieces(text, most)); got != text {
			t.Errorf("pieces(%q, %d) together are %q", text, most, got)
		}
	})
}
