package render

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// article is the one of the benchmarks: some 4,000 characters of Chinese with code, a
// table, lists, quotes and links.
func article(t testing.TB) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/article.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// long repeats the article until it has at least n characters.
func long(t testing.TB, n int) string {
	t.Helper()
	_, body, err := ParseFront(article(t))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Repeat(body+"\n", n/utf8.RuneCountInString(body)+1)
}

func BenchmarkRender(b *testing.B) {
	for _, bench := range []struct {
		name, markdown string
	}{
		{"article", article(b)},
		{"50000", long(b, 50_000)},
		{"100000", long(b, 100_000)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var a *Article
			for b.Loop() {
				var err error
				if a, err = Render(bench.markdown, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(a.Length), "chars")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(utf8.RuneCountInString(bench.markdown)), "ns/char")
		})
	}
}

// BenchmarkWenyan renders the same article with @wenyan-md/core in Node and with this
// package, in one run. It needs a directory, named by MAGPIE_WENYAN, in which
// `npm install @wenyan-md/core jsdom` was said.
func BenchmarkWenyan(b *testing.B) {
	dir := os.Getenv("MAGPIE_WENYAN")
	if dir == "" {
		b.Skip("MAGPIE_WENYAN names no directory with @wenyan-md/core and jsdom in it")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@wenyan-md", "core")); err != nil {
		b.Skipf("no @wenyan-md/core: %v", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		b.Skipf("no Node: %v", err)
	}
	const times = 30
	out, err := exec.Command(node, "testdata/wenyan.mjs", dir, "testdata/article.md", strconv.Itoa(times)).Output()
	if err != nil {
		b.Fatalf("wenyan: %v", err)
	}
	var theirs struct{ MS, Chars float64 }
	if err := json.Unmarshal(out, &theirs); err != nil {
		b.Fatalf("wenyan said %s: %v", out, err)
	}
	md := article(b)
	var a *Article
	for range 3 {
		if a, err = Render(md, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	for range times {
		if a, err = Render(md, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	ours := float64(time.Since(began).Microseconds()) / 1000 / times
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours, "magpie-ms")
	b.ReportMetric(float64(a.Length), "magpie-chars")
	b.ReportMetric(theirs.MS, "wenyan-ms")
	b.ReportMetric(theirs.Chars, "wenyan-chars")
}
