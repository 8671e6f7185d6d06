package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"magpie/store"
	"magpie/store/storetest"
)

// A backup beside a database in use holds what that holds, byte for byte, is its owner's
// alone, and opens.
func TestBackup(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		source := storetest.Open(t, url)
		exec(t, source,
			`insert into request (n, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at)
				values (7, 'k', 'waiting', '茶 🍵 "quoted"', 'U1', 'C1', '', '{"a":"<p>&"}', 'h', 2, 1, 1, 9007199254740993, 0, 0)`,
			`insert into journal (id, room, account, subject, once, at, verb, who, note, answer) values ('a1', 'request', '', '7', null, 1, 'asked', 'U1', '', '')`,
			`update counter set n = 7 where name = 'request'`,
		)
		if err := source.Update(t.Context(), func(tx *store.Tx) error {
			for name, data := range map[string][]byte{"s": {0, 255, 0, 216}, "empty": {}} {
				if _, err := tx.Exec(t.Context(), "insert into material_file (sha256, data, at) values ($1, $2, 1)", name, data); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "copy.db")
		marked := 0
		backup := store.Backup{From: url, File: file, Queue: noQueue{}, Log: quiet, Mark: func(ctx context.Context, tx *store.Tx) error {
			marked++
			return nil
		}}
		if err := backup.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || marked != 1 {
			t.Errorf("the copy: got %v, %v, marked %d times, want 0600 and once", info, err, marked)
		}
		if left, _ := filepath.Glob(file + "?*"); left != nil {
			t.Errorf("beside the copy: got %v, want nothing", left)
		}
		to := storetest.Open(t, "sqlite:"+file)
		for _, table := range []string{"request", "journal", "journal_head", "counter", "material_file", "setting"} {
			if got, want := dump(t, to, table), dump(t, source, table); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %.300v, want %.300v", table, got, want)
			}
		}
		if err := backup.Make(t.Context()); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over a file that is there: got %v, want fs.ErrExist", err)
		}
	})
}

// What cannot be copied whole leaves nothing behind.
func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "copy.db")
	url := storetest.SQLite(t)
	source := storetest.Open(t, url)
	cut := errors.New("cut")
	other := storetest.SQLite(t)
	exec(t, storetest.Open(t, other), "insert into goose_db_version (version_id, is_applied) values (99999, 1)")
	for _, c := range []struct {
		what, from, file, want string
		mark                   error
	}{
		{"no database", "sqlite:" + filepath.Join(dir, "none.db"), file, "no such file", nil},
		{"no folder", url, filepath.Join(dir, "none", "copy.db"), "no such file", nil},
		{"another build's", other, file, "back it up with the magpie that ran on it last", nil},
		{"cut short", url, file, "cut", cut},
	} {
		err := store.Backup{From: c.from, File: c.file, Queue: noQueue{}, Log: quiet, Mark: func(context.Context, *store.Tx) error { return c.mark }}.Make(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.what, err, c.want)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: left %v", c.what, left)
		}
	}
	if err := source.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
