package render

import (
	"os"
	"testing"
	"unicode/utf8"
)

// article is the one of the benchmarks: 3,000 characters of Chinese with code, a table
// and links.
func article(t testing.TB) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/article.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func BenchmarkRender(b *testing.B) {
	md := article(b)
	b.ReportAllocs()
	var a *Article
	for b.Loop() {
		var err error
		if a, err = Render(md, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(a.Length), "chars")
	b.ReportMetric(float64(utf8.RuneCountInString(md)), "markdown-chars")
}
