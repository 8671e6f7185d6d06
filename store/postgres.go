package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

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
	config.MaxConns = max(config.MaxConns, 16)
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

// Locked runs fn while no other process runs a Locked one: schema changes happen
// once. On SQLite this process has the file to itself already.
func (db *DB) Locked(ctx context.Context, fn func() error) error {
	if !db.Postgres() {
		return fn()
	}
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	for {
		// Asked for again and again: a session that waits for a lock is bounded.
		var held bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", migrationLock).Scan(&held); err != nil {
			return err
		}
		if held {
			break
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
