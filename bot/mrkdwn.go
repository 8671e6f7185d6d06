package bot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Slack's mrkdwn has no escape character: a value that would format is set in code,
// where every character stands for itself. Text objects are drawn verbatim, so bare
// addresses and names stay bare.

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	emojiName = regexp.MustCompile(`:[A-Za-z0-9_+'-]+:`)
)

// escape makes the three characters harmless that mrkdwn gives a meaning everywhere.
func escape(s string) string { return escaper.Replace(s) }

// safe writes s so that mrkdwn shows it to the letter.
func safe(s string) string {
	if risky(s) {
		return code(s)
	}
	return escape(shown(s))
}

// code writes s in a fixed-width face.
func code(s string) string {
	s = escape(shown(s))
	switch {
	case strings.TrimSpace(s) == "":
		return s
	case !strings.ContainsAny(s, "`\n"):
		return "`" + inLine(s) + "`"
	}
	// Three backticks cannot stand inside three backticks; a space that nobody sees parts them.
	if strings.Contains(s, "```") {
		s = strings.ReplaceAll(s, "``", "`\u200B`\u200B")
	}
	if strings.HasSuffix(s, "`") {
		s += "\n"
	}
	return "```\n" + s + "\n```"
}

// risky reports whether mrkdwn might see formatting in s. A sign between two letters
// (an id such as tmpl_1_a) never formats.
func risky(s string) bool {
	if strings.Contains(s, "`") || emojiName.MatchString(s) || strings.HasPrefix(s, ">") || strings.Contains(s, "\n>") {
		return true
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '~', '_':
			if i == 0 || i == len(s)-1 || !isWordByte(s[i-1]) || !isWordByte(s[i+1]) {
				return true
			}
		}
	}
	return false
}

func isWordByte(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

func isWordRune(r rune) bool { return r == '_' || r < utf8.RuneSelf && isWordByte(byte(r)) }

func endsInLetter(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func beginsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// size is the length of s as Slack may count it: in UTF-16 units, never fewer than
// its characters.
func size(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// splitMrkdwn cuts s into pieces of at most limit, never inside a mention, a date, an
// escaped character or code (which is closed and opened again). Nothing is lost but
// the line break it cuts at.
func splitMrkdwn(s string, limit int) []string {
	var pieces []string
	var piece strings.Builder
	length, space, line := 0, -1, -1 // where it may best be cut
	flush := func(at int) {
		whole := piece.String()
		piece.Reset()
		if at < 0 {
			at = len(whole)
		}
		pieces = append(pieces, strings.TrimSuffix(whole[:at], "\n"))
		piece.WriteString(whole[at:])
		length, space, line = size(whole[at:]), -1, -1
	}
	for s != "" {
		token := nextToken(s)
		s = s[len(token):]
		for _, part := range splitCode(token, limit) {
			for length > 0 && length+size(part) > limit {
				if line > 0 {
					flush(line)
				} else {
					flush(space)
				}
			}
			piece.WriteString(part)
			length += size(part)
			switch part {
			case "\n":
				line = piece.Len()
			case " ":
				space = piece.Len()
			}
		}
	}
	if piece.Len() > 0 {
		flush(-1)
	}
	return pieces
}

// nextToken is what must stay together at the beginning of s.
func nextToken(s string) string {
	for _, pair := range [...][2]string{{"```", "```"}, {"`", "`"}, {"<", ">"}, {"&", ";"}} {
		if strings.HasPrefix(s, pair[0]) {
			if end := strings.Index(s[len(pair[0]):], pair[1]); end >= 0 {
				return s[:len(pair[0])+end+len(pair[1])]
			}
		}
	}
	return cluster(s)
}

// splitCode cuts code that is longer than limit into several pieces of code.
func splitCode(token string, limit int) []string {
	fence := ""
	for _, f := range [...]string{"```", "`"} {
		if strings.HasPrefix(token, f) && len(token) > 2*len(f) {
			fence = f
			break
		}
	}
	if fence == "" || size(token) <= limit {
		return []string{token}
	}
	inner := token[len(fence) : len(token)-len(fence)]
	var parts []string
	var part strings.Builder
	length := 0
	for inner != "" {
		c := cluster(inner)
		if strings.HasPrefix(inner, "&") {
			if end := strings.IndexByte(inner, ';'); end > 0 {
				c = inner[:end+1]
			}
		}
		inner = inner[len(c):]
		if length+size(c)+2*len(fence) > limit {
			parts = append(parts, fence+part.String()+fence)
			part.Reset()
			length = 0
		}
		part.WriteString(c)
		length += size(c)
	}
	return append(parts, fence+part.String()+fence)
}

// cutText cuts plain text into pieces of at most limit, losing nothing: joined they
// are s again. It cuts after a line or a word where there is one in the last quarter.
func cutText(s string, limit int) []string {
	var pieces []string
	for size(s) > limit {
		end, length, brk := 0, 0, 0
		for end < len(s) {
			c := cluster(s[end:])
			if length += size(c); length > limit {
				break
			}
			end += len(c)
			if (c == "\n" || c == " ") && length > limit*3/4 {
				brk = end
			}
		}
		if brk > 0 {
			end = brk
		}
		if end == 0 {
			_, end = utf8.DecodeRuneInString(s) // one cluster longer than the limit
		}
		pieces = append(pieces, s[:end])
		s = s[end:]
	}
	return append(pieces, s)
}

// shorten cuts s to limit with an ellipsis: for labels, never for content.
func shorten(s string, limit int) string {
	if size(s) <= limit {
		return s
	}
	return strings.TrimRight(cutText(s, limit-1)[0], " \n") + "…"
}

// cluster is the first character of s with all that belongs to it: combining marks,
// variation selectors, skin tones, what is joined to it, the second half of a flag.
// At most 64 bytes, so that no heap of marks grows without end.
func cluster(s string) string {
	first, end := utf8.DecodeRuneInString(s)
	flag := isRegional(first)
	for end < len(s) && end < 64 {
		r, n := utf8.DecodeRuneInString(s[end:])
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Variation_Selector) || r >= 0x1F3FB && r <= 0x1F3FF:
		case flag && isRegional(r):
			flag = false
		case r == '\u200D' && end+n < len(s):
			_, next := utf8.DecodeRuneInString(s[end+n:])
			n += next
		default:
			return s[:end]
		}
		end += n
	}
	return s[:end]
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
