package articles

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
		raw, err := os.ReadFile("../bot/words/articles." + lang + ".json")
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
	var prefixes []string
	files, _ := filepath.Glob("*.go")
	literal := regexp.MustCompile(`(?:cards\.T|cards\.Refuse)\("(article\.[a-z_]+)"(\+)?|key := "(article\.[a-z_]+)"|key = "(article\.[a-z_]+)"`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			if m[2] == "+" || strings.HasSuffix(m[1], "_") {
				prefixes = append(prefixes, m[1])
			} else {
				used[m[1]+m[3]+m[4]] = true
			}
		}
	}
	argument := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	args := func(s string) []string {
		var names []string
		for _, m := range argument.FindAllStringSubmatch(s, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	for key := range used {
		if en[key] == "" {
			t.Errorf("key %s is used and has no words", key)
		}
	}
	for key, words := range en {
		if zh[key] == "" {
			t.Errorf("key %s is only in en", key)
		}
		if got, want := args(zh[key]), args(words); !slices.Equal(got, want) {
			t.Errorf("%s: arguments in zh %v, in en %v", key, got, want)
		}
		known := used[key] || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) || strings.HasSuffix(key, "_where")
		if !known {
			t.Errorf("key %s has words and is not used", key)
		}
	}
	for _, fixed := range []string{"silent", "busy", "key", "model", "service", "unreachable", "dropped", "refused", "cut", "nonsense", "endless", "stopped"} {
		if en["article.writer_"+fixed] == "" {
			t.Errorf("article.writer_%s has no words", fixed)
		}
	}
	if len(zh) != len(en) {
		t.Errorf("words: %d in zh, %d in en", len(zh), len(en))
	}
}
