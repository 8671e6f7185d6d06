package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// A write waits this long for somebody else's lock on the file (a person at the
// sqlite3 shell, a backup): shorter than the time a line may take to be accepted.
const sqliteBusyMillis = 800

// readers is how many connections read at once.
const readers = 4

// openSQLite opens the file at path with one connection that writes and a pool that
// reads. synchronous(FULL): what was committed before a call to WeChat must still be
// known after the power went.
func openSQLite(ctx context.Context, path string, log *slog.Logger) (*DB, error) {
	if path == "" {
		return nil, fmt.Errorf("DATABASE_URL: sqlite: needs a path, such as sqlite:magpie.db")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("open database %s: its folder does not exist", path)
	}
	// Never removed: whoever waits for it would then hold another file's lock.
	lock := flock.New(path + ".lock")
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if !held {
		return nil, fmt.Errorf("database %s is in use by another magpie: stop that one first, or use PostgreSQL for several", path)
	}
	if err := keepPrivate(path, log); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), lock.Unlock())
	}
	open := func(mode string) *sql.DB {
		q := url.Values{"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", sqliteBusyMillis), "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		}}
		if mode == "ro" {
			q.Add("_pragma", "query_only(1)")
		} else {
			q.Set("_txlock", "immediate")
		}
		return openKeeping((&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	}
	db := &DB{lock: lock, Writer: open("rw"), read: open("ro")}
	db.Writer.SetMaxOpenConns(1)
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	var n int
	if err := db.Writer.QueryRowContext(ctx, "select count(*) from sqlite_master").Scan(&n); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	return db, nil
}
