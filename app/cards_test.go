package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// cardGoldens is where every card lies as Slack is given it, for all who look at cards: Slack's
// types, the test of the first screen, and the page of the playground.
const cardGoldens = "../bot/testdata/cards"

// cardsBegin is when the world of the cards begins: a Monday, ten in the morning in China.
var cardsBegin = time.Date(2027, 3, 1, 10, 0, 0, 0, wechat.China)

// TestCards tells what brings about every card, in both languages, and compares each with its
// golden file. In its scripts stand a story's commands, and
//
//	card NAME WHO WORDS…   waits as sees does; the message is what NAME.LANGUAGE.golden.json holds
//	private NAME WHO       is the same of what WHO was last told privately
//	modal NAME WHO         of the modal that WHO has open
//	home-card NAME WHO     of the home of WHO
//	mini-program TITLE     has the account be a Mini Program
func TestCards(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		t.Run(lang, func(t *testing.T) {
			commands := storyCommands()
			maps.Copy(commands, cardCommands(lang))
			testscript.Run(t, testscript.Params{
				Dir: "testdata/cards", RequireUniqueNames: true, Cmds: commands,
				Setup: func(env *testscript.Env) error {
					tb := env.T().(testing.TB)
					w := newWorld(tb, storetest.SQLite(tb), map[string]string{"LANGUAGE": lang})
					w.account(wechattest.Service, "Acme Tea")
					w.step(time.Until(cardsBegin))
					env.Values["world"] = w
					return nil
				},
				Condition: func(cond string) (bool, error) { return cond == lang, nil },
			})
		})
	}
}

