package bot

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/cards"
)

func newTestWords(t testing.TB) *Words {
	t.Helper()
	w, err := NewWords(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Every catalogue says the same things of the same arguments in both languages.
func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	argument := regexp.MustCompile(`\{\{[^}]*?\.([A-Za-z_]+)[^}]*\}\}`)
	read := func(name string) map[string][]string {
		raw, err := catalogues.ReadFile(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		var file map[string]any
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		keys := make(map[string][]string)
		for key, said := range file {
			forms := []string{}
			switch said := said.(type) {
			case string:
				forms = append(forms, said)
			case map[string]any:
				if _, ok := said["other"]; !ok {
					t.Errorf("%s: %s has no plural form \"other\"", name, key)
				}
				for _, form := range said {
					forms = append(forms, form.(string))
				}
			default:
				t.Errorf("%s: %s is a %T", name, key, said)
			}
			args := map[string]bool{}
			for _, form := range forms {
				if strings.TrimSpace(form) == "" {
					t.Errorf("%s: %s says nothing", name, key)
				}
				for _, m := range argument.FindAllStringSubmatch(form, -1) {
					args[m[1]] = true
				}
			}
			delete(args, "count") // "one" may leave it out
			keys[key] = slices.Sorted(maps.Keys(args))
		}
		return keys
	}
	files, err := catalogues.ReadDir("words")
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string]string{}
	for _, file := range files {
		name := filepath.Join("words", file.Name())
		base, isEnglish := strings.CutSuffix(name, ".en.json")
		if !isEnglish {
			if !strings.HasSuffix(name, ".zh.json") {
				t.Errorf("%s is neither NAME.en.json nor NAME.zh.json", name)
			}
			continue
		}
		en, zh := read(name), read(base+".zh.json")
		for key := range en {
			if owner, taken := owners[key]; taken {
				t.Errorf("%s stands in %s and %s", key, owner, name)
			}
			owners[key] = name
			if zhArgs, ok := zh[key]; !ok {
				t.Errorf("%s: %s is not said in Chinese", name, key)
			} else if !slices.Equal(en[key], zhArgs) {
				t.Errorf("%s: %s: arguments en %v, zh %v", name, key, en[key], zhArgs)
			}
		}
		for key := range zh {
			if _, ok := en[key]; !ok {
				t.Errorf("%s: %s is not said in English", name, key)
			}
		}
	}
}

// A key that stands twice in a language has one of its sentences lost: the reader of JSON
// keeps the last, and the refusal that meant the first one says a table's head.
func TestNoKeyStandsTwice(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "zh"} {
		files, err := filepath.Glob("words/*." + language + ".json")
		if err != nil || len(files) < 5 {
			t.Fatalf("%v, %v", files, err)
		}
		seen := map[string]string{}
		for _, name := range files {
			raw, err := catalogues.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dec := json.NewDecoder(bytes.NewReader(raw))
			if _, err := dec.Token(); err != nil { // {
				t.Fatalf("%s: %v", name, err)
			}
			for dec.More() {
				key, err := dec.Token()
				var said any
				if err == nil {
					err = dec.Decode(&said)
				}
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if before, twice := seen[key.(string)]; twice {
					t.Errorf("%s stands in %s and in %s", key, before, name)
				}
				seen[key.(string)] = name
			}
		}
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	noon := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	part := func(title any) cards.Text { return cards.T("bot.part", "n", 2, "of", 3, "title", title) }
	for _, test := range []struct {
		name   string
		text   cards.Text
		lang   string
		mrkdwn string
		plain  string
	}{
		{"nothing", cards.Text{}, "en", "", ""},
		{"plain", cards.Plain("a & b <c>"), "en", "a &amp; b &lt;c&gt;", "a & b <c>"},
		{"mention as text", cards.Plain("<!channel> <@U1>"), "en", "&lt;!channel&gt; &lt;@U1&gt;", "<!channel> <@U1>"},
		{"bold as text", cards.Plain("*no*"), "en", "`*no*`", "*no*"},
		{"id with underscores", cards.Plain("tmpl_a_1"), "en", "tmpl_a_1", "tmpl_a_1"},
		{"id that would be italic", cards.Plain("_x_-"), "en", "`_x_-`", "_x_-"},
		{"emoji as text", cards.Plain(":tea:"), "en", "`:tea:`", ":tea:"},
		{"quote as text", cards.Plain("a\n> b"), "en", "```\na\n&gt; b\n```", "a\n> b"},
		{"backticks", cards.Plain("a`b"), "en", "```\na`b\n```", "a`b"},
		{"fences", cards.Plain("a```b"), "en", "```\na`\u200B`\u200B`b\n```", "a```b"},
		{"turned around", cards.Plain("a\u202Eb"), "en", "a⟨U+202E⟩b", "a⟨U+202E⟩b"},
		{"code", cards.Code("approve 17"), "en", "`approve 17`", "approve 17"},
		{"link", cards.Link("https://a.example/x?b=_c_&d=*"), "en", "<https://a.example/x?b=_c_&amp;d=*>", "https://a.example/x?b=_c_&d=*"},
		{"link in text", part(cards.Link("http://a.example/")), "en", "Part 2 of 3 · <http://a.example/>", "Part 2 of 3 · http://a.example/"},
		{"no link", cards.Link("javascript:alert(1)"), "en", "javascript:alert(1)", "javascript:alert(1)"},
		{"link that would end", cards.Link("https://a.example/|x> <!here>"), "en", "https://a.example/|x&gt; &lt;!here&gt;", "https://a.example/|x> <!here>"},
		{"both", cards.Both("tea", "茶"), "zh", "茶", "茶"},
		{"string", part("x <y>"), "en", "Part 2 of 3 · x &lt;y&gt;", "Part 2 of 3 · x <y>"},
		{"string that formats", part("~x~"), "en", "Part 2 of 3 · `~x~`", "Part 2 of 3 · ~x~"},
		{"string of lines", part("x\ny\r\nz"), "en", "Part 2 of 3 · x↵y↵z", "Part 2 of 3 · x↵y↵z"},
		{"string with a tab", part("x\ty"), "en", "Part 2 of 3 · x⇥y", "Part 2 of 3 · x⇥y"},
		{"string that turns back", part("x\ry"), "en", "Part 2 of 3 · x⟨U+000D⟩y", "Part 2 of 3 · x⟨U+000D⟩y"},
		{"code with a tab", cards.Code("x\ty"), "en", "`x⇥y`", "x\ty"},
		{"code of lines", cards.Code("x\n\ty"), "en", "```\nx\n\ty\n```", "x\n\ty"},
		{"template in a value", part("{{.n}}"), "en", "Part 2 of 3 · {{.n}}", "Part 2 of 3 · {{.n}}"},
		{"mark in a value", part("\uE0000\uE001"), "en", "Part 2 of 3 · \uE0000\uE001", "Part 2 of 3 · \uE0000\uE001"},
		{"chinese", part("x"), "zh", "第 2 部分，共 3 部分 · x", "第 2 部分，共 3 部分 · x"},
		{"user", part(cards.User("U1")), "en", "Part 2 of 3 · <@U1>", "Part 2 of 3 · @U1"},
		{"group", part(cards.User("S1")), "en", "Part 2 of 3 · <!subteam^S1>", "Part 2 of 3 · @S1"},
		{"no user", part(cards.User("U1> <!here")), "en", "Part 2 of 3 · U1&gt; &lt;!here", "Part 2 of 3 · U1> <!here"},
		{"channel", part(cards.Channel("C1")), "en", "Part 2 of 3 · <#C1>", "Part 2 of 3 · #C1"},
		{"list", part([]cards.User{"U1", "U2", "U3"}), "en", "Part 2 of 3 · <@U1>, <@U2> and <@U3>", "Part 2 of 3 · @U1, @U2 and @U3"},
		{"list in chinese", part([]cards.User{"U1", "U2", "U3"}), "zh", "第 2 部分，共 3 部分 · <@U1>、<@U2> 和 <@U3>", "第 2 部分，共 3 部分 · @U1、@U2 和 @U3"},
		{"bold in chinese", cards.T("fault.no_trial_openids"), "zh",
			"我不知道你自己的 openid。请先说一次 `me openid=OPENID`，发给自己无需审批；也可以用 `audience test 名称 OPENID` 登记多个。然后再按 *试发*。", "我不知道你自己的 openid。请先说一次 me openid=OPENID，发给自己无需审批；也可以用 audience test 名称 OPENID 登记多个。然后再按试发。"},
		{"text in text", part(cards.T("bot.empty")), "zh", "第 2 部分，共 3 部分 · （空）", "第 2 部分，共 3 部分 · （空）"},
		{"time", part(noon), "en", "Part 2 of 3 · <!date^1795320000^{date_short_pretty} {time}|2026-11-22 12:00 Asia/Shanghai>", "Part 2 of 3 · 2026-11-22 12:00 Asia/Shanghai"},
		{"time of day", cards.T("does.schedule_daily", "words", "Every day at 09:00", "zone", "Shanghai", "fire", noon, "name", "tea", "inner", ""), "en",
			"Every day at 09:00 (Shanghai; <!date^1795320000^{time}|12:00> for you), schedule *tea*: ",
			"Every day at 09:00 (Shanghai; 12:00 for you), schedule tea: "},
		{"one", cards.T("bot.continues", "count", 1), "en", "⤵ The rest follows in one more message.", "⤵ The rest follows in one more message."},
		{"many", cards.T("bot.continues", "count", 2), "en", "⤵ The rest follows in 2 more messages.", "⤵ The rest follows in 2 more messages."},
		{"unknown key", cards.T("no.such.key", "x", "y"), "zh", "no.such.key", "no.such.key"},
		{"missing argument", cards.T("bot.part", "n", 1, "of", 2), "en", "Part 1 of 2 · ?", "Part 1 of 2 · ?"},
		{"value in the template's code", cards.T("bot.form_failed", "reason", "*x*", "line", "a `*b*`"), "zh",
			"Slack 未能打开表单（`*x*`）。请点击按钮重试，或直接把参数写在命令里： `a ˋ*b*ˋ …`", "Slack 未能打开表单（*x*）。请点击按钮重试，或直接把参数写在命令里： a `*b*` …"},
	} {
		if got := w.Say(test.text, test.lang, "Asia/Shanghai"); got != test.mrkdwn {
			t.Errorf("%s: Say(%+v)\n got %q\nwant %q", test.name, test.text, got, test.mrkdwn)
		}
		if got := w.Plain(test.text, test.lang, "Asia/Shanghai"); got != test.plain {
			t.Errorf("%s: Plain(%+v)\n got %q\nwant %q", test.name, test.text, got, test.plain)
		}
	}
}

// What is missing in a catalogue is logged once, not once a message.
func TestComplaints(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w, err := NewWords(slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	// One of something is no fault where the words are the same for many.
	if got, want := w.Say(cards.T("audience.list_more", "count", 1), "en", "UTC"), "The first 1 by name."; got != want || log.Len() > 0 {
		t.Errorf("one of many: got %q and the log %q, want %q and none", got, log.String(), want)
	}
	for range 3 {
		w.Say(cards.T("no.such.key"), "en", "UTC")
	}
	if got := strings.Count(log.String(), "no.such.key"); got < 1 || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("log of an unknown key said thrice:\n%s\nwant one line", log.String())
	}
}

// Nothing a value holds can leave Slack's hands as markup.
func FuzzSafe(f *testing.F) {
	for _, s := range []string{"<!channel>", "*a*", "`a`", "```", "> q", "a_b", ":x:", "&amp;", "\u202E", "`", "a\n`b", "```\n<@U1>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := safe(s)
		if strings.ContainsAny(strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(got), "<>&") {
			t.Errorf("safe(%q) = %q: not escaped", s, got)
		}
		open := got
		for open != "" { // outside code, nothing formats
			token := nextToken(open)
			open = open[len(token):]
			if len(token) == 1 && token == "`" {
				t.Errorf("safe(%q) = %q: a loose backtick", s, got)
			}
		}
		for _, limit := range []int{40, 300} {
			for _, piece := range splitMrkdwn(got, limit) {
				if size(piece) > limit {
					t.Errorf("splitMrkdwn(%q, %d): a piece of %d", got, limit, size(piece))
				}
			}
		}
		if again := shown(shown(s)); again != shown(s) {
			t.Errorf("shown(%q) leaves something for a second time: %q", s, again)
		}
		if strings.Join(cutText(s, 30), "") != s {
			t.Errorf("cutText(%q) loses something", s)
		}
	})
}

// TestHoldsOfBefore: a post that was queued by an earlier magpie says less of what is held, and
// is drawn all the same.
func TestHoldsOfBefore(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for key, want := range map[string][2]string{
		"hold.paused_all":  {"*Everything is held* by <@U1> since", "no call to WeChat begins until an admin says `resume-all`"},
		"hold.resumed_all": {"*Everything goes on:* <@U1> said `resume-all`,"},
	} {
		said := w.Say(cards.T(key, "who", cards.User("U1"), "at", at), "en", "UTC")
		if strings.Contains(said, "?") || !strings.Contains(said, want[0]) || !strings.Contains(said, want[1]) {
			t.Errorf("%s says %q, want %q", key, said, want)
		}
		said = w.Say(cards.T(key, "who", cards.User("U1"), "at", at), "zh", "UTC")
		if strings.Contains(said, "?") || !strings.Contains(said, "全部发送") || !strings.Contains(said, "`resume-all`") {
			t.Errorf("%s says %q", key, said)
		}
	}
}
