package articles

import (
	"fmt"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// open are the numbers of an article's marks that nobody has waived, in a text that it
// is given first.
func open(t *testing.T, d *Desk, article int64, text string) string {
	t.Helper()
	if err := d.DB.Update(t.Context(), func(tx *store.Tx) error {
		_, err := d.addRevision(t.Context(), tx, Revision{Article: article, Text: text, How: "edited", Who: "UALICE"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	p, err := d.Proof(t.Context(), article, 0)
	if err != nil {
		t.Fatal(err)
	}
	var open []string
	for _, m := range p.Open() {
		open = append(open, fmt.Sprint(m.N))
	}
	if len(open) > 0 != p.Blocked() {
		t.Errorf("with the marks %v open, blocked is %v", open, p.Blocked())
	}
	return strings.Join(open, " ")
}

// A waiver is for the one mark that somebody answers for: not for those that say the
// same, and no longer once what it vouches for is another thing.
func TestWaiverIsForOneMark(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		d := newTestDesk(t, url)
		for _, c := range []struct {
			name, text string
			waive      int
			want       string            // open after it
			later      map[string]string // other texts, and what is open then
		}{
			{"bare marks", "# t\n\n销量三亿【待核实】\n\n能治病【待核实】\n", 1, "2", map[string]string{
				"# t\n\n又一句【待核实】\n\n销量**三亿**【待核实】":  "1",
				"# t\n\n销量五亿【待核实】":                  "1",
				"# t\n\n销量三亿【待核实】\n\n销量三亿【待核实】":     "2",
				"# t\n\n开头。\n\n* 销量三亿【待 核实】\n\n结尾。": "",
			}},
			{"one paragraph", "# t\n\n销量三亿【待核实】，能治病【待核实】。\n", 2, "1", map[string]string{
				"# t\n\n销量三亿，能治病【待核实】。": "",
				"# t\n\n销量三亿【待核实】，能治病。": "1",
			}},
			{"equal marks", "# t\n\n300 people【待核实：300】\n\n300 people【待核实：300】\n", 2, "1", map[string]string{
				"# t\n\n300 people【待核实：300】\n\n300 people【待核实：300】\n\n300 people【待核实：300】": "1 3",
			}},
			{"a table", "# t\n\n| a | b | c |\n|---|---|---|\n| 治病 |  | 【待核实】 |\n| 销量 | | 【待核实】 |\n", 1, "2", map[string]string{
				"# t\n\n| a | b | c |\n|---|---|---|\n| 增寿 |  | 【待核实】 |": "1",
			}},
			{"a line of its own", "# t\n\n能治病。\n\n【待核实】\n", 1, "", map[string]string{
				"# t\n\n能延寿。\n\n【待核实】\n":        "1",
				"# t\n\n能治病。\n\n【待核实】\n\n【待核实】": "2",
			}},
			{"a title", "---\ntitle: 三亿【待核实】\ndigest: 三亿【待核实】\n---\nx", 1, "2", map[string]string{"---\ntitle: 五亿【待核实】\n---\nx": "1"}},
			{"an image", "# t\n\n![【待核实】](http://mmbiz.qpic.cn/a)\n\n![【待核实】](http://mmbiz.qpic.cn/b)\n", 2, "1", nil},
		} {
			n := put(t, d, c.text, nil)
			if _, err := d.Waive(t.Context(), Act{Article: n, Who: cards.Person{ID: "UBOB"}, Once: c.name}, c.waive, "seen"); err != nil {
				t.Fatal(err)
			}
			if got := open(t, d, n, c.text); got != c.want {
				t.Errorf("%s: after one waiver the marks %q are open, want %q", c.name, got, c.want)
			}
			for text, want := range c.later {
				if got := open(t, d, n, text); got != want {
					t.Errorf("%s: then, in %q, the marks %q are open, want %q", c.name, text, got, want)
				}
			}
		}
	})
}

// A waiver of before, which knows only what the mark said, holds where that says which
// mark is meant.
func TestWaiverOfBefore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		d := newTestDesk(t, url)
		n := put(t, d, "# t\n\nx", nil)
		if err := d.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into article_waiver (article, mark, place, reason, who, at) values ($1, 'a', '', 'seen', 'UBOB', 1), ($1, '', '', 'seen', 'UBOB', 1)", n)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]string{"# t\n\nx【待核实：a】": "", "# t\n\nx【待核实：a】\n\ny【待核实：a】": "1 2", "# t\n\nx【待核实】": "1", "# t\n\nx【待核实：b】": "1"} {
			if got := open(t, d, n, text); got != want {
				t.Errorf("in %q the marks %q are open, want %q", text, got, want)
			}
		}
	})
}
