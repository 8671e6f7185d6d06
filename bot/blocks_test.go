package bot

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"magpie/bot/slacktest"
	"magpie/cards"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got any) {
	t.Helper()
	raw, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(raw) != string(want) {
		t.Errorf("%s\n got %s\nwant %s\n(go test -update writes it anew)", name, raw, want)
	}
}

func approvalCard() cards.Card {
	at := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	return cards.Card{
		Title: cards.Plain("#17 · subscribe send"),
		Body:  []cards.Text{cards.T("bot.part", "n", 1, "of", 2, "title", cards.User("U0AMY"))},
		Fields: []cards.Field{
			{Label: cards.Plain("State"), Value: cards.Plain("waiting")},
			{Label: cards.Plain("Expires"), Value: cards.T("bot.part", "n", 1, "of", 2, "title", at)},
			{Label: cards.Plain("To"), Value: cards.Code("oAB_x")},
		},
		Content: []cards.Content{
			{Label: "thing1", Text: "Tea & *cake* <!channel> `now`\n> 茶"},
			{Label: "remark", Text: ""},
		},
		Buttons: []cards.Button{
			{Label: cards.Plain("Approve"), Line: "approve 17", Style: "primary"},
			{Label: cards.Plain("Reject"), Line: "reject 17", Style: "danger"},
			{Label: cards.Plain("Withdraw"), Line: "withdraw 17"},
		},
		Notes: []cards.Text{cards.Plain("wx0000 · asked by line")},
	}
}

// TestConfirm: what is asked once more is plain text within Slack's limits, and shows what
// nobody sees.
func TestConfirm(t *testing.T) {
	t.Parallel()
	card := cards.Card{Buttons: []cards.Button{{Label: cards.Plain("Approve"), Line: "approve 17", Style: "primary", Confirm: &cards.Confirm{
		Title: cards.Plain("Really?"), Text: cards.Plain(strings.Repeat("茶", 400) + "\u202e"), Yes: cards.Plain("Take it back"), No: cards.Plain(" "),
	}}}}
	raw, err := json.Marshal(newTestWords(t).Draw(card, "en", "UTC")[0].Blocks)
	if err != nil {
		t.Fatal(err)
	}
	b := slacktest.Message{Blocks: raw}.Buttons()[0]
	if c := b.Confirm; c == nil || c.Title != "Really?" || size(c.Text) != maxAsk || c.Confirm != "Take it back" || c.Deny != "approve 17" || c.Style != "danger" {
		t.Errorf("the dialog is %+v", b.Confirm)
	}
	if !hides(card) {
		t.Error("a sign that nobody sees is not told")
	}
}

func TestDrawGolden(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	golden(t, "approval", w.Draw(approvalCard(), "en", "Asia/Shanghai"))
	golden(t, "answer", w.Draw(cards.Card{Body: []cards.Text{cards.T("bot.too_late")}}, "zh", "Asia/Shanghai"))
}

// A name of magpie's own is said in the reader's language, after the number where there
// are several; WeChat's names stay as they are.
func TestContentIsCalledInOnesOwnLanguage(t *testing.T) {
	t.Parallel()
	card := cards.Card{Content: []cards.Content{
		{Label: "2. cover", Name: "content.cover", Text: "C"}, {Label: "headings", Name: "content.headings", Text: "H"}, {Label: "2. title", Text: "T"},
	}}
	for lang, want := range map[string][]string{"en": {"2. Cover", "Headings", "2. title"}, "zh": {"2. 封面", "小标题", "2. title"}} {
		var said []string
		for _, b := range newTestWords(t).Draw(card, lang, "UTC")[0].Blocks {
			section := b.(*slack.RichTextBlock).Elements[0].(*slack.RichTextSection)
			said = append(said, section.Elements[0].(*slack.RichTextSectionTextElement).Text)
		}
		if !slices.Equal(said, want) {
			t.Errorf("in %s: got %q, want %q", lang, said, want)
		}
	}
}

