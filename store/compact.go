package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	compactTries = 60
	compactPause = 500 * time.Millisecond
)

// Compact writes every table anew, so that nothing that was deleted or changed is left in the
// files. It takes a few seconds a gigabyte. SQLite takes no other writes meanwhile (VACUUM, then
// the write-ahead log is emptied); PostgreSQL lets nobody at the one table that it is at (VACUUM
// FULL, and its statistics, which quote values, are gathered anew). Beyond its reach are
// PostgreSQL's own write-ahead log until it is recycled, archives and backups.
func (db *DB) Compact(ctx context.Context) error {
	compact := db.compactSQLite
	if db.Postgres() {
		compact = db.compactPostgres
	}
	if err := compact(ctx); err != nil {
		return fmt.Errorf("write the tables anew: %w", err)
	}
	return nil
}

func (db *DB) compactSQLite(ctx context.Context) error {
	if _, err := db.Writer.ExecContext(ctx, "vacuum"); err != nil {
		return err
	}
	for range compactTries {
		// It is busy where somebody still reads what was before.
		var busy, pages, moved int
		if err := db.Writer.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&busy, &pages, &moved); err != nil || busy == 0 {
			return err
		}
		if err := rest(ctx, compactPause); err != nil {
			return err
		}
	}
	return errors.New("somebody goes on reading what was before")
}

func (db *DB) compactPostgres(ctx context.Context) error {
	tables, err := Column[string](db.Query(ctx, "select table_name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name"))
	if err != nil {
		return err
	}
	return db.Unbounded(ctx, func(pool *pgxpool.Pool) error {
		conn, err := pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		if _, err := conn.Exec(ctx, fmt.Sprintf("set lock_timeout = %d", migrateLock.Milliseconds())); err != nil {
			return err
		}
		if err := vacuumAll(ctx, conn, quotedAll(tables)); err != nil {
			return err
		}
		// The statistics of before quote values, and are kept for whoever took a snapshot between
		// the wait and the vacuum, as PostgreSQL's own worker may. So they are written more than
		// once. Where the role may not, PostgreSQL warns and leaves them.
		for range 3 {
			if err := vacuumAll(ctx, conn, []string{"pg_catalog.pg_statistic"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// vacuumAll writes tables anew once nobody sees what was in them before.
func vacuumAll(ctx context.Context, conn *pgxpool.Conn, tables []string) error {
	if err := waitForOlder(ctx, conn); err != nil {
		return err
	}
	for _, table := range tables {
		if err := vacuumFull(ctx, conn, table); err != nil {
			return err
		}
	}
	return nil
}

// waitForOlder waits until nobody at the database, PostgreSQL's own workers included, has a
// snapshot of before: what that one still sees would be written anew with the rest.
func waitForOlder(ctx context.Context, conn *pgxpool.Conn) error {
	var now string
	if err := conn.QueryRow(ctx, "select pg_current_xact_id()::xid::text").Scan(&now); err != nil {
		return err
	}
	for range compactTries {
		var older int
		if err := conn.QueryRow(ctx, `select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
			and greatest(age(backend_xmin), age(backend_xid)) > age($1::text::xid)`, now).Scan(&older); err != nil || older == 0 {
			return err
		}
		if err := rest(ctx, compactPause); err != nil {
			return err
		}
	}
	return errors.New("somebody goes on reading what was before")
}

func vacuumFull(ctx context.Context, conn *pgxpool.Conn, table string) error {
	for try := 1; ; try++ {
		_, err := conn.Exec(ctx, "vacuum (full, analyze) "+table)
		if !isLocked(err) || try == compactTries {
			return err
		}
		if err := rest(ctx, compactPause); err != nil {
			return err
		}
	}
}

func quotedAll(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = pgx.Identifier{name}.Sanitize()
	}
	return all
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
