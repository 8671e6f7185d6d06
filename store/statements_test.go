package store_test

import (
	"testing"

	"magpie/store"
	"magpie/store/storetest"
)

// TestStatementsAreKept says what a connection has said before: in the midst of rows of
// the same words, after an error, after the table changed and beyond what is kept.
func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.SQLite(t))
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		must := func(query string, args ...any) {
			t.Helper()
			if _, err := tx.Exec(t.Context(), query, args...); err != nil {
				t.Fatal(query, err)
			}
		}
		must("create table kept (n integer primary key, word text)")
		for n := range 3 {
			must("insert into kept (n, word) values ($1, $2)", n, "w")
		}
		if _, err := tx.Exec(t.Context(), "insert into kept (n, word) values ($1, $2)", 1, "again"); err == nil {
			t.Error("a second 1: got no error")
		}
		must("insert into kept (n, word) values ($1, $2)", 3, "after")
		pairs := 0
		outer, err := tx.Query(t.Context(), "select n from kept order by n")
		if err != nil {
			return err
		}
		for outer.Next() {
			inner, err := tx.Query(t.Context(), "select n from kept order by n")
			if err != nil {
				return err
			}
			for inner.Next() {
				pairs++
			}
			inner.Close()
		}
		outer.Close()
		if pairs != 16 {
			t.Errorf("rows within rows: got %d pairs, want 16", pairs)
		}
		for n := range 300 {
			var got int
			if err := tx.QueryRow(t.Context(), "select $1 + "+string(rune('0'+n%10))+" -- "+string(rune('a'+n/10)), n).Scan(&got); err != nil || got != n+n%10 {
				t.Fatalf("statement %d: got %d, %v", n, got, err)
			}
		}
		must("alter table kept add column more text not null default 'x'")
		var n int
		var word, more string
		if err := tx.QueryRow(t.Context(), "select * from kept where n = $1", 3).Scan(&n, &word, &more); err != nil || more != "x" {
			t.Errorf("after a column more: got %q, %v", more, err)
		}
		must("alter table kept drop column word")
		if err := tx.QueryRow(t.Context(), "select * from kept where n = $1", 3).Scan(&n, &more); err != nil || more != "x" {
			t.Errorf("after a column less: got %q, %v", more, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
