package audiences

import (
	"io"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// What a request was asked for stays as it was; what nobody needs is put away.
func TestVersionsThatAreLentStay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.mu.Lock()
		w.at = time.Now()
		w.mu.Unlock()
		var versions []int64
		for i := range 3 {
			w.files["F1"] = func() io.Reader { return io.MultiReader(strings.NewReader("openid\n"), newCSVLines(1500+i)) }
			w.imports(t, "vip", "F1")
			versions = append(versions, w.present(t, "vip").Version)
			if i == 0 {
				if _, err := w.box.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"x"}, Audience: "vip", Who: alice, Where: cards.Place{Channel: "C1"}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := w.Remove(t.Context(), Act{Account: "wx1", Who: alice}, "vip", false); err != nil {
			t.Fatal(err)
		}
		sizes := func() (got [3]int) {
			for i, v := range versions {
				got[i] = len(w.members(t, v))
			}
			return got
		}
		sweep := func(later time.Duration) {
			w.mu.Lock()
			w.at = w.at.Add(later)
			w.mu.Unlock()
			if err := w.sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		// The audiences' own minute may come at the same time, and have a version in hand.
		become := func(when string, want [3]int) {
			t.Helper()
			w.until(t, when, func() bool { return sizes() == want })
		}
		sweep(grace / 2)
		if got, want := sizes(), [3]int{1500, 1501, 1502}; got != want {
			t.Errorf("at once: got %v, want %v", got, want)
		}
		sweep(grace)
		become("what was left a while ago to be put away", [3]int{1500, 0, 1502})
		if _, err := w.Remove(t.Context(), Act{Account: "wx1", Who: alice}, "vip", true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Audience(t.Context(), w.DB, "wx1", "vip"); !isRefusal(err) {
			t.Errorf("Audience of a removed one: got %v, want a refusal", err)
		}
		sweep(2 * lentFor)
		become("what was removed to be put away", [3]int{1500, 0, 0})
		w.until(t, "1500 keys to be left", func() bool { return w.count(t, "select count(*) from audience_key") == 1500 })
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "delete from broadcast")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		sweep(2 * lentFor)
		become("what was given back to be put away", [3]int{})
	})
}
