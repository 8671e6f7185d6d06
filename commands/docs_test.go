package commands

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The column of commands in docs/wechat.md names commands that there are.
func TestTheTableOfAPIsNamesCommands(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../docs/wechat.md")
	if err != nil {
		t.Fatal(err)
	}
	b := New(Options{})
	named := 0
	for _, line := range strings.Split(string(raw), "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 5 || !strings.HasPrefix(line, "| `") {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1) {
			named++
			if b.index.lookup(m[1]) == nil {
				t.Errorf("%s: there is no command %q", cells[0], m[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("%d commands named, want more", named)
	}
}
