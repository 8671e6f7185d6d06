package articles

import "strings"

// mostTail is how many characters of friendly words after a fenced article are overlooked;
// what is longer is kept as text.
const mostTail = 600

// fencedIn takes an article out of the fence that stands in an answer, after few friendly
// words at most. What the fence is called does not matter; what is in it must begin as an
// article does.
func fencedIn(text string) (inside string, ok bool) {
	lines := strings.SplitAfter(text, "\n")
	at, read := -1, 0
	for i, line := range lines {
		if isFence(line) {
			at = i
			break
		}
		if read += len(line); read > mostPreamble {
			return "", false
		}
	}
	if at < 0 || !isArticle(strings.Join(lines[at+1:], "")) {
		return "", false
	}
	open := fenceOf(lines[at])
	end := closing(lines, at, open)
	inside = strings.TrimSpace(strings.Join(lines[at+1:end], ""))
	if end < len(lines) {
		if tail := strings.TrimSpace(strings.Join(lines[end+1:], "")); len([]rune(tail)) > mostTail {
			inside += "\n\n" + tail
		}
	}
	return inside, true
}

// fenceOf is the run of signs that a fence line begins with; "" where it is none.
func fenceOf(line string) string {
	line = strings.TrimSpace(line)
	if line == "" || line[0] != '`' && line[0] != '~' {
		return ""
	}
	run := line[:len(line)-len(strings.TrimLeft(line, line[:1]))]
	if len(run) < 3 {
		return ""
	}
	return run
}

// closing is the line that closes the fence opened at a line; where none does, the end.
// Code inside has fences of its own: one with a name opens, the next bare one closes it; of
// bare ones alone the last closes the whole, if their number says so.
func closing(lines []string, at int, open string) int {
	var bare []int
	inner := false
	for i := at + 1; i < len(lines); i++ {
		run := fenceOf(lines[i])
		if len(run) < len(open) || run == "" || run[0] != open[0] {
			continue
		}
		switch named := strings.TrimSpace(lines[i]) != run; {
		case inner && !named:
			inner = false
		case !inner && named:
			inner = true
		case !inner:
			bare = append(bare, i)
		}
	}
	if len(bare)%2 == 1 {
		return bare[len(bare)-1]
	}
	return len(lines)
}
