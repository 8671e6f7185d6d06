package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// migrationLock is the advisory lock that one process holds while it migrates.
const migrationLock = 0x6d6167706965 // "magpie"

// bounds are what a session of ours asks of the server, so that a process that froze or
// a connection that died silently holds its rows for less than 30 s. A server or
// platform without a TCP option ignores it. What DATABASE_URL names as a parameter stays.
var bounds = map[string]string{
	"idle_in_transaction_session_timeout": "15s",
	"tcp_keepalives_idle":                 "10s",
	"tcp_keepalives_interval":             "5s",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "20s",
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx's message can quote the address with its password.
		return nil, fmt.Errorf("DATABASE_URL is not a PostgreSQL address: expected postgres://user:password@host:5432/name")
	}
	for name, value := range bounds {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.MaxConns = max(config.MaxConns, 16)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err == nil {
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
	return &DB{Pool: pool, conns: conns, read: conns}, nil
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
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", migrationLock); err != nil {
		return err
	}
	defer func() {
		// A session that cannot unlock is broken; its end gives the lock back.
		if _, err := conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", migrationLock); err != nil {
			conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return fn()
}
