// Package cardstest checks that what a room says has words.
package cardstest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Said are the keys that the code of the package under test says: the groups that
// pattern finds in its files, tests excepted.
func Said(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no code here: %v", err)
	}
	said := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			said[strings.Join(m[1:], "")] = true
		}
	}
	return said
}

// Words checks a room's words, bot/words/ROOM.en.json: every key that is said has words,
// and no words are left over. A key that ends with _ or . stands for all that begin
// with it. That Chinese says the same is checked beside the words.
func Words(t *testing.T, room string, said map[string]bool) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "bot", "words", room+".en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]any
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	var beginnings []string
	for key := range said {
		if strings.HasSuffix(key, "_") || strings.HasSuffix(key, ".") {
			beginnings = append(beginnings, key)
		} else if words[key] == nil {
			t.Errorf("key %s is said and has no words", key)
		}
	}
	for key := range words {
		if !said[key] && !slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(key, b) }) {
			t.Errorf("key %s has words and is not said", key)
		}
	}
}
