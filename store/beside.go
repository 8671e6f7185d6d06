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
	"strings"
	"time"
)

// ErrBeside refuses a change through a database that was opened Beside.
var ErrBeside = errors.New("the database is only looked at")

// Beside opens the database to be read alone, beside a magpie that runs: nothing is locked,
// migrated or written. An SQLite file that is not there is fs.ErrNotExist.
func Beside(ctx context.Context, address string) (*DB, error) {
	path, isSQLite := strings.CutPrefix(address, "sqlite:")
	if !isSQLite {
		db, err := openPostgres(ctx, address, slog.New(slog.DiscardHandler))
		if err != nil {
			return nil, err
		}
		db.beside = true
		return db, nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	read, err := besideSQLite(path, "query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	read.SetMaxOpenConns(4)
	if err := read.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, orHeld(err))
	}
	return &DB{read: read, beside: true}, nil
}

// orHeld says what to do where another program lets nobody read an SQLite file; magpie lets all.
func orHeld(err error) error {
	if !IsBusy(err) {
		return err
	}
	return fmt.Errorf("another program has it for itself (a shell, or a tool that copies or repairs it): end that one, or wait for it, and say the same again: %w", err)
}

// besideSQLite opens an existing file, in which nothing can be written.
func besideSQLite(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"mode": {"ro"}, "_pragma": append(pragmas, fmt.Sprintf("busy_timeout(%d)", sqliteBusyMillis))}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
}

// SchemaVersion is the number of the newest migration that was made in the database.
func (db *DB) SchemaVersion(ctx context.Context) (version int64, err error) {
	err = db.QueryRow(ctx, "select max(version_id) from "+gooseTable+" where is_applied").Scan(&version)
	return version, err
}

// ServerTime is what time it is for the database: SQLite's is this machine's.
func (db *DB) ServerTime(ctx context.Context) (time.Time, error) {
	if !db.Postgres() {
		return time.Now(), nil
	}
	var at time.Time
	err := db.QueryRow(ctx, "select clock_timestamp()").Scan(&at)
	return at, err
}
