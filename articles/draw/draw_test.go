package draw

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var pictures = flag.String("pictures", "", "write what is drawn to this directory")

func chromium(t *testing.T) Chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no Chromium")
	}
	return Chromium(path)
}

const flow = "graph TD\n A[开始] --> B{登录?}\n B -->|是| C[主页]\n B -->|否| D[重试]"

// A formula and a diagram are drawn twice as large as they stand, on their ground and in
// their ink; what cannot be read is refused with its reason, and the others are drawn.
func TestDraw(t *testing.T) {
	t.Parallel()
	items := []Item{
		{Inline, `E = mc^2`, "#1a1a1a", "#ffffff"},
		{Display, `\int_{-\infty}^{\infty} e^{-x^2}\,dx=\sqrt{\pi} \tag{1}`, "#eeeeee", "#112233"},
		{Inline, `\frac{a}{\text{分母}_g}`, "#1a1a1a", "#ffffff"},
		{Inline, `\frac{a}{`, "#1a1a1a", "#ffffff"},
		{Mermaid, flow, "#1a1a1a", "#ffffff"},
		{Mermaid, flow, "#eeeeee", "#112233"},
		{Mermaid, "graph TD\n A[", "#1a1a1a", "#ffffff"},
		{Mermaid, "no diagram at all", "#1a1a1a", "#ffffff"},
		{Mermaid, "sequenceDiagram\n A->>B: Hello\n B-->>A: 你好", "#1a1a1a", "#f5f0e6"},
	}
	results, err := drawAll(t, chromium(t), items)
	if err != nil || len(results) != len(items) {
		t.Fatalf("Draw: got %d results, %v", len(results), err)
	}
	for i, r := range results {
		isBroken := i == 3 || i == 6 || i == 7
		if r.Err != nil || (r.Refused != "") != isBroken {
			t.Errorf("item %d: got %q, %v", i, r.Refused, r.Err)
		}
		if isBroken || r.Err != nil {
			continue
		}
		img, err := png.Decode(bytes.NewReader(r.PNG))
		if err != nil || img.Bounds().Size() != image.Pt(2*r.Width, 2*r.Height) {
			t.Fatalf("item %d: got a picture of %v, %v, want twice %d × %d", i, img.Bounds(), err, r.Width, r.Height)
		}
		if *pictures != "" {
			if err := os.WriteFile(filepath.Join(*pictures, string(rune('a'+i))+".png"), r.PNG, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		corner := color.NRGBAModel.Convert(img.At(img.Bounds().Min.X, img.Bounds().Min.Y)).(color.NRGBA)
		if want := map[string]color.NRGBA{"#ffffff": {255, 255, 255, 255}, "#112233": {0x11, 0x22, 0x33, 255}, "#f5f0e6": {0xf5, 0xf0, 0xe6, 255}}[items[i].Ground]; corner != want {
			t.Errorf("item %d: its ground is %v, want %v", i, corner, want)
		}
		if isEven(img) {
			t.Errorf("item %d: nothing is drawn", i)
		}
	}
	if !strings.Contains(results[3].Refused, "Unexpected end of input") && !strings.Contains(results[3].Refused, "Expected") {
		t.Errorf("a broken formula: got %q", results[3].Refused)
	}
	if r := results[2]; r.Depth < 8 || r.Depth > float64(r.Height)-8 {
		t.Errorf("a fraction stands %.1f of %d below the line", r.Depth, r.Height)
	}
	if r := results[0]; r.Width < 60 || r.Width > 110 || r.Depth > 10 {
		t.Errorf("E = mc²: got %d × %d, %.1f below the line", r.Width, r.Height, r.Depth)
	}
}

func isEven(img image.Image) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if img.At(x, y) != img.At(b.Min.X, b.Min.Y) {
				return false
			}
		}
	}
	return true
}

