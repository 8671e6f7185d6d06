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
	"sync"
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

// SQLite is the address of a new file, with all tables and nothing in them.
func SQLite(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "magpie.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// Postgres is the address of a new database with all tables and nothing in them, dropped
// when the test ends. The test is skipped where there is no server.
func Postgres(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate(t, theServer(t))
	if err != nil {
		t.Fatal(err)
	}
	return newPostgres(t, template) + "?" + poolOfTests
}

// EmptyPostgres is Postgres without a table.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return newPostgres(t, "template0")
}

func newPostgres(t testing.TB, template string) string {
	t.Helper()
	admin := theServer(t)
	name := "magpie_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("create database " + name + " template " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("drop database " + name + " with (force)"); err != nil {
			t.Error(err)
		}
	})
	return named(t, name)
}

// poolOfTests is small: many magpies run beside each other, and PostgreSQL has more to do
// for a new connection than for all that most tests ask of it.
const poolOfTests = "pool_max_conns=6"

// named is the address of a database on the server.
func named(t testing.TB, name string) string {
	u, err := url.Parse(server(t))
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

// Need skips a test of the named database, "sqlite" or "postgres", where there is
// none.
func Need(t testing.TB, name string) {
	if name == "postgres" {
		server(t)
	}
}

func server(t testing.TB) string {
	t.Helper()
	url := os.Getenv("MAGPIE_TEST_POSTGRES")
	if url == "" {
		t.Skip("MAGPIE_TEST_POSTGRES names no PostgreSQL server")
	}
	return url
}

// admin is where databases are made and dropped, one for all tests of a process.
var admin = sync.OnceValues(func() (*sql.DB, error) {
	db, err := sql.Open("pgx", os.Getenv("MAGPIE_TEST_POSTGRES"))
	if err == nil {
		db.SetMaxOpenConns(4)
	}
	return db, err
})

func theServer(t testing.TB) *sql.DB {
	t.Helper()
	server(t)
	db, err := admin()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Peek opens a database only to look at it, beside a process that holds it.
func Peek(t testing.TB, address string) *sql.DB {
	t.Helper()
	driver, source := "pgx", strings.TrimSuffix(address, "?"+poolOfTests)
	if path, isSQLite := strings.CutPrefix(address, "sqlite:"); isSQLite {
		driver, source = "sqlite", "file:"+path+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