func validate(t *testing.T, m Message) {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if err := slacktest.ValidateMessage(m.Text, raw); err != nil {
		t.Errorf("Slack would refuse: %v\n%.2000s", err, raw)
	}
	if len(m.Text) > 4000 || strings.TrimSpace(m.Text) == "" {
		t.Errorf("text of %d bytes beside blocks", len(m.Text))
	}
}

// exactContent reads what the preformatted elements of all messages hold.
func exactContent(t *testing.T, messages []Message) string {
	t.Helper()
	var all strings.Builder
	for _, m := range messages {
		raw, _ := json.Marshal(m.Blocks)
		var blocks []struct {
			Elements []struct {
				Type     string
				Elements []struct{ Text string }
			}
		}
		_ = json.Unmarshal(raw, &blocks)
		for _, b := range blocks {
			for _, e := range b.Elements {
				if e.Type == "rich_text_preformatted" {
					for _, text := range e.Elements {
						all.WriteString(text.Text)
					}
				}
			}
		}
	}
	return all.String()
}

func TestDrawEdges(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	long := strings.Repeat("长长的正文 👩‍👩‍👧 and *more* & <less>\n", 700)
	plain := cards.Plain
	for name, card := range map[string]cards.Card{
		"header of 150":  {Title: plain(strings.Repeat("a", 150))},
		"header of 151":  {Title: plain(strings.Repeat("a", 151))},
		"header emoji":   {Title: plain(strings.Repeat("👩‍👩‍👧", 60))},
		"title mentions": {Title: cards.T("bot.part", "n", 1, "of", 1, "title", cards.User("U1"))},
		"only button":    {Buttons: []cards.Button{{Label: plain("Go"), Line: "help"}}},
		"no label":       {Buttons: []cards.Button{{Line: "help"}}},
		"long button":    {Buttons: []cards.Button{{Label: plain(strings.Repeat("很", 90)), Line: strings.Repeat("x", 2000)}}},
		"too long line":  {Buttons: []cards.Button{{Label: plain("Say"), Line: strings.Repeat("x", 2001)}}},
		"long paragraph": {Body: []cards.Text{plain(long)}},
		"long code":      {Body: []cards.Text{cards.Code(long)}},
		"long field":     {Fields: []cards.Field{{Label: plain("x"), Value: plain(long)}}},
		"long notes":     {Notes: []cards.Text{plain(long)}},
		"long content":   {Content: []cards.Content{{Label: "x", Text: long}}},
		"empty content":  {Content: []cards.Content{{}}},
		"blank":          {Body: []cards.Text{plain(" \n ")}, Fields: []cards.Field{{}}, Buttons: []cards.Button{{Label: plain("x"), Line: "y"}}},
		"marks":          {Content: []cards.Content{{Label: "z", Text: "e" + strings.Repeat("\u0301", 5000)}}},
		"many buttons":   {Title: plain("b"), Buttons: many(60, func(i int) cards.Button { return cards.Button{Label: plain("b"), Line: strings.Repeat("y", 1900)} })},
		"many fields": {Fields: many(200, func(i int) cards.Field {
			return cards.Field{Label: plain("l"), Value: plain(strings.Repeat("v", 400))}
		})},
		"many notes":   {Notes: many(45, func(i int) cards.Text { return plain("n") })},
		"many content": {Content: many(120, func(i int) cards.Content { return cards.Content{Label: "k", Text: "v"} })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := w.Draw(card, "en", "UTC")
			if len(messages) == 0 {
				t.Fatal("drawn as nothing")
			}
			want := ""
			for _, c := range card.Content {
				want += c.Text
			}
			for _, b := range card.Buttons {
				if size(b.Line) > maxLine {
					want += b.Line
				}
			}
			if got := exactContent(t, messages); got != want {
				t.Errorf("content: got %.200q (%d), want %.200q (%d)", got, len(got), want, len(want))
			}
			for _, m := range messages {
				validate(t, m)
			}
		})
	}
	if got := w.Draw(cards.Card{}, "en", "UTC"); got != nil {
		t.Errorf("an empty card is drawn as %+v", got)
	}
}

