package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"magpie/articles/render"
)

// totals are what became of all files.
type totals struct {
	verbose bool
	out     io.Writer

	files, uploads, mends int
	refused               map[string]int // not rendered at all, by the reason
	blocks                map[string]int // files that a finding blocks, by its code
	findings              map[string]int // by key
	in                    map[string]int // files that have it

	equal, told, silent int // files, changes, changes
	unequal             int // files with a silent change
	kinds               map[string]int
}

func newTotals(verbose bool, out io.Writer) *totals {
	return &totals{verbose: verbose, out: out, refused: map[string]int{}, blocks: map[string]int{},
		findings: map[string]int{}, in: map[string]int{}, kinds: map[string]int{}}
}

// count takes down what is found in an article, and whether it could be uploaded: as it is,
// or once each finding that blocks was mended with one press.
func (t *totals) count(name string, a *render.Article) {
	seen, blocks, mends := map[string]bool{}, map[string]bool{}, true
	for _, f := range a.Findings {
		t.findings[f.Text.Key]++
		seen[f.Text.Key] = true
		if f.Blocks {
			blocks[f.Code] = true
			mends = mends && f.Mend != nil
		}
	}
	for key := range seen {
		t.in[key]++
	}
	for code := range blocks {
		t.blocks[code]++
		if t.verbose {
			fmt.Fprintf(t.out, "%s: blocked by %s\n", name, code)
		}
	}
	switch {
	case len(blocks) == 0:
		t.uploads++
	case mends:
		t.mends++
	}
}

// compare takes down where the text is another.
func (t *totals) compare(name string, all []change) {
	silent := 0
	for _, c := range all {
		if c.why != "" {
			t.told++
			t.kinds[c.why]++
		} else {
			silent++
		}
		if c.why == "" || t.verbose {
			fmt.Fprintf(t.out, "%s:%d: %s: -%q +%q\n", name, c.line, cmp.Or(c.why, "SILENT"), c.gone, c.came)
		}
	}
	t.silent += silent
	if len(all) == 0 {
		t.equal++
	}
	if silent > 0 {
		t.unequal++
	}
}

func (t *totals) print() {
	percent := func(n int) float64 { return 100 * float64(n) / float64(max(t.files, 1)) }
	fmt.Fprintf(t.out, "\n%d files: %d upload (%.1f %%), %d more once mended with one press each (%.1f %% together)\n",
		t.files, t.uploads, percent(t.uploads), t.mends, percent(t.uploads+t.mends))
	t.table("not rendered, files", t.refused, nil)
	t.table("blocked by, files", t.blocks, nil)
	t.table("findings, in files", t.findings, t.in)
	fmt.Fprintf(t.out, "\ntext: %d files equal, %d changes told, %d silent in %d files\n", t.equal, t.told, t.silent, t.unequal)
	t.table("told by", t.kinds, nil)
}

// table prints counts, the highest first.
func (t *totals) table(title string, counts, in map[string]int) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(t.out, "\n%s:\n", title)
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
	for _, key := range keys {
		if in == nil {
			fmt.Fprintf(t.out, "%7d  %s\n", counts[key], key)
		} else {
			fmt.Fprintf(t.out, "%7d %6d  %s\n", counts[key], in[key], key)
		}
	}
}
