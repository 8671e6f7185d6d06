package articles

import (
	"context"
	"slices"
	"testing"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// Files that took too long three times are read again when somebody says so, and not by
// themselves.
func TestAReadingThatWasGivenUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		files := photos{}
		d := newTestDesk(t, url, func(o *Options) { o.Files = files })
		var n int64
		if err := d.DB.Update(t.Context(), func(tx *store.Tx) (err error) {
			n, err = d.add(t.Context(), tx, Act{Who: cards.Person{ID: "UALICE"}, Where: cards.Place{Channel: "C1"}}, Wanted{Lang: "en", Style: "plain"}, Arriving)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.readTooLong(t.Context(), n, "UALICE", jobImport, importJob{Article: n, Files: []string{"tea.md"}, Who: "UALICE"}); err != nil {
			t.Fatal(err)
		}
		card, err := d.Card(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		tells := func(x cards.Text) bool { return x.Key == "article.read_too_long" }
		if !slices.ContainsFunc(card.Body, tells) || !slices.ContainsFunc(card.Buttons, func(b cards.Button) bool { return b.Line == "article again "+name(n) }) {
			t.Fatalf("card: got %+v, want it told, with a button", card)
		}
		if _, err := d.Again(t.Context(), Act{Article: n, Who: cards.Person{ID: "UBOB"}, Once: "1"}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Again(t.Context(), Act{Article: n, Who: cards.Person{ID: "UBOB"}, Once: "2"}); err == nil {
			t.Error("again a second time: got no refusal")
		}
		a, err := d.Article(t.Context(), d.DB, n)
		for err == nil && a.Revision == 0 && t.Context().Err() == nil {
			a, err = d.Article(t.Context(), d.DB, n)
		}
		if err != nil || a.State != Ready {
			t.Errorf("read again: got %s, %v, want ready", a.State, err)
		}
	})
}

// A file that took too long three times to be asked about is told to whoever asked.
func TestAFileThatTookTooLongIsTold(t *testing.T) {
	t.Parallel()
	told := make(chan cards.Card, 1)
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Posts.Teller = hearing{told: told} })
	if err := d.materialTooLong(t.Context(), materialJob{Account: "wx1", File: "F1", Who: cards.Person{ID: "UALICE"}, At: cards.Place{Channel: "C1"}}); err != nil {
		t.Fatal(err)
	}
	card := <-told
	if b := card.Body[0]; b.Key != "article.material_refused" || b.Args["who"].User != "UALICE" || b.Args["why"].Text.Key != "article.material_too_long" {
		t.Errorf("got %+v, want Alice told why", card)
	}
}

// hearing is a Teller that hands on what it is to post.
type hearing struct {
	silent
	told chan cards.Card
}

func (h hearing) Post(_ context.Context, at cards.Place, card cards.Card) (cards.Place, error) {
	h.told <- card
	return at, nil
}
