package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"magpie/store"
	"magpie/store/storetest"
)

// noQueue is a job queue without tables.
type noQueue struct{ err error }

func (noQueue) Prepare(context.Context, *store.DB) error                        { return nil }
func (q noQueue) Move(context.Context, store.Queryer, *store.Tx) (int64, error) { return 0, q.err }
func (noQueue) Bring(context.Context, store.Queryer, *store.Tx) (int64, error)  { return 0, nil }

func exec(t *testing.T, db *store.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), s)
			return err
		}); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// dump reads a table, each row as one text.
func dump(t *testing.T, db *store.DB, table string) map[string]bool {
	t.Helper()
	rows, err := db.Query(t.Context(), "select * from "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("%q", fmt.Sprintf("%v", values))] = true
	}
	return all
}

func TestMoveCopiesEverything(t *testing.T) {
	t.Parallel()
	from, to := storetest.SQLite(t), storetest.Postgres(t)
	source := storetest.Open(t, from)
	exec(t, source,
		`insert into request (n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
			values (7, 'k', 'waiting', '茶 🍵 "quoted" ' || char(9) || char(10), 'U1', 'C1', '', '{"a":"<p>&"}', 'h', 2, 1, 1, 9007199254740993, 0, 0)`,
		`insert into sending (request, phase, calls) values (7, 'ready', 2)`,
		`insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, sum, outcomes) values (7, 0, 0, 1, 2, '["oA","oB"]', 1, x'', x'00000000000000000201000000000000')`,
		`insert into journal (id, room, account, subject, once, at, verb, who, note, answer) values ('a1', 'request', '', '7', null, 1, 'asked', 'U1', '', ''), ('a2', 'request', '', '7', 'key', 1, 'asked', 'U1', '', '')`,
		`update counter set n = 7 where name = 'request'`,
		`insert into material_file (sha256, data, at) values ('s', x'00ff00d8', 1), ('empty', x'', 1)`,
	)
	const many = 20_000
	exec(t, source, fmt.Sprintf(`with recursive i(n) as (select 1 union all select n + 1 from i where n < %d)
		insert into audience_member (version, row, openid, vals) select 1, n, 'o' || n, '["茶"]' from i`, many))
	tables := []string{"request", "delivery_batch", "journal", "counter", "material_file", "audience_member"}
	want := map[string]map[string]bool{}
	for _, table := range tables {
		want[table] = dump(t, source, table)
	}
	if err := source.Close(); err != nil {
		t.Fatal(err)
	}

	// Cut short by its last part, a move has moved nothing.
	if _, err := store.Move(t.Context(), from, to, noQueue{errors.New("cut")}, quiet); err == nil || !strings.Contains(err.Error(), "cut") {
		t.Fatalf("Move with a queue that fails: got %v", err)
	}
	if n := len(dump(t, storetest.Open(t, to), "request")); n != 0 {
		t.Fatalf("requests after a move that failed: got %d, want 0", n)
	}
	moved, err := store.Move(t.Context(), from, to, noQueue{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int64{}
	for _, m := range moved {
		rows[m.Table] = m.Rows
	}
	if rows["audience_member"] != many || rows["delivery_batch"] != 1 || rows["process"] != 0 {
		t.Errorf("rows moved: got %v", rows)
	}
	target, source := storetest.Open(t, to), storetest.Open(t, from)
	for _, table := range tables {
		if got := dump(t, target, table); !reflect.DeepEqual(got, want[table]) {
			t.Errorf("%s: got %d rows, want the same %d; the first of them %.300s", table, len(got), len(want[table]), fmt.Sprint(got))
		}
		if got := dump(t, source, table); !reflect.DeepEqual(got, want[table]) {
			t.Errorf("%s of the source has changed", table)
		}
	}
}

func TestMoveRefuses(t *testing.T) {
	t.Parallel()
	none := "sqlite:" + filepath.Join(t.TempDir(), "none.db")
	made := func() string {
		url := storetest.SQLite(t)
		storetest.Open(t, url).Close()
		return url
	}
	inUse := storetest.SQLite(t)
	storetest.Open(t, inUse)
	used := storetest.Postgres(t)
	exec(t, storetest.Open(t, used), "insert into process (id, seen_at) values ('p', 1)")
	foreign := storetest.Postgres(t)
	if _, err := storetest.Peek(t, foreign).Exec("create table guests (name text)"); err != nil {
		t.Fatal(err)
	}
	fresh := storetest.Postgres(t)
	for _, c := range []struct{ what, from, to, want string }{
		{"no source", none, fresh, "there is no database to move"},
		{"a source in use", inUse, fresh, "in use by another magpie"},
		{"a target in use", made(), used, "its table process holds 1 rows"},
		{"somebody else's target", made(), foreign, "its table guests is not magpie's"},
		{"from PostgreSQL", used, fresh, "must be sqlite:PATH"},
		{"to SQLite", made(), none, "moved to postgres://"},
		{"no target", made(), "postgres://magpie:sesame@127.0.0.1:1/x?connect_timeout=1", "127.0.0.1:1"},
	} {
		_, err := store.Move(t.Context(), c.from, c.to, noQueue{}, quiet)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: got %v, want %q in it", c.what, err, c.want)
		}
	}
	if _, err := store.Move(t.Context(), none, fresh, noQueue{}, quiet); err == nil {
		t.Error("a refusal has made the source")
	}
	// None of these has touched the target.
	if _, err := store.Move(t.Context(), made(), fresh, noQueue{}, quiet); err != nil {
		t.Errorf("a good move after them: got %v", err)
	}
}
