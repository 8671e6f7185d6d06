package markdown

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	bareAddress = regexp.MustCompile("https?://[^\\s<>\"\\p{Han}`\\\\*~|\\[\\]]+")
	lineSign    = regexp.MustCompile(`^(?:[-+=>|]|#{1,6}(?:\s|$)|:)`)
	lineNumber  = regexp.MustCompile(`^(\d{1,9})([.)])(\s|$)`)
	frontKey    = regexp.MustCompile(`^(?:title|author|digest|cover|content_source_url|标题|作者|摘要|封面)[ \t]*[:：]`)
	emojiName   = regexp.MustCompile(`:[A-Za-z0-9_+-]+:`)
	entityLike  = regexp.MustCompile(`&(#?[A-Za-z0-9]+;)`)
)

// sign has each sign that Markdown, or magpie's own forms, may read as something else.
// Brackets are written as numbers: behind a backslash they begin a formula, and slips like
// [a]（b） are understood before Markdown is read.
var sign = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", "&#91;", "]", "&#93;", "<", `\<`, "~~", `\~\~`, "$", `\$`, "==", `\=\=`,
)

// Escape writes text so that Markdown, as magpie reads it, says it as it is. first says that it
// is what the document begins with, inTable that it stands in a cell.
func Escape(text string, first, inTable bool) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		line = strings.TrimLeft(line, " \t")
		if first && i == 0 && frontKey.MatchString(line) {
			key := []rune(line)[0] // as a number, it is no key of front matter
			b.WriteString("&#" + strconv.Itoa(int(key)) + ";")
			line = line[len(string(key)):]
		}
		switch number := lineNumber.FindStringSubmatch(line); {
		case number != nil:
			b.WriteString(number[1] + `\` + number[2])
			line = line[len(number[1])+1:]
		case lineSign.MatchString(line):
			b.WriteString(`\` + line[:1])
			line = line[1:]
		}
		at := 0
		for _, found := range bareAddress.FindAllStringIndex(line, -1) {
			// Markdown makes a link of a bare address, in which no backslash may stand.
			b.WriteString(inLine(line[at:found[0]], inTable) + line[found[0]:found[1]])
			at = found[1]
		}
		b.WriteString(inLine(line[at:], inTable))
	}
	return b.String()
}

func inLine(text string, inTable bool) string {
	text = entityLike.ReplaceAllString(text, "&amp;$1")
	text = withoutNames(sign.Replace(text))
	if inTable {
		text = strings.ReplaceAll(text, "|", `\|`)
	}
	return text
}

// withoutNames writes the colon before what would be the name of an emoji as a sign. The one
// behind a name may begin another.
func withoutNames(text string) string {
	var b strings.Builder
	for {
		at := emojiName.FindStringIndex(text)
		if at == nil {
			return b.String() + text
		}
		b.WriteString(text[:at[0]] + `\:` + text[at[0]+1:at[1]-1])
		text = text[at[1]-1:]
	}
}
