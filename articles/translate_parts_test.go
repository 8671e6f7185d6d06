package articles

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"magpie/articles/openaitest"
)

// longArticle is an article of some 12,000 letters, with code, a table, links and footnotes.
func longArticle() string {
	var b strings.Builder
	for i := range 24 {
		fmt.Fprintf(&b, "## 第 %d 节\n\n", i+1)
		for range 4 {
			b.WriteString(strings.Repeat("茶叶在山坡上生长，雾气来了又走。", 7) + "\n\n")
		}
		fmt.Fprintf(&b, "见[链接](https://example.com/%d)。[^%d]\n\n", i, i+1)
		if i%6 == 0 {
			fmt.Fprintf(&b, "```go\n// 第 %d 段\n\nbrew(%d)\n```\n\n", i, i)
		}
	}
	for i := range 24 {
		fmt.Fprintf(&b, "[^%d]: 注 %d。\n\n", i+1, i+1)
	}
	return strings.TrimSpace(b.String())
}

// translateAll has a translation made, stage after stage.
func translateAll(t *testing.T, o openaitest.Options, body string) (*run, *openaitest.Server, error) {
	t.Helper()
	o.Piece = 4000
	s, url, stop := openaitest.Start(o)
	t.Cleanup(stop)
	d := &Desk{}
	d.writer = newWriter(WriterOptions{Key: openaitest.Key, BaseURL: url, Model: openaitest.Model})
	r := &run{Kind: kindTranslate, Stage: stageTranslate}
	p := &pen{desk: d, run: r, ctx: t.Context(), ended: make(chan struct{})}
	source := "---\ntitle: 茶\ndigest: 关于茶\ntheme: ink\naccounts:\n  shop:\n    title: 店\n---\n" + body
	tr := translation{brief: brief{Article{Lang: "en"}, ""}, source: source, title: "茶", body: body}
	tr.front.Title, tr.front.Digest = "茶", "关于茶"
	all := pieces(body, mostPart)
	for range 200 {
		if done, err := d.translateParts(p, tr, all, r); done || err != nil {
			return r, s, err
		}
	}
	t.Fatal("it does not come to an end")
	return nil, nil, nil
}

// A long article goes to the writer in parts, none of which is too long for it, and comes back
// whole: every line in its order, its footnotes, its front matter.
func TestTranslatedInParts(t *testing.T) {
	t.Parallel()
	body := longArticle()
	for _, longest := range []int{0, 6000, 2500} { // the last cannot write what a part is
		r, s, err := translateAll(t, openaitest.Options{Longest: longest}, body)
		if err != nil {
			t.Fatalf("at most %d: %v", longest, err)
		}
		front, got, _ := cutFront(r.Draft)
		var want []string
		fenced := false
		for line := range strings.SplitSeq(body, "\n") {
			text := strings.TrimLeft(line, "#>-* ")
			switch {
			case strings.HasPrefix(line, "```"):
				fenced = !fenced
			case !fenced && text != "":
				line = line[:len(line)-len(text)] + "[English] " + text
			}
			want = append(want, line)
		}
		if got = strings.TrimSpace(got); got != strings.Join(want, "\n") {
			t.Errorf("at most %d: the translation is\n%.2000s", longest, got)
		}
		if !strings.Contains(front, `title: "[English] 茶"`) || !strings.Contains(front, `digest: "[English] 关于茶"`) || !strings.Contains(front, "theme: ink") || strings.Contains(front, "shop") {
			t.Errorf("at most %d: the front matter is\n%s", longest, front)
		}
		asked := s.Received()
		if longest != 2500 && len(asked) != len(pieces(body, mostPart)) {
			t.Errorf("at most %d: asked %d times for %d parts", longest, len(asked), len(pieces(body, mostPart)))
		}
		for _, in := range asked {
			last := in.Messages[len(in.Messages)-1].Content
			if n := utf8.RuneCountInString(last); n > mostPart+100 {
				t.Errorf("at most %d: a part has %d letters", longest, n)
			}
		}
		for _, in := range asked[2:] {
			if len(in.Messages) != 3 || !strings.Contains(in.Messages[1].Content, "How the translation before it ends") {
				t.Errorf("at most %d: a part is asked for without what came before: %.200q", longest, in.Messages)
			}
		}
	}
}

// What no model can write fails with its reason, and what there is by then is kept.
func TestTranslatedAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	r, _, err := translateAll(t, openaitest.Options{Longest: 60}, longArticle())
	var failed *WriteError
	if !errors.As(err, &failed) || failed.Code != "cut" || failed.Detail != "length" {
		t.Errorf("got %v, want that it is cut", err)
	}
	if r.Draft != "" {
		t.Errorf("kept %.200s", r.Draft)
	}
}

// What a part did not carry is asked for once with the part alone.
func TestAPartIsMended(t *testing.T) {
	t.Parallel()
	s, url, stop := openaitest.Start(openaitest.Options{})
	defer stop()
	d := &Desk{}
	d.writer = newWriter(WriterOptions{Key: openaitest.Key, BaseURL: url, Model: openaitest.Model})
	p := &pen{desk: d, run: &run{}, ctx: t.Context(), ended: make(chan struct{})}
	tr := translation{brief: brief{Article{Lang: "en"}, ""}}
	s.Answer("translate", "See the page.")
	s.Answer("revise", "See [the page](https://example.com/x).")
	w, err := d.translatePart(p, tr, "见[页面](https://example.com/x)。", 1, 2, written{Title: "Tea"})
	if err != nil || w.Body != "See [the page](https://example.com/x)." {
		t.Errorf("got %q, %v", w.Body, err)
	}
	if asked := s.Received(); len(asked) != 2 || strings.Contains(asked[1].Messages[0].Content, "front matter. No word") {
		t.Errorf("asked %d times", len(asked))
	}
	if w, err := d.translatePart(p, tr, "```go\nx\n```", 1, 2, written{}); err != nil || w.Body != "```go\nx\n```" || len(s.Received()) != 2 {
		t.Errorf("code alone: got %q, %v, asked %d times", w.Body, err, len(s.Received()))
	}
}
