package draw

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"embed"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"text/template"
)

// code is what draws: articles/draw/pack makes it.
//
//go:embed code
var code embed.FS

//go:embed page.html
var pageHTML string

// The template escapes nothing: what is not ours goes in as JSON, whose < is written \u003c.
var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

type pageItem struct {
	Kind   string `json:"kind"`
	Source string `json:"source"`
	Ink    string `json:"ink"`
	Ground string `json:"ground"`
	Dark   bool   `json:"dark"`
}

// page is a page that draws items, with the code that they need in it. Its policy lets
// nothing in from anywhere, and runs only what bears its nonce.
func page(items []Item) ([]byte, error) {
	var list []pageItem
	formulas, diagrams := false, false
	for _, i := range items {
		list = append(list, pageItem{i.Kind, i.Source, i.Ink, i.Ground, isDark(i.Ground)})
		formulas, diagrams = formulas || i.Kind != Mermaid, diagrams || i.Kind == Mermaid
	}
	data, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	fill := struct {
		Nonce, Style, Items string
		Widest              int
		Code                []string
	}{Nonce: rand.Text(), Items: string(data), Widest: widest}
	var names []string
	if formulas {
		if fill.Style, err = unpacked("katex.css.gz"); err != nil {
			return nil, err
		}
		names = append(names, "katex.js.gz")
	}
	if diagrams {
		names = append(names, "mermaid.js.gz")
	}
	for _, name := range names {
		script, err := unpacked(name)
		if err != nil {
			return nil, err
		}
		fill.Code = append(fill.Code, strings.ReplaceAll(script, "</script", `<\/script`))
	}
	var out bytes.Buffer
	err = pageTemplate.Execute(&out, fill)
	return out.Bytes(), err
}

func unpacked(name string) (string, error) {
	raw, err := code.ReadFile("code/" + name)
	if err != nil {
		return "", err
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	all, err := io.ReadAll(r)
	return string(all), err
}

// isDark reports whether a colour, as #rrggbb, is nearer to black than to white.
func isDark(colour string) bool {
	v, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	return err == nil && (v>>16)*299+(v>>8&255)*587+(v&255)*114 < 128_000
}
