// Pack makes emoji/names.txt of emoji.json, from the npm package emoji-datasource (by Cal
// Henderson, MIT), whose names Slack writes:
//
//	npm pack emoji-datasource@16.0.0 && tar xzf emoji-datasource-16.0.0.tgz
//	go run ./emoji/pack package/emoji.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./emoji/pack EMOJI.JSON")
		os.Exit(2)
	}
	if err := pack(os.Args[1], "emoji/names.txt"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

type variation struct {
	Unified string `json:"unified"`
}

type one struct {
	Unified string               `json:"unified"`
	Names   []string             `json:"short_names"`
	Skins   map[string]variation `json:"skin_variations"`
}

func pack(source, target string) error {
	raw, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	var all []one
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	var lines []string
	for _, e := range all {
		kind, err := e.kind()
		if err != nil {
			return fmt.Errorf("%s: %w", e.Names[0], err)
		}
		slices.Sort(e.Names)
		lines = append(lines, strings.Join(e.Names, " ")+"\t"+text(e.Unified)+"\t"+kind)
	}
	slices.Sort(lines)
	return os.WriteFile(target, []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// kind says how an emoji takes skin tones: "" not at all, "1" after its first sign, and what
// takes two as a pattern in which A and B stand for them.
func (e one) kind() (string, error) {
	kind := ""
	for key, v := range e.Skins {
		tones := strings.Split(key, "-")
		signs := strings.Split(v.Unified, "-")
		if len(tones) == 1 {
			bare := strings.Split(e.Unified, "-")
			first, rest := bare[0], bare[1:]
			if len(rest) > 0 && rest[0] == "FE0F" {
				rest = rest[1:] // a skin tone makes it an emoji without
			}
			if got := strings.Join(append([]string{first, tones[0]}, rest...), "-"); got != v.Unified {
				return "", fmt.Errorf("with %s it is %s, not %s", key, v.Unified, got)
			}
			if kind == "" {
				kind = "1"
			}
			continue
		}
		a := slices.Index(signs, tones[0])
		b := a + 1 + slices.Index(signs[a+1:], tones[1])
		if a < 0 || b <= a {
			return "", fmt.Errorf("%s lacks its tones %s", v.Unified, key)
		}
		signs[a], signs[b] = "A", "B"
		pattern := ""
		for _, s := range signs {
			pattern += text(s)
		}
		if len(kind) > 1 && kind != pattern {
			return "", fmt.Errorf("two patterns, %s and %s", kind, pattern)
		}
		kind = pattern
	}
	if len(kind) > 1 && e.Skins["1F3FB"].Unified != "" {
		kind = "1" + kind
	}
	return kind, nil
}

// text is the emoji of code points such as 1F44D-1F3FB; A and B stand for themselves.
func text(unified string) string {
	var b strings.Builder
	for _, s := range strings.Split(unified, "-") {
		r, err := strconv.ParseUint(s, 16, 32)
		if s == "A" || s == "B" || err != nil {
			b.WriteString(s)
			continue
		}
		b.WriteRune(rune(r))
	}
	return b.String()
}
