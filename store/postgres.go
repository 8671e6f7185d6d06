package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// leastConns are needed at once: one hears of new jobs for as long as magpie runs, one holds
// a lock of magpie's start, and a few work.
const leastConns = 4

// migrationLock is the advisory lock that one process holds while it migrates.
const migrationLock = 0x6d6167706965 // "magpie"

func openPostgres(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx's message can quote the address with its password.
		return nil, fmt.Errorf("DATABASE_URL is not a PostgreSQL address: expected postgres://user:password@host:5432/name")
	}
	reach(config.ConnConfig)
	unbounded := config.Copy()
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = 16
	}
	if config.MaxConns < leastConns {
		return nil, fmt.Errorf("DATABASE_URL says pool_max_conns=%d; magpie needs %d at least", config.MaxConns, leastConns)
	}
	deadlines := bound(config, log)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err == nil {
		deadlines.pool.Store(pool)
		err = pool.Ping(ctx)
	}
	if err != nil {
		if pool != nil {
			pool.Close()
		}
		at := config.ConnConfig
		return nil, fmt.Errorf("connect to PostgreSQL at %s:%d, database %s, as %s: %w", at.Host, at.Port, at.Database, at.User, err)
	}
	conns := stdlib.OpenDBFromPool(pool)
	return &DB{Pool: pool, conns: conns, read: conns, unbounded: unbounded}, nil
}

// Unbounded lends connections without our bounds while fn runs: a change of tables takes
// as long as it takes.
func (db *DB) Unbounded(ctx context.Context, fn func(pool *pgxpool.Pool) error) error {
	pool, err := pgxpool.NewWithConfig(ctx, db.unbounded.Copy())
	if err != nil {
		return err
	}
	defer pool.Close()
	return fn(pool)
}

// tellWaiting is how long a start waits for another's migration before it says so, and how
// often.
const tellWaiting = 3 * time.Second

// Locked runs fn while no other process runs a Locked one: schema changes happen
// once. On SQLite this process has the file to itself already. The log names the session
// that is waited for, since a process may be frozen in it.
func (db *DB) Locked(ctx context.Context, log *slog.Logger, fn func() error) error {
	if !db.Postgres() {
		return fn()
	}
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	for tell := time.Now().Add(tellWaiting); ; {
		// Asked for again and again: a session that waits for a lock is bounded.
		var held bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", migrationLock).Scan(&held); err != nil {
			return err
		}
		if held {
			break
		}
		if !time.Now().Before(tell) {
			tell = time.Now().Add(tellWaiting)
			var pid int
			var from string
			err := conn.QueryRow(ctx, `select pid, coalesce(host(client_addr), 'this machine') from pg_locks join pg_stat_activity using (pid)
				where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database()) and (classid::bigint << 32) + objid::bigint = $1 limit 1`, int64(migrationLock)).Scan(&pid, &from)
			log.Warn("waiting for another magpie, which is bringing the tables up to date; where it is frozen, end it, or its session by pg_terminate_backend", "session", pid, "from", from, "error", err)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer func() {
		// A session that cannot unlock is broken; its end gives the lock back.
		if _, err := conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", migrationLock); err != nil {
			conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return fn()
}
