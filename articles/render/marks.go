package render

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode"

	"magpie/cards"
)

// markPattern is a fact to verify; one that nobody closed goes on to the line's end.
// Space and signs that nobody sees do not hide it.
var markPattern = regexp.MustCompile(`(?:【[\s\p{Cf}]*待[\s\p{Cf}]*核[\s\p{Cf}]*实[\s\p{Cf}]*[：:]?([^】\n]*)】?|\[[\s\p{Cf}]*待[\s\p{Cf}]*核[\s\p{Cf}]*实[\s\p{Cf}]*[：:]?([^\]\n]*)\]?)`)

// markSign is a letter that every mark has.
const markSign = "待"

// checkMarks numbers the facts to verify, those of the front matter first. What readers
// would see is searched, so that no markup hides a mark.
func (c *checker) checkMarks() {
	f := c.article.Front
	for _, field := range [][2]string{{"title", f.Title}, {"author", f.Author}, {"digest", f.Digest}} {
		c.marksIn(field[1], field[0]+" "+gist(field[1]), field[0], nil)
	}
	text, about := c.read.text.String(), ""
	if !strings.Contains(text, markSign) {
		text = "" // most articles
	}
	for at, i := 0, 0; at < len(text); {
		start, first := at, i
		for i++; i < len(c.read.spots) && c.read.spots[i].line == c.read.spots[first].line; { // a table's row is one passage
			i++
		}
		at = len(text)
		if i < len(c.read.spots) {
			at = c.read.spots[i].at
		}
		if said := gist(text[start:at]); said != "" {
			about = said // else its marks are about what stands before
		}
		c.marksIn(text[start:at], about, "", func(at int, found string) int { return c.read.lineOfText(start+at, found) })
	}
	for _, image := range c.article.Images {
		c.marksIn(image.Alt, image.Src+" "+gist(image.Alt), "", func(int, string) int { return image.Line })
	}
}

// gist is a sum of what a passage says beside its marks, "" where that is nothing.
func gist(passage string) string {
	said := squeeze(markPattern.ReplaceAllString(passage, ""))
	if !strings.ContainsFunc(said, isSaid) {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(said)))
}

// isSaid reports whether a sign says anything by itself.
func isSaid(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// squeeze takes away all space and what nobody sees, which says nothing.
func squeeze(s string) string { return strings.Join(strings.Fields(seen(s)), "") }

// nearBy is how many bytes before a mark are kept, to tell those apart that say nothing.
const nearBy = 60

// marksIn notes the marks of a passage, which are about what it says.
func (c *checker) marksIn(passage, about, where string, line func(at int, found string) int) {
	if !strings.Contains(passage, markSign) {
		return
	}
	before, last := 0, 0 // how much the passage says before a mark, other marks not counted
	for _, at := range markPattern.FindAllStringIndex(passage, -1) {
		found := passage[at[0]:at[1]]
		before += len(squeeze(passage[last:at[0]]))
		m := markPattern.FindStringSubmatch(found)
		mark := Mark{Text: strings.TrimSpace(m[1] + m[2]), Where: where}
		mark.Near = strings.Join(strings.Fields(strings.ToValidUTF8(passage[max(last, at[0]-nearBy):at[0]], "")), " ")
		mark.Place = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d", squeeze(mark.Text), about, before)))[:32]
		number := 0
		if line != nil {
			number = line(at[0], found)
		}
		c.mark(mark, number)
		last = at[1]
	}
}

func (c *checker) mark(m Mark, line int) {
	m.N = len(c.article.Marks) + 1
	if c.placed[m.Place]++; c.placed[m.Place] > 1 {
		m.Place += fmt.Sprintf(".%d", c.placed[m.Place])
	}
	finding := Finding{Code: "mark", Blocks: true, Line: line, Where: m.Where, Text: cards.T("render.mark", "n", m.N, "text", m.Said())}
	if m.Where == "" {
		m.Where = fmt.Sprintf("L%d", line)
	}
	c.article.Marks = append(c.article.Marks, m)
	c.add(finding)
}

// plainText is what readers read, without markup, and where it stands in the Markdown.
type plainText struct {
	*manuscript
	text  strings.Builder
	spots []spot // where its blocks stand
}

// spot says that the text from at on came from the Markdown's line.
type spot struct{ at, line int }

// lineOfText is the line of the Markdown that a place in the text came from: where its
// block begins, or further down in the block where the words themselves stand.
func (p *plainText) lineOfText(at int, said string) int {
	i := sort.Search(len(p.spots), func(i int) bool { return p.spots[i].at > at }) - 1
	if i < 0 {
		return 0
	}
	first := p.spots[i].line
	until := first + 20
	if i+1 < len(p.spots) {
		until = min(until, max(first, p.spots[i+1].line-1))
	}
	for line := first; line <= until; line++ {
		if strings.Contains(p.line(line), said) {
			return line
		}
	}
	return first
}
