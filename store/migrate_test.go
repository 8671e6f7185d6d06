package store_test

import (
	"context"
	"database/sql"
	"os"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"magpie/store"
	"magpie/store/storetest"
)

// A newer magpie that brings the tables up to date, while somebody reads them for long,
// holds up nobody who reads and writes them beside it; once they can be changed, it does.
func TestAMigrationHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	url := storetest.EmptyPostgres(t)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	old, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.UpTo(t.Context(), 16); err != nil { // the next one alters the table of requests
		t.Fatal(err)
	}
	export, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer export.Rollback()
	if _, err := export.ExecContext(t.Context(), "select * from request"); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		newer, err := store.Open(t.Context(), url, quiet)
		if err == nil {
			newer.Close()
		}
		opened <- err
	}()
	for waiting := 0; waiting == 0; {
		if err := db.QueryRowContext(t.Context(), "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-opened:
			t.Fatalf("the newer one is open already: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	for i := range 20 {
		within, cancel := context.WithTimeout(t.Context(), 2*time.Second) // what a line has
		_, err := db.ExecContext(within, "update counter set n = n + (select count(*) from request) where name = 'request'")
		cancel()
		if err != nil {
			t.Fatalf("line %d beside the migration: %v", i, err)
		}
	}
	if err := export.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("once nobody reads any more: %v", err)
	}
}
