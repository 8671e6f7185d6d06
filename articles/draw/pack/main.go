// Pack makes the compressed files that articles/draw carries, of the npm packages katex
// (by Khan Academy, MIT) and mermaid (by Knut Sveidqvist, MIT):
//
//	npm install katex@0.19.1 mermaid@12.3.0
//	go run ./articles/draw/pack node_modules
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./articles/draw/pack NODE_MODULES")
		os.Exit(2)
	}
	if err := pack(os.Args[1], "articles/draw/code"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(modules, target string) error {
	katex := filepath.Join(modules, "katex")
	style, err := os.ReadFile(filepath.Join(katex, "dist", "katex.min.css"))
	if err != nil {
		return err
	}
	if style, err = withFonts(style, filepath.Join(katex, "dist")); err != nil {
		return err
	}
	if err := compress(style, filepath.Join(target, "katex.css.gz")); err != nil {
		return err
	}
	for from, to := range map[string]string{
		filepath.Join(katex, "dist", "katex.min.js"):                "katex.js.gz",
		filepath.Join(modules, "mermaid", "dist", "mermaid.min.js"): "mermaid.js.gz",
	} {
		raw, err := os.ReadFile(from)
		if err == nil {
			err = compress(raw, filepath.Join(target, to))
		}
		if err != nil {
			return err
		}
	}
	for _, name := range []string{"katex", "mermaid"} {
		raw, err := os.ReadFile(filepath.Join(modules, name, "LICENSE"))
		if err == nil {
			err = os.WriteFile(filepath.Join(target, "LICENSE."+name), raw, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var fontFace = regexp.MustCompile(`src:url\((fonts/[^)]*\.woff2)\) format\("woff2"\)[^;}]*`)

// withFonts puts the fonts into the style sheet, in one format.
func withFonts(style []byte, dir string) ([]byte, error) {
	var fault error
	style = fontFace.ReplaceAllFunc(style, func(face []byte) []byte {
		font, err := os.ReadFile(filepath.Join(dir, string(fontFace.FindSubmatch(face)[1])))
		if err != nil {
			fault = err
		}
		return []byte(`src:url(data:font/woff2;base64,` + base64.StdEncoding.EncodeToString(font) + `) format("woff2")`)
	})
	return style, fault
}

func compress(raw []byte, target string) error {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	return os.WriteFile(target, out.Bytes(), 0o644)
}
