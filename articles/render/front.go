package render

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFront is how many bytes of front matter are looked at.
const maxFront = 1 << 14

// ErrFront says that lines of the front matter are neither YAML nor KEY: VALUE.
var ErrFront = errors.New("lines of the front matter cannot be read")

// matter is the front matter of a Markdown file, and where it was found.
type matter struct {
	front    Front
	body     string
	offset   int            // of body, in bytes
	lines    map[string]int // of each key, from 1
	unknown  []string       // keys that mean nothing here
	faults   []string       // switches that are neither 0 nor 1
	accounts []Own          // what single accounts have
	bare     bool           // no lines of --- are around it
	err      error
}

// ParseFront reads the front matter (title, author, digest, content_source_url, cover,
// show_cover_pic, need_open_comment, only_fans_can_comment, theme, code, lines) and gives the rest. Markdown
// without front matter is all body. With an error, the front is what could be read.
func ParseFront(markdown string) (Front, string, error) {
	m := cutFront(markdown)
	return m.front, m.body, m.err
}

// cutFront takes the front matter off. Two lines of --- with no key between them are
// Markdown's own rules, not front matter.
func cutFront(markdown string) matter {
	all := matter{body: markdown}
	text := strings.TrimPrefix(markdown, "\uFEFF")
	all.body, all.offset = text, len(markdown)-len(text)
	first, rest, found := strings.Cut(text, "\n")
	if !found || strings.TrimRight(first, " \t\r") != "---" {
		return cutBare(all)
	}
	head, length := rest, -1
	for at := 0; at < len(rest) && at <= maxFront; {
		line, _, _ := strings.Cut(rest[at:], "\n")
		next := min(at+len(line)+1, len(rest))
		if l := strings.TrimRight(line, " \t\r"); l == "---" || l == "..." {
			head, length = rest[:at], next
			break
		}
		at = next
	}
	if length < 0 {
		return all
	}
	m := matter{lines: map[string]int{}}
	m.offset = all.offset + len(first) + 1 + length
	m.body = markdown[m.offset:]
	if strings.TrimSpace(head) == "" {
		return m
	}
	pairs, err := readYAML(head)
	if err != nil || pairs == nil {
		// People and models write `title: one: two` without quotes, and `title：一`.
		if pairs, m.err = readLines(head); pairs == nil {
			return all
		}
	}
	if m.accounts = ownIn(head); len(m.accounts) > 0 {
		pairs = slices.DeleteFunc(pairs, func(p pair) bool { return p.key == "accounts" })
	}
	m.take(pairs)
	return m
}

// pair is one key of the front matter. line is that of the file, from 1.
type pair struct {
	key, value string
	line       int
}

// readYAML reads the keys of a flat mapping. It looks at the syntax only: anchors are
// not followed, so that no few lines can become many.
func readYAML(head string) (pairs []pair, err error) {
	file, err := parser.ParseBytes([]byte(head), 0)
	if err != nil {
		return nil, err
	}
	for _, doc := range file.Docs {
		for _, v := range mapping(doc.Body) {
			token := v.Key.GetToken()
			if token == nil {
				continue
			}
			pairs = append(pairs, pair{keyOf(token.Value), scalar(v.Value), token.Position.Line + 1})
		}
	}
	return pairs, nil
}

// scalar is the value of a node as it was written: 007 stays 007.
func scalar(n ast.Node) string {
	switch n := n.(type) {
	case *ast.NullNode:
		return ""
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value
	}
	return ""
}

// take puts the pairs where they belong.
func (m *matter) take(pairs []pair) {
	f := &m.front
	words := map[string]*string{
		"title": &f.Title, "author": &f.Author, "digest": &f.Digest,
		"content_source_url": &f.ContentSourceURL, "cover": &f.Cover,
		"theme": &f.Theme, "code": &f.Code,
	}
	switches := map[string]**int{
		"show_cover_pic": &f.ShowCoverPic, "need_open_comment": &f.NeedOpenComment,
		"only_fans_can_comment": &f.OnlyFansCanComment, "lines": &f.Lines,
	}
	for _, p := range pairs {
		value := strings.Join(strings.Fields(p.value), " ")
		if word := words[p.key]; word != nil {
			*word, m.lines[p.key] = value, p.line
			continue
		}
		target := switches[p.key]
		if target == nil {
			if !slices.Contains(m.unknown, p.key) {
				m.unknown = append(m.unknown, p.key)
			}
			continue
		}
		m.lines[p.key] = p.line
		switch strings.ToLower(value) {
		case "":
		case "0", "false", "no", "off":
			*target = new(int)
		case "1", "true", "yes", "on":
			one := 1
			*target = &one
		default:
			m.faults = append(m.faults, p.key)
		}
	}
}
