package audiences

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store/storetest"
)

// shared waits for the file number n.
func (w *world) shared(t testing.TB, n int) string {
	t.Helper()
	for {
		w.mu.Lock()
		if len(w.given) > n {
			defer w.mu.Unlock()
			return w.given[n]
		}
		w.mu.Unlock()
		select {
		case <-t.Context().Done():
			t.Fatal("no file is shared")
		case <-time.After(time.Millisecond):
		}
	}
}

// TestEveryBadRowIsToBeHad: a card names the first ten rows of a reason, the file all.
func TestEveryBadRowIsToBeHad(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		var file strings.Builder
		file.WriteString("openid\noGood\n")
		want := "row,reason\n"
		for i := range 25_000 { // more than one row of the database holds
			fmt.Fprintf(&file, "%d\n", i)
			want += fmt.Sprintf("%d,audience.bad_openid\n", i+3)
		}
		file.WriteString("oGood\n")
		want += "25003,audience.bad_twice\n"
		w.file("F1", file.String())
		if card := w.imports(t, "vip", "F1"); len(card.Buttons) != 1 || card.Buttons[0].Line != "audience rows vip" {
			t.Errorf("the card has the buttons %v, want one for all rows", card.Buttons)
		}
		if _, err := w.Rows(t.Context(), "wx1", "vip", cards.Place{Channel: "C1"}); err != nil {
			t.Fatal(err)
		}
		if got := w.shared(t, 0); got != want {
			t.Errorf("the file is %d bytes, want %d", len(got), len(want))
		}
		w.file("F2", "openid\noGood\n")
		if card := w.imports(t, "few", "F2"); len(card.Buttons) != 0 {
			t.Errorf("with every row told the card has the buttons %v", card.Buttons)
		}
		var none *cards.Refusal
		if _, err := w.Rows(t.Context(), "wx1", "few", cards.Place{}); !errors.As(err, &none) || none.Text.Key != "fault.none_left_out" {
			t.Errorf("Rows with none left out = %v, want a refusal", err)
		}
	})
}

func TestIsOpenID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"oAB": true, "OPENID_1": true, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M": true, "-a": true,
		"": false, "12345": false, "13800138000": false, "138-0013-8000": false, "+8613800138000": false, "a@b.example": false, "o a": false, "王": false, "0_0": false,
		strings.Repeat("a", 65): false,
	} {
		if got := IsOpenID(id); got != want {
			t.Errorf("IsOpenID(%q) = %v, want %v", id, got, want)
		}
	}
}
