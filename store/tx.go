package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Tx is a transaction. It carries the driver's own too, so that a job can be
// enqueued in it.
type Tx struct {
	SQL *sql.Tx // on SQLite
	PG  pgx.Tx  // on PostgreSQL
	run runner

	wrote bool // rows
	quiet bool
	then  []func()
	last  []func() error
	noted map[string]string
}

// Quietly has the commit wake no loop that rests until something is written: nobody looks for
// what this transaction writes.
func (tx *Tx) Quietly() { tx.quiet = true }

// Note keeps a text for whoever comes later in this transaction.
func (tx *Tx) Note(key, text string) {
	if tx.noted == nil {
		tx.noted = map[string]string{}
	}
	tx.noted[key] = text
}

// Noted is what was kept in this transaction under a key; "": nothing.
func (tx *Tx) Noted(key string) string { return tx.noted[key] }

// Last has fn called in tx once all else of it is done, before the commit; its error undoes all.
func (tx *Tx) Last(fn func() error) { tx.last = append(tx.last, fn) }

// OnCommit has fn called once the transaction stands, or may stand: where that is not
// known it is called too.
func (tx *Tx) OnCommit(fn func()) { tx.then = append(tx.then, fn) }

type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Update runs fn in a transaction that commits when fn returns nil and otherwise
// rolls back. It ends with ctx: what is not committed by then never happened, but where
// the error is ErrUnknown.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if db.beside {
		return ErrBeside
	}
	wrote, quiet := false, false
	var then []func()
	noting := func(tx *Tx) error {
		err := fn(tx)
		for i := 0; err == nil && i < len(tx.last); i++ {
			err = tx.last[i]()
		}
		wrote, quiet, then = tx.wrote, tx.quiet, tx.then
		return err
	}
	update := db.updateSQLite
	if db.Postgres() {
		update = db.updatePostgres
	}
	err := update(ctx, noting)
	db.noteWritten(wrote, err)
	if err == nil || errors.Is(err, ErrUnknown) {
		if wrote && !quiet {
			db.tellChanged()
		}
		for _, fn := range then {
			fn()
		}
	}
	return err
}

func (db *DB) updateSQLite(ctx context.Context, fn func(*Tx) error) error {
	tx, err := db.Writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := fn(&Tx{SQL: tx, run: tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// updatePostgres runs fn on one connection on which pgx has begun the transaction:
// database/sql then speaks inside it.
func (db *DB) updatePostgres(ctx context.Context, fn func(*Tx) error) error {
	conn, err := db.conns.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Close()
	var raw *pgx.Conn
	if err := conn.Raw(func(driver any) error {
		raw = driver.(*stdlib.Conn).Conn()
		return nil
	}); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx, err := raw.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	// database/sql gives a broken connection back at once, in the middle of fn: only what
	// goes through Raw never touches one that is somebody else's by then.
	defer func() {
		_ = conn.Raw(func(any) error { return tx.Rollback(context.WithoutCancel(ctx)) }) // after the commit it does nothing
	}()
	if isLong(ctx) {
		if _, err := tx.Exec(ctx, lift); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
	} else {
		over := time.AfterFunc(transactionWithin, func() { abandon(raw) })
		defer over.Stop()
	}
	if err := fn(&Tx{PG: tx, run: conn}); err != nil {
		return err
	}
	if err := conn.Raw(func(any) error { return tx.Commit(ctx) }); err != nil {
		var answered *pgconn.PgError
		if errors.As(err, &answered) || errors.Is(err, pgx.ErrTxCommitRollback) || errors.Is(err, sql.ErrConnDone) {
			return fmt.Errorf("commit: %w", err)
		}
		return fmt.Errorf("commit: %w: %w", ErrUnknown, err)
	}
	return nil
}

// ErrUnknown says that a COMMIT was on its way and PostgreSQL's answer did not come:
// nobody knows whether the transaction stands.
var ErrUnknown error = unknownError{}

type unknownError struct{}

func (unknownError) Error() string { return "it is not known whether it was committed" }

// MaybeDone says that nobody may be told that nothing was done.
func (unknownError) MaybeDone() bool { return true }

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := tx.run.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	tx.wrote = tx.wrote || n > 0
	return n, err
}

// Query reads inside the transaction.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.run.QueryContext(ctx, query, args...)
}

// QueryRow reads one row inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.run.QueryRowContext(ctx, query, args...)
}
