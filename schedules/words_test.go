package schedules

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"magpie/outbox"
)

// catalogue reads this room's words: every key with all its forms.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../bot/words/schedules." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var entries map[string]any
	if err := json.Unmarshal(raw, &entries); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for key, entry := range entries {
		out[key] = fmt.Sprint(entry)
	}
	return out
}

func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	en, zh := catalogue(t, "en"), catalogue(t, "zh")
	used := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	literal := regexp.MustCompile(`(?:cards\.T|cards\.Refuse|s\.refuse)\("([a-z_.]+[a-z])"|key :?= "(fault\.[a-z_]+)"`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if matched, _ := filepath.Match("*_test.go", file); matched {
			continue
		}
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			used[m[1]+m[2]] = true
		}
	}
	for _, state := range []State{Waiting, Active, Paused, Ended, Removed} {
		used["schedule.state."+string(state)] = true
	}
	for _, state := range []string{"firing", "asked", "open", "skipped"} {
		used["schedule.run."+state] = true
	}
	for _, state := range outbox.States { // a run ends as its request does
		if state.Ended() {
			used["schedule.run."+string(state)] = true
		}
	}
	for _, verb := range []string{"paused", "resumed", "removed", "ran_missed", "skipped_missed"} {
		used["schedule.verb."+verb] = true
	}
	for _, name := range fieldNames {
		used["spec."+name] = true
	}
	for lang, words := range map[string]map[string]string{"en": en, "zh": zh} {
		for key := range used {
			if _, ok := words[key]; !ok {
				t.Errorf("%s: key %s is used and has no words", lang, key)
			}
		}
		for key := range words {
			if !used[key] {
				t.Errorf("%s: key %s has words and is not used", lang, key)
			}
		}
	}
	argument := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	argsOf := func(s string) []string {
		set := map[string]bool{}
		for _, m := range argument.FindAllStringSubmatch(s, -1) {
			set[m[1]] = true
		}
		return slices.Sorted(maps.Keys(set))
	}
	for key := range en {
		if got, want := argsOf(zh[key]), argsOf(en[key]); !slices.Equal(got, want) {
			t.Errorf("%s: arguments in zh %v, in en %v", key, got, want)
		}
	}
}
