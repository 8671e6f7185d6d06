package store_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"magpie/store"
	"magpie/store/storetest"
)

// A database that is set to read only is told from one that takes what is written.
func TestWritable(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		peek := storetest.Peek(t, url)
		peek.SetMaxOpenConns(1) // its session goes on as it began
		set := func(statement string) {
			t.Helper()
			conns := peek
			if db.Writer != nil {
				conns = db.Writer
			}
			if _, err := conns.Exec(statement); err != nil {
				t.Fatal(err)
			}
			if db.Postgres() {
				db.Pool.Reset()
			}
		}
		on, off := "pragma query_only = 1", "pragma query_only = 0"
		if db.Postgres() {
			name, _, _ := strings.Cut(url[strings.LastIndex(url, "/")+1:], "?")
			on, off = "alter database "+name+" set default_transaction_read_only = on", "alter database "+name+" reset default_transaction_read_only"
		}
		for _, c := range []struct {
			statement string
			want      error
		}{{"select 1", nil}, {on, store.ErrReadOnly}, {off, nil}} {
			set(c.statement)
			if err := db.Writable(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("after %q: got %v, want %v", c.statement, err, c.want)
			}
		}
	})
}

// After something could not be written for want of room, being asked writes a row.
func TestWritableWhereTheDiskIsFull(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	var pages int
	if err := db.Writer.QueryRow("pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	full := func(limit int) {
		t.Helper()
		if err := db.Writer.QueryRow("pragma max_page_count = " + strconv.Itoa(limit)).Scan(&limit); err != nil {
			t.Fatal(err)
		}
	}
	full(pages)
	fill := func() error {
		return db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into process (id, seen_at) values ($1, 1)", strings.Repeat("x", 100_000))
			return err
		})
	}
	probed := func() (n int) {
		t.Helper()
		if err := db.Writable(t.Context()); err != nil {
			t.Errorf("Writable: %v", err)
		}
		if err := db.QueryRow(t.Context(), "select count(*) from setting where name = 'written'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := probed(); n != 0 {
		t.Error("it writes though nothing is wrong")
	}
	if err := fill(); err == nil {
		t.Fatal("there was room")
	}
	full(pages + 1000)
	if n := probed(); n != 1 {
		t.Error("after a disk was full it takes writing for granted")
	}
}
