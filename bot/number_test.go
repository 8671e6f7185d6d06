package bot

import (
	"log/slog"
	"testing"

	"magpie/cards"
)

func TestWhatIsCountedHasMarksAtTheThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{1000: "1,000", 12345: "12,345", 123456: "123,456", 9999997: "9,999,997", -1000: "-1,000", -123456: "-123,456", -12345: "-12,345"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d): got %s, want %s", n, got, want)
		}
	}
	w, err := NewWords(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for want, said := range map[string]cards.Text{
		"3,412 people":                                       cards.T("whom.people", "count", 3412),
		"3412 done, 0 failed, 0 unclear":                     cards.T("tally", "done", 3412, "failed", 0, "unclear", 0),
		"There is no #3412. `requests` lists what there is.": cards.T("fault.no_request", "n", 3412),
	} {
		if got := w.Say(said, "en", ""); got != want {
			t.Errorf("said: got %q, want %q", got, want)
		}
	}
}
