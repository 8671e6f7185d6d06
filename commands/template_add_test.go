package commands

import (
	"strconv"
	"testing"

	"magpie/wechat"
)

// TestATitleIsLookedForOnTheFirstPages: a library of thousands costs ten calls at most.
func TestATitleIsLookedForOnTheFirstPages(t *testing.T) {
	t.Parallel()
	for tid, want := range map[string]struct {
		title string
		calls int
	}{"7": {"T7", 1}, "42": {"T42", 2}, "100000": {"", titlePages}} {
		calls := 0
		got := titleIn(tid, func(from int) (*wechat.LibraryPage, error) {
			calls++
			page := &wechat.LibraryPage{Count: 5000}
			for i := range wechat.MaxLibraryPage {
				id := strconv.Itoa(from + i)
				page.Titles = append(page.Titles, wechat.LibraryTitle{ID: id, Title: "T" + id})
			}
			return page, nil
		})
		if got != want.title || calls != want.calls {
			t.Errorf("the title of %s: %q in %d calls, want %q in %d", tid, got, calls, want.title, want.calls)
		}
	}
}
