// Package storetest gives tests a database of their own: SQLite always, PostgreSQL
// where MAGPIE_TEST_POSTGRES names a server on which databases may be created.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"magpie/store"
)

// Each runs a test on SQLite and on PostgreSQL. The test is given the database's
// address, so that it can open it as often as it likes.
func Each(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// SQLite is the address of a new file.
func SQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "magpie.db")
}

// Postgres is the address of a new database, dropped when the test ends. The test is
// skipped where there is no server.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("MAGPIE_TEST_POSTGRES")
	if server == "" {
		t.Skip("MAGPIE_TEST_POSTGRES names no PostgreSQL server")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "magpie_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("create database " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec("drop database " + name + " with (force)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Open opens a database until the test ends.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
