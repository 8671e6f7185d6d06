package render

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"magpie/cards"
)

// markPattern is a fact to verify; one that nobody closed goes on to the line's end.
var markPattern = regexp.MustCompile(`(?:【\s*待\s*核\s*实\s*[：:]?([^】\n]*)|\[\s*待\s*核\s*实\s*[：:]?([^\]\n]*))`)

// checkMarks numbers the facts to verify, those of the front matter first. What readers
// would see is searched, so that no markup hides a mark.
func (w *writer) checkMarks() {
	f := w.article.Front
	for _, field := range [][2]string{{"title", f.Title}, {"author", f.Author}, {"digest", f.Digest}} {
		for _, m := range markPattern.FindAllStringSubmatch(field[1], -1) {
			w.mark(m[1]+m[2], field[0], 0)
		}
	}
	text := w.text.String()
	for _, at := range markPattern.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		m := markPattern.FindStringSubmatch(found)
		w.mark(m[1]+m[2], "", w.lineOfText(at[0], found))
	}
	for _, image := range w.article.Images {
		for _, m := range markPattern.FindAllStringSubmatch(image.Alt, -1) {
			w.mark(m[1]+m[2], "", image.Line)
		}
	}
}

func (w *writer) mark(said, where string, line int) {
	n := len(w.article.Marks) + 1
	said = strings.TrimSpace(said)
	if where == "" {
		where = fmt.Sprintf("L%d", line)
	}
	w.article.Marks = append(w.article.Marks, Mark{N: n, Text: said, Where: where})
	finding := Finding{Code: "mark", Blocks: true, Line: line, Text: cards.T("render.mark", "n", n, "text", said)}
	if line == 0 {
		finding.Where = where
	}
	w.add(finding)
}

// lineOfText is the line of the Markdown that a place in the text came from: where its
// block begins, or further down in the block where the words themselves stand.
func (w *writer) lineOfText(at int, said string) int {
	i := sort.Search(len(w.spots), func(i int) bool { return w.spots[i].at > at }) - 1
	if i < 0 {
		return 0
	}
	first := w.spots[i].line
	until := first + 20
	if i+1 < len(w.spots) {
		until = min(until, max(first, w.spots[i+1].line-1))
	}
	for line := first; line <= until; line++ {
		if strings.Contains(w.line(line), said) {
			return line
		}
	}
	return first
}