// No golden file of a card is left that no script brings about.
func TestEveryCardIsBroughtAbout(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/cards/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	brought := map[string]bool{}
	for _, path := range scripts {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^(?:\[\w+\] )?(?:card|private|modal|home-card) (\S+)`).FindAllSubmatch(script, -1) {
			brought[string(m[1])+".en"], brought[string(m[1])+".zh"] = true, true
		}
	}
	files, err := filepath.Glob(filepath.Join(cardGoldens, "*.golden.json"))
	if err != nil || len(files) != len(brought) {
		t.Errorf("%d golden files, %v; the scripts bring about %d", len(files), err, len(brought))
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".golden.json"); !brought[name] {
			t.Errorf("no script brings about the card %s", name)
		}
	}
}

// account says of which kind the world's one account is, and what it is called.
func (w *world) account(kind wechattest.Kind, title string) {
	w.wechat.SetKind(kind)
	address := cmp.Or(w.env["WECHAT_API_URL"], w.env["WECHAT_MAIN_API_URL"])
	maps.Copy(w.env, map[string]string{
		"ACCOUNTS": "main", "WECHAT_APP_ID": "", "WECHAT_APP_SECRET": "", "WECHAT_API_URL": "",
		"WECHAT_MAIN_APP_ID": wechattest.DefaultAppID, "WECHAT_MAIN_APP_SECRET": wechattest.DefaultAppSecret,
		"WECHAT_MAIN_API_URL": address, "WECHAT_MAIN_KIND": string(kind), "WECHAT_MAIN_TITLE": title,
	})
}

// step moves the clocks of magpie and of WeChat on.
func (w *world) step(by time.Duration) {
	w.wechat.Advance(by)
	for _, other := range w.servers {
		if other != w.wechat {
			other.Advance(by)
		}
	}
	w.ahead.Add(int64(by))
}

func cardCommands(lang string) map[string]func(*testscript.TestScript, bool, []string) {
	// compared waits until what look finds is what the golden file holds.
	compared := func(ts *testscript.TestScript, name string, look looks) {
		goldenCard(ts, name+"."+lang, look)
	}
	return map[string]func(*testscript.TestScript, bool, []string){
		"mini-program": func(ts *testscript.TestScript, neg bool, args []string) {
			theWorld(ts).account(wechattest.MiniProgram, args[0])
		},
		"card": func(ts *testscript.TestScript, neg bool, args []string) {
			person := who(ts, args[1])
			compared(ts, args[0], func(is func(any) bool) (any, bool) {
				m, ok := theWorld(ts).find(person, func(m slacktest.Message) bool { return has(m, args[2:]) && is(messageOf(m)) })
				if !ok {
					return nil, false
				}
				tell(ts, readable(m))
				return messageOf(m), true
			})
		},
		"private": func(ts *testscript.TestScript, neg bool, args []string) {
			person := who(ts, args[1])
			compared(ts, args[0], func(is func(any) bool) (any, bool) {
				all := theWorld(ts).slack.Ephemerals(person)
				if len(all) == 0 {
					return nil, false
				}
				told := messageOf(all[len(all)-1])
				return told, is(told)
			})
		},
		"modal": func(ts *testscript.TestScript, neg bool, args []string) {
			person := who(ts, args[1])
			compared(ts, args[0], func(is func(any) bool) (any, bool) {
				open := theWorld(ts).slack.Views(person)
				if len(open) == 0 {
					return nil, false
				}
				top := viewOf(open[len(open)-1])
				return top, is(top)
			})
		},
		"home-card": func(ts *testscript.TestScript, neg bool, args []string) {
			person := who(ts, args[1])
			compared(ts, args[0], func(is func(any) bool) (any, bool) {
				home, ok := theWorld(ts).slack.Home(person)
				shown := viewOf(home)
				return shown, ok && is(shown)
			})
		},
	}
}

func messageOf(m slacktest.Message) any {
	return []any{map[string]any{"Text": m.Text, "Blocks": m.Blocks}}
}

func viewOf(v slacktest.View) any {
	plain := func(text string) any { return map[string]any{"type": "plain_text", "text": text} }
	view := map[string]any{"type": v.Type, "blocks": v.Blocks}
	for key, text := range map[string]string{"title": v.Title, "submit": v.SubmitLabel, "close": v.CloseLabel} {
		if text != "" {
			view[key] = plain(text)
		}
	}
	return view
}

// looks finds a card that satisfies something.
type looks func(is func(any) bool) (any, bool)

// settles is for how long a card must stay the same before -update takes it for what it becomes.
const settles = 2 * time.Second

// goldenCard waits until look finds a card as the golden file holds it, but for what is another
// each time. With -update it writes the one that changes no more.
func goldenCard(ts *testscript.TestScript, name string, look looks) {
	path := filepath.Join(cardGoldens, name+".golden.json")
	w := theWorld(ts)
	var seen []byte
	within := func(limit time.Duration, is func() bool) bool {
		waiting, cancel := context.WithTimeout(ctx(ts), limit)
		defer cancel()
		return w.slack.WaitFor(waiting, is) == nil
	}
	if *update {
		differs := func() bool {
			card, ok := look(func(any) bool { return true })
			if !ok {
				return false
			}
			now := lines(ts, lasting(ts, card))
			changed := !bytes.Equal(now, seen)
			seen = now
			return changed
		}
		if !within(45*time.Second, differs) {
			ts.Fatalf("there is no such card as %s", name)
		}
		for within(settles, differs) {
		}
		ts.Check(os.MkdirAll(cardGoldens, 0o755))
		ts.Check(os.WriteFile(path, seen, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	ts.Check(err)
	same := func(card any) bool {
		seen = lines(ts, lasting(ts, card))
		return bytes.Equal(seen, want)
	}
	found := func() bool { _, ok := look(same); return ok }
	if !within(45*time.Second, found) {
		ts.Fatalf("%s is another card (-update writes it anew):\n%s", path, seen)
	}
}

// lasting is a card without the ids that Slack gave, with the times rounded down to the ten
// minutes that the script began in, and with words for WeChat's ids and sums.
func lasting(ts *testscript.TestScript, card any) any {
	raw, err := json.Marshal(card)
	ts.Check(err)
	said := string(raw)
	for _, c := range changing {
		said = c.found.ReplaceAllStringFunc(said, c.stead)
	}
	var out any
	dec := json.NewDecoder(strings.NewReader(said))
	dec.UseNumber()
	ts.Check(dec.Decode(&out))
	return out
}

var digits = regexp.MustCompile(`\d+`)

// changing is what is another each time, and what stands in its stead.
var changing = []struct {
	found *regexp.Regexp
	stead func(string) string
}{
	{regexp.MustCompile(`"(block_id|action_id)":"b[0-9a-f]{4,}",?`), func(string) string { return "" }},
	{regexp.MustCompile(`,\}`), func(string) string { return "}" }},
	{regexp.MustCompile(`date\^\d+|"timestamp":\d+`), func(s string) string {
		at := strings.LastIndexAny(s, "^:") + 1
		unix, _ := strconv.ParseInt(s[at:], 10, 64)
		return s[:at] + strconv.FormatInt(unix-unix%600, 10)
	}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d`), func(s string) string { return s[:len(s)-1] + "0" }},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), func(string) string { return strings.Repeat("0123456789abcdef", 4) }},
	{regexp.MustCompile(`(T\d\d:\d)\d:\d\dZ`), func(s string) string { return s[:5] + "0:00Z" }},
	{regexp.MustCompile(`\d+ s late|晚了 \d+ 秒`), func(s string) string { return digits.ReplaceAllString(s, "5") }},
	{regexp.MustCompile(`rid [0-9a-f-]{20,}`), func(string) string { return "rid 0123456-89abcdef-01234567" }},
	{regexp.MustCompile(`http://127\.0\.0\.1:\d+`), func(string) string { return "https://magpie.example" }},
	{regexp.MustCompile(`\bF[A-Z0-9]{8,}\b`), func(string) string { return "F0PICTURE1" }},
}

// lines is a card as JSON, each block on a line of its own.
func lines(ts *testscript.TestScript, card any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	var write func(v any)
	write = func(v any) {
		switch v := v.(type) {
		case []any:
			b.WriteString("[\n")
			for i, one := range v {
				if i > 0 {
					b.WriteString(",\n")
				}
				if block, ok := one.(map[string]any); ok && block["type"] == nil {
					write(one)
					continue
				}
				ts.Check(enc.Encode(one))
				b.Truncate(b.Len() - 1)
			}
			b.WriteString("\n]")
		case map[string]any:
			b.WriteString("{")
			for i, key := range slices.Sorted(maps.Keys(v)) {
				if i > 0 {
					b.WriteString(",")
				}
				fmt.Fprintf(&b, "\n%q: ", key)
				write(v[key])
			}
			b.WriteString("\n}")
		default:
			ts.Check(enc.Encode(v))
			b.Truncate(b.Len() - 1)
		}
	}
	write(card)
	b.WriteString("\n")
	return b.Bytes()
}
