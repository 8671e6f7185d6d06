package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// alterBusyMillis is how long a change waits for a magpie that writes to the same SQLite file.
const alterBusyMillis = 20_000

// Alter opens the database to be changed beside a magpie that may run. Nothing is migrated: a
// database of another schema than this build's is refused. What is written is committed as any
// other process's on PostgreSQL, and on SQLite in turn with the magpie that has the file. An
// SQLite file that is not there is fs.ErrNotExist.
func Alter(ctx context.Context, address string, log *slog.Logger) (db *DB, err error) {
	if path, isSQLite := strings.CutPrefix(address, "sqlite:"); isSQLite {
		db, err = alterSQLite(path)
	} else {
		db, err = openPostgres(ctx, address, log)
	}
	if err != nil {
		return nil, err
	}
	newest, err := Newest()
	if err == nil {
		var is int64
		if is, err = db.SchemaVersion(ctx); err == nil && is != newest {
			err = fmt.Errorf("the database's schema is number %d, this magpie's %d: start the newer of both once", is, newest)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func alterSQLite(path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, fs.ErrNotExist)
	}
	open := func(more ...string) (*sql.DB, error) {
		q := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_pragma": append([]string{
			fmt.Sprintf("busy_timeout(%d)", alterBusyMillis), "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		}, more...)}
		return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	}
	db := &DB{}
	if db.Writer, err = open(); err == nil {
		db.Writer.SetMaxOpenConns(1)
		if db.read, err = open("query_only(1)"); err != nil {
			db.Writer.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return db, nil
}
