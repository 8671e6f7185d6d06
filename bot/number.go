package bot

import (
	"slices"
	"strconv"
	"strings"
)

// counted are the arguments that count something. All other numbers name something, as a
// request's does, and have no marks.
var counted = []string{
	"count", "size", "ended", "left", "limit", "short", "leaves", "rate", "done", "failed", "unclear", "stopped",
	"total", "used", "sent", "others", "audience", "most", "shown", "was",
}

// number is how a number stands in a sentence: what counts has marks at the thousands. What
// others script against (the key "tally" and its like) has digits alone.
func number(key, name string, n int64) any {
	if n > -1000 && n < 1000 || !slices.Contains(counted, name) || key == "tally" || strings.HasPrefix(key, "tally.") {
		return n
	}
	return thousands(n)
}

// thousands is a number with a comma before each three digits.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	first := len(digits) % 3
	if n < 0 {
		first = 1 + (len(digits)-1)%3
	}
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (i-first)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}
