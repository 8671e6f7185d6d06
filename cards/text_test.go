package cards_test

import (
	"reflect"
	"testing"
	"time"

	"magpie/cards"
)

// A text comes back from the database as it went, and none is "".
func TestATextScansWhatItWrote(t *testing.T) {
	t.Parallel()
	for _, want := range []cards.Text{{}, cards.Plain("o1"), cards.Code("x"), cards.T("reason.other"), cards.T("a", "n", 7, "who", cards.User("U1"), "at", time.UnixMilli(1_700_000_000_000).UTC(), "of", []cards.Text{cards.T("b")})} {
		kept, err := want.Value()
		if err != nil {
			t.Fatal(err)
		}
		if want.IsZero() != (kept == "") {
			t.Errorf("Value of %+v: got %q", want, kept)
		}
		got := cards.T("what was there before", "n", 1)
		if err := got.Scan(kept); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Scan of %q: got %+v, %v, want %+v", kept, got, err, want)
		}
	}
	for _, bad := range []any{nil, int64(1), "{"} {
		var got cards.Text
		if err := got.Scan(bad); err == nil {
			t.Errorf("Scan of %v: got %+v, want an error", bad, got)
		}
	}
}

func TestIdsAsCodesAndMentions(t *testing.T) {
	t.Parallel()
	if got, want := cards.Codes([]string{"a", "b"}), []cards.Text{cards.Code("a"), cards.Code("b")}; !reflect.DeepEqual(got, want) {
		t.Errorf("Codes: got %v, want %v", got, want)
	}
	if got, want := cards.Mentions([]string{"U1"}), []cards.User{"U1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Mentions: got %v, want %v", got, want)
	}
}
