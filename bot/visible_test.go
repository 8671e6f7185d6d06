package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"magpie/cards"
)

func TestShown(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Tea\u202Egpj":          "Tea⟨U+202E⟩gpj",
		"a\x00b\x1b[31m":        "a⟨U+0000⟩b⟨U+001B⟩[31m",
		"a\u200Bb\u2060c\uFEFF": "a⟨U+200B⟩b⟨U+2060⟩c⟨U+FEFF⟩",
		"\u3164x\u00AD\u2028":   "⟨U+3164⟩x⟨U+00AD⟩⟨U+2028⟩",
		"one\ttwo\r\nthree\r":   "one\ttwo\nthree⟨U+000D⟩",
		"a\u200Db":              "a⟨U+200D⟩b",
		"a\uFE0F\uFE0Fb":        "a\uFE0F⟨U+FE0F⟩b",
		"x\U000E0041":           "x⟨U+E0041⟩",
		// What is seen stays to the letter.
		"👩🏽‍🚀 ❤️‍🔥 1️⃣ 🏳️‍🌈 🇨🇳":                                         "👩🏽‍🚀 ❤️‍🔥 1️⃣ 🏳️‍🌈 🇨🇳",
		"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F": "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
		"می\u200Cخواهم":           "می\u200Cخواهم",
		"巧克力，茶\u3000\u00A0x שלום": "巧克力，茶\u3000\u00A0x שלום",
	} {
		if got := shown(s); got != want {
			t.Errorf("shown(%q) = %q, want %q", s, got, want)
		}
	}
}

// Wherever a card or a form says a value, what nobody sees in it is told, with a warning.
func TestNothingHidesOnCards(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	const value, told = "Te\u202Ea", "Te⟨U+202E⟩a"
	for name, card := range map[string]cards.Card{
		"title":   {Title: cards.T("article.draft_comments_all", "title", value)},
		"body":    {Title: cards.Plain("x"), Body: []cards.Text{cards.T("article.draft_comments_all", "title", cards.Code(value))}},
		"field":   {Title: cards.Plain("x"), Fields: []cards.Field{{Label: cards.Plain("y"), Value: cards.Plain(value)}}},
		"content": {Title: cards.Plain("x"), Content: []cards.Content{{Label: "thing1", Text: value}}},
		"label":   {Title: cards.Plain("x"), Content: []cards.Content{{Label: value, Text: "y"}}},
		"note":    {Title: cards.Plain("x"), Notes: []cards.Text{cards.Plain(value)}},
		"button":  {Title: cards.Plain("x"), Buttons: []cards.Button{{Label: cards.Plain(value), Line: "help"}}},
	} {
		for lang, warning := range map[string]string{"en": "Signs that nobody sees", "zh": "看不见的字符"} {
			raw, err := json.Marshal(w.Draw(card, lang, "UTC"))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(raw); !strings.Contains(got, told) || strings.Contains(got, "\u202E") || !strings.Contains(got, warning) {
				t.Errorf("%s in %s: %s\nwant %q with %q", name, lang, got, told, warning)
			}
		}
	}
	raw, _ := json.Marshal(w.Draw(cards.Card{Title: cards.Plain("Tea 👩🏽‍🚀")}, "en", "UTC"))
	if strings.Contains(string(raw), "nobody sees") {
		t.Errorf("a card with nothing hidden warns: %s", raw)
	}
	form, err := w.DrawForm(cards.Form{Line: "subscribe send " + value, Inputs: []cards.Input{{Key: "thing1", Label: cards.Plain("thing1"), Value: value}}}, cards.Place{}, "en", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ = json.Marshal(form)
	if got := string(raw); strings.Count(got, told) != 1 || !strings.Contains(got, `"initial_value":"`+value) {
		t.Errorf("a form: %s\nwant its value kept and told once", got)
	}
}
