package render

import (
	"regexp"
	"strconv"
	"strings"

	"magpie/cards"
)

// Mend is a repair of the Markdown that a machine can make. It belongs to the Markdown
// that its finding was found in; on any other it changes nothing.
type Mend struct {
	// Label says what it does, for a button.
	Label cards.Text

	from, to  int
	old, text string
}

// Apply gives the Markdown mended.
func (m *Mend) Apply(md string) string {
	if m == nil || m.to > len(md) || md[m.from:m.to] != m.old {
		return md
	}
	return md[:m.from] + m.text + md[m.to:]
}

// says names the mend.
func (m *Mend) says(key string, pairs ...any) *Mend {
	m.Label = cards.T(key, pairs...)
	return m
}

// edit is a mend that puts text in the place of the file's bytes from … to.
func (ms *manuscript) edit(from, to int, text string) *Mend {
	return &Mend{from: from, to: to, old: string(ms.markdown[from:to]), text: text}
}

// editFront is a mend that gives a key of the front matter another value. A value that
// goes on over several lines is a person's to mend.
func (ms *manuscript) editFront(m matter, key, value string) *Mend {
	number := m.lines[key]
	if number < 1 || number >= len(ms.starts) {
		return nil
	}
	from, to := ms.starts[number-1], ms.starts[number]-1
	old := strings.TrimRight(string(ms.markdown[from:to]), "\r")
	head := frontLine.FindString(old)
	if head == "" || number < len(ms.starts) && strings.HasPrefix(string(ms.markdown[ms.starts[number]:]), " ") {
		return nil
	}
	return ms.edit(from, from+len(old), head+" "+strconv.Quote(value))
}

var frontLine = regexp.MustCompile(`^(?:[A-Za-z_]+|标题|作者|摘要|封面|主题)[ \t]*(?:：|:)`)

// cut shortens s to at most n letters, at the end of a sentence or a clause where there
// is one in the second half, else between words, with a sign that more was there.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	for i := n; i > n/2; i-- {
		switch r[i-1] {
		case '。', '！', '？', '!', '?':
			return string(r[:i])
		}
	}
	for i := n; i > n/2; i-- {
		if strings.ContainsRune("，、；：,;:—|｜· ", r[i]) {
			return strings.TrimRight(string(r[:i]), "，、；：,;:—|｜· ")
		}
	}
	end := n - 1
	for end > n/2 && isLetterOrDigit(r[end-1]) && isLetterOrDigit(r[end]) {
		end--
	}
	return strings.TrimRight(string(r[:end]), " ") + "…"
}