// A card whose state changes keeps its content where it was: the thread stays right.
func TestContentDoesNotMove(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	card := cards.Card{Title: cards.Plain("#17"), Content: many(8, func(i int) cards.Content {
		return cards.Content{Label: fmt.Sprint("k", i), Text: strings.Repeat(fmt.Sprint(i), 2500)}
	})}
	before := w.Draw(card, "en", "UTC")
	card.Fields = many(12, func(i int) cards.Field { return cards.Field{Label: cards.Plain("f"), Value: cards.Plain("new")} })
	card.Buttons = []cards.Button{{Label: cards.Plain("Again"), Line: "again 17"}}
	after := w.Draw(card, "en", "UTC")
	if len(before) != len(after) {
		t.Fatalf("messages: got %d after, want %d as before", len(after), len(before))
	}
	for i := range before {
		if got, want := exactContent(t, after[i:i+1]), exactContent(t, before[i:i+1]); got != want {
			t.Errorf("message %d holds %d of content, want %d", i, len(got), len(want))
		}
	}
}

// Whatever is in a card, Slack takes what is drawn, and all content is on it.
func TestDrawAnything(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1))
	for n := range 150 {
		card := randomCard(r)
		messages := w.Draw(card, []string{"en", "zh"}[n%2], "Asia/Shanghai")
		want := ""
		for _, c := range card.Content {
			want += shown(strings.ToValidUTF8(c.Text, "\uFFFD"))
		}
		if got := exactContent(t, messages); !strings.HasPrefix(got, want) {
			t.Errorf("content: got %d bytes, want %d", len(got), len(want))
		}
		for _, m := range messages {
			validate(t, m)
		}
		if t.Failed() {
			t.Fatalf("seed %d, card %d: %+v", seed, n, card)
		}
	}
}

func randomCard(r *rand.Rand) cards.Card {
	text := func(most int) string {
		stuff := []string{"a", "bc", " ", "\n", "*", "_", "`", "```", "~", "<", ">", "&", "<!here>", ":tea:", "茶", "👩🏽‍🚀", "🇨🇳", "ער", "\u202E", "é", "\xff", "\u200d", "\t"}
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteString(stuff[r.IntN(len(stuff))])
		}
		return b.String()
	}
	most := func() int { return []int{1, 10, 100, 1000, 6000}[r.IntN(5)] }
	plain := func() cards.Text {
		s := text(most())
		switch r.IntN(4) {
		case 0:
			return cards.Code(s)
		case 1:
			return cards.T("bot.part", "n", 1, "of", 2, "title", s)
		case 2:
			return cards.T("bot.form_failed", "reason", cards.Plain(s), "line", s)
		}
		return cards.Plain(s)
	}
	return cards.Card{
		Title:   plain(),
		Body:    many(r.IntN(4), func(int) cards.Text { return plain() }),
		Fields:  many(r.IntN(14), func(int) cards.Field { return cards.Field{Label: cards.Plain(text(8)), Value: plain()} }),
		Content: many(r.IntN(9), func(int) cards.Content { return cards.Content{Label: text(20), Text: text(most())} }),
		Buttons: many(r.IntN(6), func(int) cards.Button {
			b := cards.Button{Label: plain(), Line: text(most()) + "x", Style: []string{"", "primary", "danger"}[r.IntN(3)]}
			if r.IntN(3) == 0 {
				b.Confirm = &cards.Confirm{Title: plain(), Text: plain(), Yes: plain(), No: plain()}
			}
			return b
		}),
		Notes: many(r.IntN(5), func(int) cards.Text { return plain() }),
	}
}

func many[T any](n int, one func(i int) T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = one(i)
	}
	return list
}
