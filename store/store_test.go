package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func TestUpdateCommitsOrLeavesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		count := func() (n int) {
			t.Helper()
			if err := db.QueryRow(t.Context(), "select n from counter where name = 'request'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		add := func(ctx context.Context, fail error) error {
			return db.Update(ctx, func(tx *store.Tx) error {
				if _, err := tx.Exec(ctx, "update counter set n = n + 1 where name = $1", "request"); err != nil {
					return err
				}
				return fail
			})
		}
		if err := add(t.Context(), nil); err != nil || count() != 1 {
			t.Fatalf("a commit: got %v and %d, want nil and 1", err, count())
		}
		oops := errors.New("oops")
		if err := add(t.Context(), oops); !errors.Is(err, oops) || count() != 1 {
			t.Fatalf("a failing one: got %v and %d, want oops and 1", err, count())
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := add(ended, nil); err == nil || count() != 1 {
			t.Fatalf("an ended context: got %v and %d, want an error and 1", err, count())
		}
	})
}

func TestIsConflict(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		insert := func() error {
			return db.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), "insert into process (id, seen_at) values ('a', 1)")
				return err
			})
		}
		if err := insert(); err != nil {
			t.Fatal(err)
		}
		if err := insert(); !store.IsConflict(err) {
			t.Fatalf("IsConflict(%v) = false, want true", err)
		}
		if store.IsConflict(sql.ErrNoRows) {
			t.Fatal("IsConflict(ErrNoRows) = true, want false")
		}
	})
}

func TestASecondProcessIsRefusedOnSQLite(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	_, err := store.Open(t.Context(), url, quiet)
	if err == nil || !strings.Contains(err.Error(), "in use by another magpie") {
		t.Fatalf("second Open: got %v, want it refused", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), url, quiet)
	if err != nil {
		t.Fatalf("Open after Close: %v", err)
	}
	again.Close()
}

// A person who holds the file's lock at the sqlite3 shell must not hold a line up
// beyond its time.
func TestABusyFileIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	shell, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	shell.SetMaxOpenConns(1)
	if _, err := shell.Exec("begin exclusive"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	err = db.Update(ctx, func(*store.Tx) error { return nil })
	if !store.IsBusy(err) || ctx.Err() != nil {
		t.Fatalf("Update on a locked file: got %v (context %v), want busy before the time is up", err, ctx.Err())
	}
	if _, err := shell.Exec("rollback"); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), func(*store.Tx) error { return nil }); err != nil {
		t.Fatalf("Update once it is free: %v", err)
	}
}

func TestOpenNamesTheFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, want string }{
		{"mysql://x", "DATABASE_URL"},
		{"sqlite:", "path"},
		{"sqlite:" + filepath.Join(t.TempDir(), "no", "such", "magpie.db"), "folder does not exist"},
		{"sqlite:" + t.TempDir(), "open database"},
		{"postgres://magpie:sesame@127.0.0.1:1/x?connect_timeout=1", "127.0.0.1:1"},
		{"postgres://%zz", "DATABASE_URL"},
	} {
		_, err := store.Open(t.Context(), c.url, quiet)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("Open(%q): got %v, want %q in it and no password", c.url, err, c.want)
		}
	}
}
