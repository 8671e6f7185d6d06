package render

import (
	"fmt"
	"regexp"
	"strings"
)

// bareLine is a key at the top of a text that has no lines of ---.
var bareLine = regexp.MustCompile(`^(title|author|digest|cover|content_source_url|标题|作者|摘要|封面)[ \t]*(?:：|:)[ \t]*(\S.*?)[ \t\r]*$`)

// cutBare takes off keys that stand at the top without lines of --- around them; the first
// is the title.
func cutBare(all matter) matter {
	m := matter{lines: map[string]int{}, bare: true}
	var pairs []pair
	at, number := 0, 0
	for line := range strings.Lines(all.body) {
		number++
		found := bareLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case found != nil:
			pairs = append(pairs, pair{keyOf(found[1]), unquoted(found[2]), number})
		case strings.TrimSpace(line) != "" || len(pairs) > 0:
			number = -1
		}
		if number < 0 {
			break
		}
		at += len(line)
	}
	if len(pairs) == 0 || pairs[0].key != "title" {
		return all
	}
	m.offset, m.body = all.offset+at, all.body[at:]
	m.take(pairs)
	return m
}

var keyLine = regexp.MustCompile(`^["']?([A-Za-z_][A-Za-z0-9_-]*|标题|作者|摘要|封面|主题)["']?[ \t]*(?:：|:)[ \t]*(.*)$`)

// readLines reads lines of KEY: VALUE, or of KEY：VALUE, as they are meant where they are not
// YAML: a value may have colons, and what is further in, or begins with a dash, belongs to
// the key above it. It gives nil where that is no front matter. With ErrFront, lines below a
// key of ours could not be read.
func readLines(head string) (pairs []pair, err error) {
	number, ours := 1, false
	for line := range strings.Lines(head) {
		number++
		said := strings.TrimSpace(line)
		if said == "" || strings.HasPrefix(said, "#") {
			continue
		}
		if found := keyLine.FindStringSubmatch(strings.TrimRight(line, " \t\r\n")); found != nil {
			p := pair{keyOf(found[1]), unquoted(found[2]), number}
			ours = ours || isOurs(p.key)
			pairs = append(pairs, p)
			continue
		}
		if len(pairs) == 0 {
			return nil, nil
		}
		below := &pairs[len(pairs)-1]
		switch within := line[0] == ' ' || line[0] == '\t' || line[0] == '-'; {
		case !within && !speaksOfUs(head):
			return nil, nil
		case !isOurs(below.key):
		case within && (below.value == "" || strings.Trim(below.value, "|>+-") == ""):
			below.value = strings.Trim(below.value, "|>+-") + said
			if !strings.HasSuffix(below.value, " ") {
				below.value += " "
			}
		case within && strings.HasSuffix(below.value, " "):
			below.value += said + " "
		default:
			err = fmt.Errorf("%w: %s", ErrFront, said)
		}
	}
	if !ours && !speaksOfUs(head) && len(pairs) < 2 {
		return nil, nil
	}
	return pairs, err
}

// keyOf is a key by the name that it has here.
func keyOf(key string) string {
	switch key {
	case "标题":
		return "title"
	case "作者":
		return "author"
	case "摘要":
		return "digest"
	case "封面":
		return "cover"
	case "主题":
		return "theme"
	}
	return key
}

func isOurs(key string) bool {
	switch key {
	case "title", "author", "digest", "content_source_url", "cover", "show_cover_pic", "need_open_comment", "only_fans_can_comment", "theme":
		return true
	}
	return false
}

// unquoted is a value without the quotes around it.
func unquoted(value string) string {
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}

// speaksOfUs reports whether a line begins with one of our keys: then it was meant to be
// front matter.
func speaksOfUs(head string) bool {
	for line := range strings.Lines(head) {
		if found := keyLine.FindStringSubmatch(strings.TrimRight(line, " \t\r\n")); found != nil && isOurs(keyOf(found[1])) {
			return true
		}
	}
	return false
}
