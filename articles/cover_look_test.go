package articles

import (
	"testing"

	"magpie/cards"
	"magpie/store/storetest"
)

// A cover of the title follows the title and the look, whether nobody chose it or somebody
// did, in place of the one that the text names.
func TestTheCoverOfTheTitleFollowsTheLook(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t))
	act := func(n int64) Act {
		return Act{Article: n, Who: cards.Person{ID: "UALICE"}, Where: cards.Place{Channel: "C1"}}
	}
	photo, err := drawCover("photo", "tech", nil)
	if err != nil {
		t.Fatal(err)
	}
	shows := func(n int64, title, theme string) {
		t.Helper()
		p, err := d.Proof(t.Context(), n, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, generated, err := d.coverOf(t.Context(), d.DB, p)
		if err != nil {
			t.Fatal(err)
		}
		want, err := drawCover(title, theme, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.SHA256 != want.SHA256 || !generated {
			t.Errorf("A%d: the cover is not that of %q in %s (generated: %v)", n, title, theme, generated)
		}
		if words := d.coverWords(p); words.Key != "article.cover_made" {
			t.Errorf("A%d: the card says %s of its cover", n, words.Key)
		}
	}
	for _, cover := range []string{"", "cover: pot.png\n"} {
		n := put(t, d, "---\ntitle: Tea\n"+cover+"---\n\nText\n", map[string][]byte{"pot.png": photo.Data})
		if cover != "" {
			if _, err := d.Cover(t.Context(), act(n), ""); err != nil {
				t.Fatal(err)
			}
		}
		shows(n, "Tea", "plain")
		if _, err := d.Dress(t.Context(), act(n), "festive", "", ""); err != nil {
			t.Fatal(err)
		}
		shows(n, "Tea", "festive")
		title := "Green tea"
		if _, err := d.Edit(t.Context(), act(n), Edit{Title: &title, Style: "ink"}); err != nil {
			t.Fatal(err)
		}
		shows(n, "Green tea", "ink")
	}
}