// What somebody writes runs nothing, fetches nothing and changes no bound.
func TestDrawIsLockedDown(t *testing.T) {
	t.Parallel()
	results, err := drawAll(t, chromium(t), []Item{
		{Mermaid, "%%{init: {\"securityLevel\": \"loose\", \"htmlLabels\": true, \"themeCSS\": \"* { fill: red }\"}}%%\ngraph TD\n A[\"<img src=x onerror='document.body.remove()'>tea\"] --> B\n click A href \"javascript:document.body.remove()\"", "#000000", "#ffffff"},
		{Inline, `\href{javascript:alert(1)}{x} \htmlData{drawn=1}{y}`, "#000000", "#ffffff"},
		{Inline, `\def\a{\a\a}\a`, "#000000", "#ffffff"},
		{Inline, "</script><script>document.body.remove()</script>", "#000000", "#ffffff"},
		{Inline, "x", "#000000", "#ffffff"},
	})
	if err != nil || len(results) != 5 {
		t.Fatalf("Draw: got %d results, %v", len(results), err)
	}
	if len(results[4].PNG) == 0 {
		t.Errorf("the formula behind the others: got %+v", results[4])
	}
	if results[2].Refused == "" {
		t.Error("a macro without an end was drawn")
	}
}

// The items of more than one page are drawn, and one that is higher than a page is told.
func TestDrawLarge(t *testing.T) {
	t.Parallel()
	tall := `\begin{matrix}` + strings.Repeat(`a\\`, 40) + `\end{matrix}`
	items := []Item{{Display, tall, "#000000", "#ffffff"}, {Display, tall, "#000000", "#ffffff"}, {Display, tall + "x", "#000000", "#ffffff"},
		{Display, `\begin{matrix}` + strings.Repeat(`a\\`, 200) + `\end{matrix}`, "#000000", "#ffffff"}, {Inline, "y", "#000000", "#ffffff"}}
	results, err := drawAll(t, chromium(t), items)
	if err != nil || len(results) != len(items) {
		t.Fatalf("Draw: got %d results, %v", len(results), err)
	}
	for i, r := range results {
		if isLarge := i == 3; errors.Is(r.Err, ErrLarge) != isLarge || !isLarge && len(r.PNG) == 0 {
			t.Errorf("item %d: got %d × %d, %v %q", i, r.Width, r.Height, r.Err, r.Refused)
		}
	}
}

// A drawing that comes to no end is given up, alone.
func TestDrawEnds(t *testing.T) {
	t.Parallel()
	endless := filepath.Join(t.TempDir(), "endless")
	if err := os.WriteFile(endless, []byte("#!/bin/sh\nexec tail -f /dev/null\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var results []Result
	err := Chromium(endless).drawWithin(t.Context(), []Item{{Inline, "x", "#000000", "#ffffff"}, {Inline, "y", "#000000", "#ffffff"}}, 50*time.Millisecond, func(first int, some []Result) error {
		if first != len(results) {
			t.Errorf("noted from %d on, want %d", first, len(results))
		}
		results = append(results, some...)
		return nil
	})
	if err != nil || len(results) != 2 || !errors.Is(results[0].Err, ErrTime) || !errors.Is(results[1].Err, ErrTime) {
		t.Errorf("Draw: got %+v, %v", results, err)
	}
	if _, err := drawAll(t, "/no/such/browser", []Item{{Inline, "x", "#000000", "#ffffff"}}); err == nil {
		t.Error("a browser that is not there draws")
	}
}

// What is drawn when the time is over is noted, and what is not is not.
func TestDrawNotesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	tall := `\begin{matrix}` + strings.Repeat(`a\\`, 40) + `\end{matrix}`
	items := []Item{{Display, tall, "#000000", "#ffffff"}, {Display, tall, "#000000", "#ffffff"}, {Display, tall + "x", "#000000", "#ffffff"}}
	ctx, cancel := context.WithCancel(t.Context())
	noted := 0
	err := chromium(t).Draw(ctx, items, func(_ int, results []Result) error {
		noted += len(results)
		cancel() // the first page is full of less than all
		return nil
	})
	if !errors.Is(err, context.Canceled) || noted == 0 || noted == len(items) {
		t.Errorf("got %d of %d noted, %v, want some", noted, len(items), err)
	}
}

// drawAll gathers what is drawn.
func drawAll(t *testing.T, c Chromium, items []Item) (all []Result, err error) {
	t.Helper()
	err = c.Draw(t.Context(), items, func(_ int, results []Result) error {
		all = append(all, results...)
		return nil
	})
	return all, err
}
