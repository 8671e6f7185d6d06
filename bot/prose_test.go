package bot

import (
	"testing"

	"magpie/cards"
)

func TestProse(t *testing.T) {
	t.Parallel()
	w := newTestWords(t)
	for _, c := range []struct{ lang, said, want string }{
		{"en", "must be a 24-hour time such as 15:01 or 15:01:30.", "must be a 24-hour time such as 15:01 or `15:01:30`."},
		{"en", "a range has one ~ between its ends", "a range has one `~` between its ends"},
		{"zh", "须为 24 小时制时间，如15:01:30或15:01", "须为 24 小时制时间，如 `15:01:30` 或15:01"},
		{"zh", "两个时间之间用~相连", "两个时间之间用 `~` 相连"},
		{"en", "no name such as :tea:, *bold* or _this", "no name such as `:tea:`, `*bold*` or `_this`"},
		{"en", "> is no quote, nor <!here> & co", "`&gt;` is no quote, nor &lt;!here&gt; &amp; co"},
		{"en", "plain words, 5*3 and tmpl_1_a", "plain words, 5*3 and tmpl_1_a"},
		{"en", "(see 15:01:30)", "(see `15:01:30`)"},
	} {
		both := map[string]string{"en": "x", "zh": "x"}
		both[c.lang] = c.said
		if got := w.Say(cards.Both(both["en"], both["zh"]), c.lang, ""); got != c.want {
			t.Errorf("Say(Both(%q)):\ngot  %q\nwant %q", c.said, got, c.want)
		}
	}
	// A value of somebody's stays in one piece.
	if got, want := w.Say(cards.Plain("at 15:01:30"), "en", ""), "`at 15:01:30`"; got != want {
		t.Errorf("Say(Plain): got %q, want %q", got, want)
	}
}
