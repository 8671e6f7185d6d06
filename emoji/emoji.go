// Package emoji knows the names that Slack writes for emoji: `:tada:`, `:flag-cn:`,
// `:wave::skin-tone-3:`. They are those of emoji-datasource 16.0.0 (github.com/iamcal/emoji-data,
// MIT), which Slack's own pickers are made of; pack makes names.txt of it.
package emoji

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed names.txt
var table string

// sign is one emoji, and how it takes skin tones: "" not at all, "1" after its first rune;
// what follows is its form with two, in which A and B stand for them.
type sign struct{ text, kind string }

// names is read once it is needed: 1,973 names take 0.3 ms.
var names = sync.OnceValue(func() map[string]sign {
	all := make(map[string]sign, 2000)
	for line := range strings.Lines(table) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for name := range strings.FieldsSeq(parts[0]) {
			all[name] = sign{parts[1], parts[2]}
		}
	}
	all["simple_smile"] = all["slightly_smiling_face"] // Slack's older name of it, in no table
	return all
})

// Replace puts emoji in the place of their names. What is set in code stays as it is, as do
// addresses, unknown names, and what is no name between letters and digits, such as the
// minutes of 12:30:45 or 1:100:2.
func Replace(text string) string {
	if strings.Count(text, ":") < 2 {
		return text
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		switch text[at] {
		case '`':
			n := codeEnd(text[at:])
			b.WriteString(text[at : at+n])
			at += n
		case ':':
			s, n := At(text, at)
			b.WriteString(s)
			at += n
		default:
			b.WriteByte(text[at])
			at++
		}
	}
	return b.String()
}

// codeEnd is how far code goes that backticks open here; where as many do not close it, it
// is the backticks alone.
func codeEnd(s string) int {
	run := len(s) - len(strings.TrimLeft(s, "`"))
	for at := run; at < len(s); {
		next := strings.IndexByte(s[at:], '`')
		if next < 0 {
			break
		}
		at += next
		closing := len(s[at:]) - len(strings.TrimLeft(s[at:], "`"))
		if at += closing; closing == run {
			return at
		}
	}
	return run
}

// At is the emoji of the name that a colon opens, with the skin tones after it, and how
// many bytes that takes; the colon itself where it opens none.
func At(text string, at int) (string, int) {
	name, ok := nameAt(text[at:])
	known, found := names()[name]
	if !ok || !found || !stands(text, at, name) {
		return text[at : at+1], 1
	}
	n := len(name) + 2
	tones, ok := nameAt(text[at+n:])
	if a, b, isTone := tonesOf(tones); ok && isTone {
		if toned := known.toned(a, b); toned != "" {
			return toned, n + len(tones) + 2
		}
	}
	return known.text, n
}

// nameAt reads the name between a colon here and the next.
func nameAt(s string) (string, bool) {
	if !strings.HasPrefix(s, ":") {
		return "", false
	}
	end := 1
	for end < len(s) && (isWord(s[end]) || s[end] == '_' || s[end] == '-' || s[end] == '+') {
		end++
	}
	if end == 1 || end == len(s) || s[end] != ':' {
		return "", false
	}
	return s[1:end], true
}

// stands reports whether a name is meant as one where it stands: not inside an address, and
// a short one or a number not between other letters or digits.
func stands(text string, at int, name string) bool {
	run := text[:at]
	for i := len(run) - 1; i >= 0; i-- {
		if run[i] <= ' ' || run[i] >= 0x7f {
			run = run[i+1:]
			break
		}
	}
	if strings.Contains(run, "://") || strings.Contains(run, "?") && strings.Contains(run, "=") && strings.Contains(run, "/") {
		return false
	}
	if len(name) > 2 && strings.Trim(name, "0123456789") != "" {
		return true
	}
	end := at + len(name) + 2
	return (at == 0 || !isWord(text[at-1])) && (end == len(text) || !isWord(text[end]))
}

func isWord(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// tonesOf reads skin-tone-2 to skin-tone-6, and skin-tone-2-3, of two people.
func tonesOf(name string) (a, b string, ok bool) {
	first, second, two := strings.Cut(strings.TrimPrefix(name, "skin-tone-"), "-")
	a = names()["skin-tone-"+first].text
	if b = a; two {
		b = names()["skin-tone-"+second].text
	}
	return a, b, strings.HasPrefix(name, "skin-tone-") && a != "" && b != ""
}

// toned is the emoji with its skin tones; "" where it takes none, or no two.
func (s sign) toned(a, b string) string {
	two := strings.TrimPrefix(s.kind, "1")
	switch {
	case a == b && strings.HasPrefix(s.kind, "1"):
		first := []rune(s.text)[0]
		return string(first) + a + strings.TrimPrefix(s.text[len(string(first)):], "\uFE0F")
	case two != "":
		return strings.NewReplacer("A", a, "B", b).Replace(two)
	}
	return ""
}
