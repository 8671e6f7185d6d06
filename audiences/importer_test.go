package audiences

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// Long rows are written before there are a thousand of them.
func TestLongRowsAreWrittenSooner(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		lines := "openid,n\n"
		for i := range 300 {
			lines += fmt.Sprintf("o%d,%s\n", i, strings.Repeat("x", maxValues-10))
		}
		goOn := make(chan bool)
		w.files["F1"] = func() io.Reader { return io.MultiReader(strings.NewReader(lines), waiting{goOn}) }
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "vip", Kind: CSV, Source: "F1"}); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if w.count(t, "select count(*) from audience_member") > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := w.count(t, "select count(*) from audience_member"); n == 0 || n > 300 {
			t.Errorf("members before the file ends: got %d, want some", n)
		}
		close(goOn)
		w.card(t, 0)
		if a := w.present(t, "vip"); a.Size != 300 {
			t.Errorf("size: got %d, want 300", a.Size)
		}
	})
}
