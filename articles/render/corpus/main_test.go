package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/articles/render"
)

// What is changed and told is counted as told, and all that is found is printed.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"fine.md":      "# 茶\n\n用Go写的[链接](https://a.b/c)[^1]，**12%**以上。\n\n- 一\n  1. 二\n\n[^1]: 注\n",
		"told.md":      "价格10~20元，3~5天 :tada:\n\n> [!NOTE]\n> x\n\n|a|\n|-|\n|1|2|\n\n![图]（a.png）\n",
		"blocked.md":   "# t\n\n见https://u:p@a.b\n",
		"marked.md":    "# t\n\n【待核实：x】\n",
		"not Markdown": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	silent, err := run(dir, false, &out)
	if err != nil || silent != 0 {
		t.Fatalf("run: %d silent changes, %v, in\n%s", silent, err, out.String())
	}
	for _, want := range []string{
		"4 files: 2 upload (50.0 %), 1 more once mended with one press each (75.0 % together)",
		"1  link.secret", "1  mark", "1      1  render.alert", "text: 2 files equal", "0 silent in 0 files",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("run does not say %q in\n%s", want, out.String())
		}
	}
}

// Text that went, came or changed is seen, and told by nothing but a finding on its line.
func TestChanges(t *testing.T) {
	t.Parallel()
	const markdown = "# t\n\n一段文字在这里，后面还有。\n\n<video>x</video>\n\nabc def ghi jkl mno\n"
	for html, want := range map[string]string{
		"<p>一段文字在这里，后面还有。</p><p>abc def ghi jkl mno</p>":           "",
		"<p>一段在这里，后面还有。</p><p>abc def ghi jkl mno</p>":             "-文 字+ by ",
		"<p>一段文字在这里，后面还有。</p><p>abc def ghi more jkl mno":          "-+more by ",
		"<p>一段文字在这里，后面还有。</p><p>abc defghi jkl mno</p>":            "-def ghi+defghi by ",
		"<p>一段文字在这里，后面还有。</p><p>x y</p><p>abc def ghi jkl mno</p>": "-+x y by html.dropped",
	} {
		a, err := render.Render(markdown, render.Options{})
		if err != nil {
			t.Fatal(err)
		}
		a.HTML = html
		got := ""
		for _, c := range changes(markdown, a) {
			got += "-" + c.gone + "+" + c.came + " by " + c.why
		}
		if got != want {
			t.Errorf("changes to %s: %q, want %q", html, got, want)
		}
	}
}
