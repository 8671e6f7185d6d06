// Command corpus renders a folder of Markdown files and proves that no text is lost on the
// way. It stands outside the checks: the articles that people really write are theirs, and
// are not kept here.
//
//	go run ./articles/render/corpus [-v] DIR
//
// It prints how many files could be uploaded, what blocks the others, every finding by its
// key with its count, and each place where the visible text of the HTML is not that of the
// Markdown as CommonMark with tables, strikes and footnotes reads it and no finding says so.
// It exits with 1 where there is such a place.
package main

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"magpie/articles/render"
)

func main() {
	verbose := flag.Bool("v", false, "print each file that is blocked, and each change that a finding tells")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: corpus [-v] DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	silent, err := run(flag.Arg(0), *verbose, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
	if silent > 0 {
		os.Exit(1)
	}
}

// run reads every Markdown file below a folder, and counts the changes that nothing tells.
func run(dir string, verbose bool, out io.Writer) (silent int, err error) {
	t := newTotals(verbose, out)
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isMarkdown(path) {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		t.file(name, string(raw))
		return nil
	})
	if err != nil {
		return 0, err
	}
	t.print()
	return t.silent, nil
}

func isMarkdown(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".md", ".markdown":
		return true
	}
	return false
}

// file renders one file and counts what became of it.
func (t *totals) file(name, markdown string) {
	t.files++
	article, err := render.Render(markdown, render.Options{Name: name})
	if err != nil {
		t.refused[err.Error()]++
		return
	}
	t.count(name, article)
	t.compare(name, changes(markdown, article))
}
