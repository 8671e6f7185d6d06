package emoji

import (
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		":tada:": "🎉", "恭喜:tada:下次见": "恭喜🎉下次见", "done:tada: ok": "done🎉 ok", ":+1::-1:": "👍👎", ":flag-cn: :cn:": "🇨🇳 🇨🇳",
		":slightly_smiling_face::simple_smile:": "🙂🙂", ":heart:": "❤️", ":man-woman-boy:": "👨‍👩‍👦",
		// Skin tones, of one and of two people (slack.com writes skin-tone-2-3).
		":wave::skin-tone-3:": "👋🏼", ":+1::skin-tone-6: x": "👍🏿 x", ":female-doctor::skin-tone-2:": "👩🏻‍⚕️", ":point_up::skin-tone-4:": "☝🏽",
		":handshake::skin-tone-2-3:": "🫱🏻‍🫲🏼", ":handshake::skin-tone-4:": "🤝🏽", ":people_holding_hands::skin-tone-2-3:": "🧑🏻‍🤝‍🧑🏼", ":people_holding_hands::skin-tone-2:": "🧑🏻‍🤝‍🧑🏻",
		":tada::skin-tone-3:": "🎉🏼", ":skin-tone-2:": "🏻", ":skin-tone-7:": ":skin-tone-7:", ":wave::skin-tone-7:": "👋:skin-tone-7:",
		// What is none stays.
		"12:30:45": "12:30:45", "1:100:2": "1:100:2", "at 12:30:45:tada:": "at 12:30:45🎉", "得分:100:！": "得分💯！", ":100:": "💯", ":nobody_knows: :party_parrot:": ":nobody_knows: :party_parrot:",
		"a:b:c": "a:b:c", "key:id:value": "key:id:value", ":a: :b:": "🅰️ 🅱️", ":Tada:": ":Tada:", "::tada::": ":🎉:", "a::b": "a::b", ":tada": ":tada", "tada:": "tada:", ":": ":", "": "", "::": "::", ": tada :": ": tada :",
		"https://a.example/:tada:/x :tada:": "https://a.example/:tada:/x 🎉", "见https://a.example/:sos:，:sos:": "见https://a.example/:sos:，🆘", "pages/index?x=:id:": "pages/index?x=:id:",
		// In code they stay.
		"`:tada:` :tada:": "`:tada:` 🎉", "```\n:tada:\n```\n:tada:": "```\n:tada:\n```\n🎉", "``a ` :tada:`` :tada:": "``a ` :tada:`` 🎉", "it`s :tada:": "it`s 🎉", "`` :tada: `": "`` 🎉 `",
		"\xff:tada:\xff": "\xff🎉\xff",
	} {
		if got := Replace(text); got != want {
			t.Errorf("Replace(%q): got %q, want %q", text, got, want)
		}
	}
}

// The table is whole: each name is one that Replace finds, and has an emoji.
func TestEveryName(t *testing.T) {
	t.Parallel()
	if n := len(names()); n != 1973 {
		t.Errorf("names: got %d, want the 1,972 of emoji-datasource 16.0.0 and simple_smile", n)
	}
	for name, s := range names() {
		if got := Replace(":" + name + ":"); got != s.text || s.text == "" || strings.Contains(s.text, ":") {
			t.Errorf(":%s:: got %q, want %q", name, got, s.text)
		}
	}
}

func FuzzReplace(f *testing.F) {
	for _, s := range []string{":tada:", "`:tada:`", "```:a:", ":wave::skin-tone-3:", "12:30:45", "::", "`", "\xff:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Replace(text)
		if without := strings.ReplaceAll(text, ":", ""); !strings.Contains(text, ":") && once != without {
			t.Fatalf("Replace(%q): got %q", text, once)
		}
	})
}
