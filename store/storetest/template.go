package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"magpie/jobs"
	"magpie/store"
)

// Most tests want a database whose tables are there. They are made once, in a template,
// and each test is given a copy.

// sqliteTemplate is a file with all tables, made once a process.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "magpie-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "magpie.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// postgresTemplate is the name of a database with all tables, made once a server and
// kept there for the next run: its name bears the hash of the migrations.
func postgresTemplate(t testing.TB, admin *sql.DB) (string, error) {
	name := "magpie_template_" + hex.EncodeToString(store.Schema())[:16]
	conn, err := admin.Conn(t.Context())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	const locked = 0x6d61677069 // of those who make a template
	if _, err := conn.ExecContext(t.Context(), "select pg_advisory_lock($1)", locked); err != nil {
		return "", err
	}
	defer conn.ExecContext(context.Background(), "select pg_advisory_unlock($1)", locked)
	var there bool
	if err := conn.QueryRowContext(t.Context(), "select exists (select from pg_database where datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	draft := "magpie_" + strings.ToLower(rand.Text())
	if _, err := conn.ExecContext(t.Context(), "create database "+draft); err != nil {
		return "", err
	}
	if err := migrate(named(t, draft)); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(t.Context(), "alter database "+draft+" rename to "+name)
	return name, err
}

func migrate(url string) error {
	db, err := store.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("make the template of test databases: %w", err)
	}
	defer db.Close()
	if err := (jobs.Mover{Log: slog.New(slog.DiscardHandler)}).Prepare(context.Background(), db); err != nil {
		return fmt.Errorf("make the template of test databases: %w", err)
	}
	return db.Close()
}
