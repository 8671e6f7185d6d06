package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrReadOnly says that the database answers and takes nothing that is written: it is a
// standby, is set to read only, its file may not be written, or its disk is full.
var ErrReadOnly = errors.New("the database is read-only")

// Writable asks whether the database takes what is written. Where that failed for want of
// room or of the right to, the next of its questions writes a row; else none does.
func (db *DB) Writable(ctx context.Context) error {
	err := db.Update(ctx, func(tx *Tx) error {
		// It changes nothing, and is refused alike where writing is.
		if _, err := tx.Exec(ctx, "update setting set value = value where 1 = 0"); err != nil || !db.unwritten.Load() {
			return err
		}
		_, err := tx.Exec(ctx, "insert into setting (name, value) values ('written', $1) on conflict (name) do update set value = excluded.value", Millis(time.Now()))
		return err
	})
	if isReadOnly(err) {
		return errors.Join(ErrReadOnly, err)
	}
	return err
}

// noteWritten notes whether what was to be written last could be.
func (db *DB) noteWritten(wrote bool, err error) {
	switch {
	case isReadOnly(err):
		db.unwritten.Store(true)
	case wrote && err == nil:
		db.unwritten.Store(false)
	}
}

// isReadOnly reports whether an error says that nothing can be written, by whomever.
func isReadOnly(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "25006" || pg.Code == "53100" || pg.Code == "58030" // read_only_sql_transaction, disk_full, io_error
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
			return true
		}
	}
	return false
}
