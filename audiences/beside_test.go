package audiences

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/jobs"
	"magpie/store"
	"magpie/store/storetest"
)

var besideMembers = flag.Int("beside", 40_000, "how large the audience is beside whose import, backup and move lines are accepted")

// Lines are accepted within their bound beside an import of many members, beside a backup
// of them all, where one more import is held half way, so that it is under way for
// certain, and beside moving them to another database; a move into the database that is
// at work is refused, and holds nobody up either.
func TestLinesAreAcceptedBesideHeavyActs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		reached := make(chan struct{})
		w.files["F"] = func() io.Reader {
			return io.MultiReader(strings.NewReader("openid,name\n"), membersCSV(*besideMembers/2), readerFunc(func([]byte) (int, error) {
				close(reached)
				<-t.Context().Done()
				return 0, io.ErrUnexpectedEOF
			}))
		}
		w.files["G"] = func() io.Reader {
			return io.MultiReader(strings.NewReader("openid,name\n"), membersCSV(*besideMembers))
		}
		w.beside(t, "an import", func() { w.imports(t, "big", "G") })
		if got := w.present(t, "big").Size; got != *besideMembers {
			t.Errorf("the audience has %d members, want %d", got, *besideMembers)
		}
		if w.DB.Postgres() {
			w.beside(t, "a move into this database", func() {
				from := storetest.SQLite(t)
				storetest.Open(t, from).Close()
				if _, err := store.Move(t.Context(), from, url, jobs.Mover{Log: quiet}, quiet); err == nil || !strings.Contains(err.Error(), "the target is not empty") {
					t.Errorf("a move into a database at work: got %v, want it refused", err)
				}
			})
			return
		}
		if _, err := w.Import(t.Context(), Act{Account: "wx1", Who: alice}, Wanted{Name: "half", Kind: CSV, Source: "F"}); err != nil {
			t.Fatal(err)
		}
		<-reached
		copied := filepath.Join(t.TempDir(), "copy.db")
		shell, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		defer shell.Close()
		w.beside(t, "a backup and an import", func() {
			if _, err := shell.ExecContext(t.Context(), "vacuum into ?", copied); err != nil {
				t.Error(err)
			}
		})
		t.Run("moved", func(t *testing.T) {
			to := storetest.Postgres(t)
			w.beside(t, "a move of all that to PostgreSQL, and an import", func() {
				if _, err := store.Move(t.Context(), "sqlite:"+copied, to, jobs.Mover{Log: quiet}, quiet); err != nil {
					t.Error(err)
				}
			})
		})
	})
}

// beside accepts lines one after the other while act lasts, and says how long they took.
func (w *world) beside(t *testing.T, what string, act func()) {
	t.Helper()
	begun, done := time.Now(), make(chan struct{})
	go func() { defer close(done); act() }()
	var took []time.Duration
	for under := true; under; {
		said := time.Now()
		if _, err := w.accept(t.Context(), Act{Account: "wx1", Audience: "x", Verb: "asked", Who: alice}, func(context.Context, *store.Tx, *Act) (Said, error) { return Said{}, nil }); err != nil {
			t.Errorf("line %d beside %s: %v", len(took), what, err)
		}
		took = append(took, time.Since(said))
		select {
		case <-done:
			under = false
		case <-time.After(5 * time.Millisecond):
		}
	}
	slices.Sort(took)
	t.Logf("%d lines beside %s of %v: p50 %v, p99 %v, at most %v", len(took), what, time.Since(begun).Round(time.Millisecond),
		took[len(took)/2].Round(time.Microsecond), took[len(took)*99/100].Round(time.Microsecond), took[len(took)-1].Round(time.Microsecond))
}

var quiet = slog.New(slog.DiscardHandler)

// membersCSV are n lines of a file, made as they are read.
func membersCSV(n int) io.Reader {
	i, rest := 0, ""
	return readerFunc(func(p []byte) (int, error) {
		if rest == "" {
			if i == n {
				return 0, io.EOF
			}
			rest = fmt.Sprintf("oMember%07d,Reader %d\n", i, i)
			i++
		}
		got := copy(p, rest)
		rest = rest[got:]
		return got, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
