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

// uncompacted is the setting that says that the files may hold what was deleted.
const uncompacted = "uncompacted"

// WantCompact notes, in the transaction that deletes or encrypts something, that the files may
// still hold it.
func WantCompact(ctx context.Context, tx *Tx) error {
	_, err := tx.Exec(ctx, "insert into setting (name, value) values ($1, 1) on conflict (name) do update set value = setting.value + 1", uncompacted)
	return err
}

// CompactWanted is Compact, where it is wanted and not done yet.
func (db *DB) CompactWanted(ctx context.Context) error {
	since, err := Column[int64](db.Query(ctx, "select value from setting where name = $1 and value > 0", uncompacted))
	if err != nil || len(since) == 0 {
		return err
	}
	if err := db.Compact(ctx); err != nil {
		return err
	}
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, "update setting set value = 0 where name = $1 and value = $2", uncompacted, since[0])
		return err
	})
}

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
		if err := forgetStatistics(ctx, conn, tables); err != nil {
			return err
		}
		// The statistics of before quoted values, too. Where the role may not, PostgreSQL warns
		// and leaves them.
		return vacuumAll(ctx, conn, []string{"pg_catalog.pg_statistic"})
	})
}

// forgetStatistics removes what is noted about the columns of empty tables: PostgreSQL keeps the
// values of a table's last rows where it finds none in their place (15.14). A column that is
// declared anew, as what it is, has none.
func forgetStatistics(ctx context.Context, conn *pgxpool.Conn, tables []string) error {
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		var filled bool
		if err := conn.QueryRow(ctx, "select exists (select 1 from "+name+")").Scan(&filled); err != nil {
			return err
		}
		if filled {
			continue
		}
		rows, err := conn.Query(ctx, `select 'alter table ' || a.attrelid::regclass || ' alter column ' || quote_ident(a.attname) || ' type ' || format_type(a.atttypid, a.atttypmod)
			from pg_attribute a join pg_stats s on s.schemaname = current_schema() and s.tablename = $1 and s.attname = a.attname
			where a.attrelid = $2::text::regclass and (s.most_common_vals is not null or s.histogram_bounds is not null)`, table, name)
		if err != nil {
			return err
		}
		statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, statement := range statements {
			if err := unlocked(ctx, conn, statement); err != nil {
				return err
			}
		}
	}
	return nil
}

// vacuumAll writes tables anew once nobody sees what was in them before.
func vacuumAll(ctx context.Context, conn *pgxpool.Conn, tables []string) error {
	if err := waitForOlder(ctx, conn); err != nil {
		return err
	}
	for _, table := range tables {
		if err := unlocked(ctx, conn, "vacuum (full, analyze) "+table); err != nil {
			return err
		}
	}
	return nil
}

// waitForOlder waits until nothing of before can be seen: what somebody still sees is written
// anew with the rest. Two things see it: a snapshot of this database, PostgreSQL's own workers'
// included, and any new one while a transaction of before runs, be it in another database,
// the vacuum's own included.
func waitForOlder(ctx context.Context, conn *pgxpool.Conn) error {
	var now string
	if err := conn.QueryRow(ctx, "select pg_current_xact_id()::text").Scan(&now); err != nil {
		return err
	}
	for range compactTries {
		var older bool
		if err := conn.QueryRow(ctx, `select pg_snapshot_xmin(pg_current_snapshot()) <= $1::text::xid8 or exists (select 1 from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid() and greatest(age(backend_xmin), age(backend_xid)) >= age($1::text::xid8::xid))`, now).Scan(&older); err != nil || !older {
			return err
		}
		if err := rest(ctx, compactPause); err != nil {
			return err
		}
	}
	return errors.New("somebody goes on reading what was before, or writing since")
}

// unlocked runs a statement that needs a table for itself, again while somebody has it.
func unlocked(ctx context.Context, conn *pgxpool.Conn, statement string) error {
	for try := 1; ; try++ {
		_, err := conn.Exec(ctx, statement)
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
