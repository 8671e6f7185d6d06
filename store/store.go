// Package store opens the one database, migrates it and lends transactions. SQL is
// written once for SQLite and PostgreSQL: $1 placeholders, bigint milliseconds,
// `on conflict`, `returning`; a row is locked by an update of it.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"
)

// DB is the database: a SQLite file that this process holds alone, or PostgreSQL.
type DB struct {
	// Pool is set on PostgreSQL, Writer (one connection) on SQLite; both are for the
	// job queue, everybody else uses the methods.
	Pool   *pgxpool.Pool
	Writer *sql.DB

	conns *sql.DB // PostgreSQL: Pool seen through database/sql
	read  *sql.DB // where reads outside transactions go
	lock  *flock.Flock

	beside    bool // it is read alone
	keys      Keys // of secrets
	unbounded *pgxpool.Config
	unwritten atomic.Bool // what was to be written last could not be

	mu      sync.Mutex
	changed chan struct{} // nil: nobody waits for it
}

// Queryer reads: a *DB or a *Tx.
type Queryer interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the database that url names, `sqlite:PATH` or `postgres://…`, and
// brings its tables up to date. A SQLite file in use by another process is refused.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	var db *DB
	var err error
	dialect := goose.DialectSQLite3
	switch path, isSQLite := strings.CutPrefix(url, "sqlite:"); {
	case isSQLite:
		db, err = openSQLite(ctx, path, log)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		dialect = goose.DialectPostgres
		db, err = openPostgres(ctx, url, log)
	default:
		return nil, errors.New("DATABASE_URL must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, err
	}
	if err := db.Locked(ctx, log, func() error { return db.migrate(ctx, dialect, log) }); err != nil {
		db.Close()
		return nil, fmt.Errorf("migrate the database: %w", err)
	}
	return db, nil
}

// Postgres reports whether other processes may share the database.
func (db *DB) Postgres() bool { return db.Pool != nil }

// Ping asks whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.read.PingContext(ctx) }

// Query reads outside a transaction.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.read.QueryContext(ctx, query, args...)
}

// QueryRow reads one row outside a transaction.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return db.read.QueryRowContext(ctx, query, args...)
}

// Close gives the database back.
func (db *DB) Close() error {
	var errs []error
	switch {
	case db.Writer != nil:
		errs = append(errs, db.read.Close(), db.Writer.Close())
		if db.lock != nil { // it was not opened by Alter
			errs = append(errs, db.lock.Unlock())
		}
	case db.Pool != nil:
		errs = append(errs, db.conns.Close())
		db.Pool.Close()
	default: // opened Beside
		errs = append(errs, db.read.Close())
	}
	return errors.Join(errs...)
}

// Millis is t as the database keeps it; the zero time is 0.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Time is the instant that Millis kept.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
