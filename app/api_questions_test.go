package app

import (
	"strings"
	"testing"

	"magpie/store/storetest"
)

// A question to a person is no acceptance: nothing was done.
func TestAPIQuestions(t *testing.T) {
	t.Parallel()
	_, say := saysByToken(t, storetest.SQLite(t))
	for _, c := range []struct {
		line string
		want int
		text string
	}{
		{"audience test all oA", 202, ""},
		{"audience test all oB", 422, "?"},
		{"audience remove all", 422, "Remove @all"},
		{"audience show all", 202, "all"},
	} {
		if got, _, text := say(c.line, ""); got != c.want || text == "" || !strings.Contains(text, c.text) {
			t.Errorf("%s: got %d %q, want %d, %q", c.line, got, text, c.want, c.text)
		}
	}
}
