package audiences

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

// Lines are accepted within their bound beside an import of many members, and on SQLite
// beside a backup of all of them. There one more import is held half way, so that it is
// under way for certain.
func TestLinesAreAcceptedBesideHeavyActs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		rows := func(from, to int) io.Reader {
			var b strings.Builder
			for i := from; i < to; i++ {
				fmt.Fprintf(&b, "oMember%07d,Reader %d\n", i, i)
			}
			return strings.NewReader(b.String())
		}
		reached := make(chan struct{})
		w.files["F"] = func() io.Reader {
			return io.MultiReader(strings.NewReader("openid,name\n"), rows(0, 30_000), readerFunc(func([]byte) (int, error) {
				close(reached)
				<-t.Context().Done()
				return 0, io.ErrUnexpectedEOF
			}))
		}
		w.files["G"] = func() io.Reader {
			return io.MultiReader(strings.NewReader("openid,name\n"), rows(0, 60_000))
		}
		n := 0
		accept := func(beside string) {
			t.Helper()
			n++
			if _, err := w.accept(t.Context(), Act{Audience: "x", Verb: "asked", Who: alice}, func(context.Context, *store.Tx, *Act) (Said, error) { return Said{}, nil }); err != nil {
				t.Errorf("line %d beside %s: %v", n, beside, err)
			}
		}
		beside := func(what string, act func()) {
			done := make(chan struct{})
			go func() { defer close(done); act() }()
			for {
				accept(what)
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}
		beside("an import", func() { w.imports(t, "big", "G") })
		if !w.DB.Postgres() {
			if _, err := w.Import(t.Context(), Act{Who: alice}, Wanted{Name: "half", Kind: CSV, Source: "F"}); err != nil {
				t.Fatal(err)
			}
			<-reached
			shell, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
			if err != nil {
				t.Fatal(err)
			}
			defer shell.Close()
			beside("a backup and an import", func() {
				if _, err := shell.ExecContext(t.Context(), "vacuum into ?", filepath.Join(t.TempDir(), "copy.db")); err != nil {
					t.Error(err)
				}
			})
		}
		if got := w.present(t, "big").Size; got != 60_000 {
			t.Errorf("the audience has %d members, want 60000", got)
		}
		t.Logf("%d lines were accepted", n)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
