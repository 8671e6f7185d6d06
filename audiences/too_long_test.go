package audiences

import (
	"io"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/store/storetest"
)

// A list that took too long three times is not filled any more: that is told, and whoever
// still reads it writes nothing.
func TestAFillThatTookTooLong(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		goOn := make(chan bool)
		w.files["F1"] = func() io.Reader {
			return io.MultiReader(strings.NewReader("openid\n"), waiting{goOn}, newCSVLines(2000))
		}
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1"}); err != nil {
			t.Fatal(err)
		}
		w.until(t, "the attempt to begin", func() bool { return w.count(t, "select count(*) from audience_version where tries > 0") == 1 })
		if err := w.importTooLong(t.Context(), importJob{Version: 1}); err != nil {
			t.Fatal(err)
		}
		if card := w.card(t, 0); !strings.Contains(keysOf(card), "audience.too_long") {
			t.Errorf("card: got %s, want audience.too_long", keysOf(card))
		}
		close(goOn)
		w.until(t, "the attempt to end", func() bool {
			return w.count(t, "select count(*) from river_job where kind = 'audience.fill' and state = 'completed'") == 1
		})
		if state, members := w.count(t, "select count(*) from audience_version where state = 'failed'"), w.count(t, "select count(*) from audience_member"); state != 1 || members != 0 {
			t.Errorf("afterwards: got %d failed, %d members, want the version failed and empty", state, members)
		}
		if err := w.importTooLong(t.Context(), importJob{Version: 1}); err != nil {
			t.Errorf("told again: got %v", err)
		}
	})
}

// A file for the unsubscribe list that took too long three times is told to whoever asked,
// and says nothing of how many there are.
func TestAFileOfTheListThatTookTooLong(t *testing.T) {
	t.Parallel()
	for _, off := range []bool{false, true} {
		w := newWorld(t, storetest.SQLite(t))
		if err := w.unsubscribeTooLong(t.Context(), unsubscribeJob{Account: "wx1", Off: off, File: "F1", Who: "U1", At: w.now()}); err != nil {
			t.Fatal(err)
		}
		if got := keysOf(w.card(t, 0)); got != "audience.unsubscribed_failed audience.list_too_long" {
			t.Errorf("off %v: got %s, want that it failed, and why", off, got)
		}
	}
}

// keysOf are the words of a card, by their keys.
func keysOf(c cards.Card) string {
	keys := []string{c.Title.Key}
	for _, b := range c.Body {
		keys = append(keys, b.Key)
	}
	return strings.Join(keys, " ")
}
