package articles

import (
	"encoding/json"
	"regexp"
	"strings"

	"magpie/articles/render"
)

// written is what the writer handed in.
type written struct {
	Title  string
	Digest string
	Author string
	Body   string // Markdown, without the title's heading
}

var heading = regexp.MustCompile(`^#[ \t]+(\S[^\n]*?)[ \t#]*(?:\n|$)`)

// mostPreamble is how much chatter before the title is overlooked, in bytes.
const mostPreamble = 400

// decodeArticle reads what the writer handed in: JSON, JSON or Markdown in a fence, or
// plain Markdown that begins with `# title`, without what it thought before. ok is false
// for everything else.
func decodeArticle(answer string) (w written, ok bool) {
	text := strings.TrimSpace(withoutThought(strings.ReplaceAll(storable(answer), "\r\n", "\n")))
	if w, ok = articleIn(text); !ok {
		return w, false
	}
	w.Title = plainTitle(w.Title)
	return w, w.Title != ""
}

// articleIn finds the article in a text, after few friendly words at most.
func articleIn(text string) (w written, ok bool) {
	if w, ok = decodeJSON(text); ok {
		return w, true
	}
	if w, ok = decodeMarkdown(text); ok {
		return w, true
	}
	inside, fenced := fencedIn(text)
	if at := strings.Index(text, "\n# "); fenced && (at < 0 || at > strings.Index(text, inside)-2) {
		if w, ok = decodeJSON(inside); ok {
			return w, true
		}
		if w, ok = decodeMarkdown(inside); ok {
			return w, true
		}
	}
	for _, start := range []string{"\n# ", "\n---\ntitle:"} {
		if at := strings.Index(text, start); at >= 0 && at <= mostPreamble {
			if w, ok = decodeMarkdown(text[at+1:]); ok {
				return w, true
			}
		}
	}
	if from, to := strings.Index(text, "{"), strings.LastIndex(text, "}"); from >= 0 && from <= mostPreamble && to > from {
		return decodeJSON(text[from : to+1])
	}
	return w, false
}

var (
	strongIn = regexp.MustCompile(`(\*\*|__)(\S(?:.*?\S)?)(?:\*\*|__)`)
	wrapped  = regexp.MustCompile("^(?:\\*(\\S(?:[^*]*\\S)?)\\*|_(\\S(?:[^_]*\\S)?)_|`([^`]+)`)$")
)

// plainTitle takes the marks of emphasis from a title: it is shown as plain text.
func plainTitle(title string) string {
	title = strongIn.ReplaceAllString(title, "$2")
	if m := wrapped.FindStringSubmatch(title); m != nil {
		title = m[1] + m[2] + m[3]
	}
	return strings.TrimSpace(title)
}

func decodeMarkdown(text string) (w written, ok bool) {
	if strings.HasPrefix(text, "---\n") {
		front, body, err := render.ParseFront(text)
		if err != nil {
			return w, false
		}
		w = written{Title: front.Title, Digest: front.Digest, Author: front.Author, Body: strings.TrimSpace(body)}
		if m := heading.FindStringSubmatch(w.Body); m != nil && (w.Title == "" || m[1] == w.Title) {
			w.Title, w.Body = m[1], strings.TrimSpace(w.Body[len(m[0]):])
		}
		return w, w.Title != "" && w.Body != ""
	}
	m := heading.FindStringSubmatch(text)
	if m == nil {
		return w, false
	}
	w = written{Title: m[1], Body: strings.TrimSpace(text[len(m[0]):])}
	return w, w.Body != ""
}

// decodeJSON takes one object by the names that writers give its parts.
func decodeJSON(text string) (w written, ok bool) {
	if !strings.HasPrefix(text, "{") {
		return w, false
	}
	var o map[string]any
	if json.Unmarshal([]byte(text), &o) != nil {
		return w, false
	}
	if inner, nested := o["article"].(map[string]any); nested {
		o = inner
	}
	first := func(keys ...string) string {
		for _, key := range keys {
			if s := words(o[key]); s != "" {
				return s
			}
		}
		return ""
	}
	w = written{
		Title: first("title", "标题"), Digest: first("digest", "summary", "摘要"), Author: first("author", "作者"),
		Body: first("markdown", "body", "content", "text", "article", "正文"),
	}
	if m := heading.FindStringSubmatch(w.Body); m != nil && (w.Title == "" || m[1] == w.Title) {
		w.Title, w.Body = m[1], strings.TrimSpace(w.Body[len(m[0]):])
	}
	return w, w.Title != "" && w.Body != ""
}

func words(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(storable(s))
}

// storable leaves out what no database keeps and no reader sees: broken characters and
// control signs.
func storable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == '\u0085' || r == '\uFEFF' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// decodeNotes reads a review: what should be mended. Nothing that it cannot read
// stops an article.
func decodeNotes(answer string) []string {
	var review struct {
		Notes []any `json:"notes"`
	}
	if !decodeObject(answer, &review) {
		return nil
	}
	var notes []string
	for _, n := range review.Notes {
		switch n := n.(type) {
		case string:
			notes = append(notes, n)
		case map[string]any:
			var parts []string
			for _, key := range []string{"where", "problem", "fix"} {
				if s := words(n[key]); s != "" {
					parts = append(parts, s)
				}
			}
			notes = append(notes, strings.Join(parts, ": "))
		}
		if len(notes) == maxNotes {
			break
		}
	}
	return notes
}

const maxNotes = 20

// decodeObject reads the one object of an answer, whatever stands around it.
func decodeObject(answer string, into any) bool {
	text := withoutThought(answer)
	from, to := strings.Index(text, "{"), strings.LastIndex(text, "}")
	return from >= 0 && to > from && json.Unmarshal([]byte(text[from:to+1]), into) == nil
}

// markdown is the article as a file: front matter and text.
func (w written) markdown() string {
	var b strings.Builder
	b.WriteString("---\n")
	for _, f := range [][2]string{{"title", w.Title}, {"author", w.Author}, {"digest", w.Digest}} {
		if f[1] != "" {
			b.WriteString(frontLine(f[0], f[1]))
		}
	}
	b.WriteString("---\n\n" + strings.TrimSpace(w.Body) + "\n")
	return b.String()
}

// frontLine is a key of the front matter with its value.
func frontLine(key, value string) string {
	quoted, _ := json.Marshal(value) // a JSON string is a YAML string
	return key + ": " + unescapeHTML.Replace(string(quoted)) + "\n"
}

// unescapeHTML undoes what JSON does to signs that people would like to read.
var unescapeHTML = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
