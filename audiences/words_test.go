package audiences

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every key that is said here has words in both languages with the same arguments, and
// no words are left over.
func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	catalogue := func(lang string) map[string]string {
		raw, err := os.ReadFile("../bot/words/audiences." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var entries map[string]any
		if err := json.Unmarshal(raw, &entries); err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for key, entry := range entries {
			if many, ok := entry.(map[string]any); ok {
				entry = many["other"]
			}
			out[key] = entry.(string)
		}
		return out
	}
	en, zh := catalogue("en"), catalogue("zh")
	used := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	jobs := []string{jobFill, jobUnsubscribe}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(audience\.[a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
			if !strings.HasSuffix(file, "_test.go") && !slices.Contains(jobs, m[1]) {
				used[m[1]] = true
			}
		}
	}
	for _, verb := range []string{"imported", "replaced", "removed", "ready", "failed"} {
		used["audience.verb_"+verb] = true
	}
	delete(used, "audience.verb_")
	args := func(s string) []string {
		names := regexp.MustCompile(`\{\{\.\w+\}\}`).FindAllString(s, -1)
		slices.Sort(names)
		return slices.Compact(names)
	}
	for key := range used {
		if en[key] == "" || zh[key] == "" {
			t.Errorf("key %s is used; words: en %q, zh %q", key, en[key], zh[key])
		}
	}
	for key, words := range en {
		if got, want := args(zh[key]), args(words); !slices.Equal(got, want) {
			t.Errorf("%s: arguments in zh %v, in en %v", key, got, want)
		}
		if !used[key] {
			t.Errorf("key %s has words and is not used", key)
		}
	}
	if len(zh) != len(en) {
		t.Errorf("words: %d in zh, %d in en", len(zh), len(en))
	}
}
