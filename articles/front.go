package articles

import (
	"regexp"
	"slices"
	"strings"

	"magpie/articles/render"
)

// withFrontOf writes a new text, keeping what else the front matter of the old said, in lines
// of --- or without them.
func withFrontOf(old string, w written) string {
	text := w.markdown()
	_, body, err := render.ParseFront(old)
	if err != nil {
		_, body, _ = cutFront(old) // what cannot be read is kept, too
	}
	more := otherLines(strings.TrimSuffix(strings.ReplaceAll(old, "\r\n", "\n"), strings.ReplaceAll(body, "\r\n", "\n")))
	if len(more) == 0 {
		return text
	}
	front, body, _ := cutFront(text)
	return "---\n" + front + "\n" + strings.Join(more, "\n") + "\n---\n" + body
}

// frontKey finds what a line of front matter is about.
var frontKey = regexp.MustCompile(`^["']?([^\s"':：]+)["']?[ \t]*(:|：)`)

// otherLines are the lines of a front matter that say something else than title, author and
// digest.
func otherLines(head string) []string {
	var more []string
	ours := false
	for line := range strings.SplitSeq(strings.TrimPrefix(head, "\uFEFF"), "\n") {
		if l := strings.TrimRight(line, " \t"); l == "" || l == "---" || l == "..." {
			continue
		}
		if m := frontKey.FindStringSubmatch(line); m != nil {
			ours = slices.Contains([]string{"title", "author", "digest", "标题", "作者", "摘要"}, m[1])
			if m[2] == "：" {
				line = strings.Replace(line, "：", ": ", 1)
			}
		} else if strings.TrimLeft(line, " \t-") == line {
			ours = false // what a line above goes on with is further in, or has a dash
		}
		if !ours {
			more = append(more, line)
		}
	}
	return more
}

// cutFront cuts a text into its front matter and the rest.
func cutFront(text string) (front, body string, found bool) {
	rest, ok := strings.CutPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "---\n")
	if !ok {
		return "", text, false
	}
	front, body, found = strings.Cut(rest, "\n---\n")
	if !found {
		return "", text, false
	}
	return front, body, true
}
