package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// What four rooms had on record, each in a table of its own, is in the journal.
func TestTheRecordsOfBeforeAreInTheJournal(t *testing.T) {
	t.Parallel()
	for _, dialect := range []goose.Dialect{goose.DialectSQLite3, goose.DialectPostgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			url, driver := "", "pgx"
			if dialect == goose.DialectPostgres {
				url = storetest.EmptyPostgres(t)
			} else {
				url, driver = "sqlite:"+filepath.Join(t.TempDir(), "magpie.db"), "sqlite"
			}
			db, err := sql.Open(driver, strings.TrimPrefix(url, "sqlite:"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			old, err := goose.NewProvider(dialect, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := old.UpTo(t.Context(), 27); err != nil {
				t.Fatal(err)
			}
			for _, statement := range []string{
				"insert into act values ('1', 'k', 17, 5, 'asked', 'U1', '{}', '{\"said\":1}')",
				"insert into article_act values ('2', 'k', 3, 6, 'asked', 'U2', 'tea', '{}')",
				"insert into audience_act (id, once, audience, at, verb, who, note, answer, account) values ('3', null, 'vips', 7, 'imported', 'U3', 'csv F1', '', 'wx1')",
				"insert into schedule (id, name, folded, owner, channel, state, created_at) values (9, 'tea', 'tea', 'U1', 'C1', 'active', 1)",
				"insert into schedule_act values ('4', 9, 8, '', 'paused')",
			} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			newer := storetest.Open(t, url)
			got, err := store.Column[string](newer.Query(t.Context(), "select room || '|' || account || '|' || subject || '|' || coalesce(once, '-') || '|' || at || '|' || verb || '|' || who || '|' || note || '|' || answer from journal order by id"))
			if err != nil {
				t.Fatal(err)
			}
			want := []string{`request||17|k|5|asked|U1|{}|{"said":1}`, "article||3|k|6|asked|U2|tea|{}", "audience|wx1|vips|-|7|imported|U3|csv F1|", "schedule||9|-|8|paused|||"}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if _, err := old.DownTo(t.Context(), 27); err != nil {
				t.Fatalf("back again: %v", err)
			}
			var paused int
			if err := db.QueryRowContext(t.Context(), "select count(*) from schedule_act join act on act.request = 17 join audience_act on account = 'wx1' where schedule = 9").Scan(&paused); err != nil || paused != 1 {
				t.Errorf("what stands again: got %d, %v, want 1", paused, err)
			}
		})
	}
}
