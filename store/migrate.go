package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// On PostgreSQL a statement that changes a table waits for whoever reads it, and everybody
// else waits behind it. It waits for less time than a line has to be accepted, and tries
// again after as long.
const (
	migrateLock  = 500 * time.Millisecond
	migratePause = 500 * time.Millisecond
	migrateTries = 60
)

// migrate brings the tables up to date.
func (db *DB) migrate(ctx context.Context, dialect goose.Dialect, log *slog.Logger) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	conns := db.Writer
	if db.Postgres() {
		conns = db.migrating()
		defer conns.Close()
	}
	provider, err := goose.NewProvider(dialect, conns, dir, goose.WithSlog(log), goose.WithGoMigrations(deliveriesToBatches()))
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		// What was made before a failure stays made, each migration whole.
		if _, err = provider.Up(ctx); !isLocked(err) || try == migrateTries {
			return err
		}
		log.Warn("the tables cannot be brought up to date yet: another session uses them", "try", try, "error", err)
		select {
		case <-time.After(migratePause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// migrating are connections without our bounds, for a change takes as long as it takes,
// but one: they wait for a lock no longer than migrateLock.
func (db *DB) migrating() *sql.DB {
	config := db.unbounded.ConnConfig.Copy()
	config.RuntimeParams["lock_timeout"] = fmt.Sprint(migrateLock.Milliseconds())
	return stdlib.OpenDB(*config)
}

// isLocked reports whether PostgreSQL did not give a lock in time.
func isLocked(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "55P03" // lock_not_available
}

// Newest is the number of the newest migration that this build makes.
func Newest() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	newest := goMigration
	for _, name := range files {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// Schema tells apart the tables that builds of magpie make: the SHA-256 of the migrations,
// by their names too.
func Schema() []byte {
	sum := sha256.New()
	files, _ := fs.Glob(migrations, "migrations/*.sql")
	for _, name := range files {
		text, _ := migrations.ReadFile(name)
		fmt.Fprintf(sum, "%s %d\n", name, len(text))
		sum.Write(text)
	}
	return sum.Sum(nil)
}
