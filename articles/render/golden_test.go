package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every Markdown feature in every theme, and what is found in it, byte for byte. Tags
// that begin a block begin a line in the golden files, for those who read the diff.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/features/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no features: %v", err)
	}
	for _, file := range files {
		md, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, theme := range Themes() {
				a, err := Render(string(md), Options{Theme: theme})
				if err != nil {
					t.Fatal(err)
				}
				if got := sanitise(a.HTML, false); got != a.HTML {
					t.Errorf("%s: sanitised again\n got %s\nwant %s", theme, got, a.HTML)
				}
				golden(t, name+"."+theme+".html", []byte(lined(a.HTML)))
				if theme == "plain" {
					golden(t, name+".txt", []byte(told(a)))
				}
			}
			a, err := Render(string(md), Options{Links: true, Lang: "en", Image: func(src string) string { return "https://mmbiz.qpic.cn/" + filepath.Base(src) }})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".links.html", []byte(lined(a.HTML)))
		})
	}
}

var blockStart = regexp.MustCompile(`<(?:section|p|h\d|blockquote|ul|ol|li|pre|table|thead|tbody|tr|th|td|hr|mp-)[ >-]|</(?:section|blockquote|ul|ol|table|thead|tbody|tr)>|<br>`)

func lined(html string) string {
	return strings.TrimPrefix(blockStart.ReplaceAllString(html, "\n$0"), "\n") + "\n"
}

// told is everything of an article beside its HTML.
func told(a *Article) string {
	var b strings.Builder
	front, err := json.Marshal(a.Front)
	if err != nil {
		return err.Error()
	}
	fmt.Fprintf(&b, "front: %s\nlength: %d\n\n%s\n\n", front, a.Length, a.Text)
	for _, i := range a.Images {
		fmt.Fprintf(&b, "image: {Src:%s Alt:%s Line:%d}\n", i.Src, i.Alt, i.Line)
	}
	for _, l := range a.Links {
		fmt.Fprintf(&b, "link: %+v\n", l)
	}
	for _, m := range a.Marks {
		fmt.Fprintf(&b, "mark: %+v\n", m)
	}
	for _, f := range a.Findings {
		args, err := json.Marshal(f.Text.Args)
		if err != nil {
			return err.Error()
		}
		fmt.Fprintf(&b, "finding: %s blocks=%v mends=%v [%s] %s %s\n", f.Code, f.Blocks, f.Mend != nil, f.Where, f.Text.Key, args)
	}
	return b.String()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata/golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s\n got %s\nwant %s", path, got, want)
	}
}
