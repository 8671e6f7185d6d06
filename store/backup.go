package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// Backup is a copy of a database as it stood at one moment, in a new SQLite file that opens
// as DATABASE_URL=sqlite:File.
type Backup struct {
	From  string // the database's address, sqlite:PATH or postgres://…
	File  string // the copy's path; it must not be there yet
	Queue Queue
	// Mark, where not nil, writes into the copy what its next start must know.
	Mark func(ctx context.Context, tx *Tx) error
	Log  *slog.Logger
}

// Make copies the database, beside a magpie that runs, which goes on writing meanwhile: the
// copy is of the moment at which the copying began. The file is nobody's but its owner's, on
// disk when Make returns, and under its name only once it is whole. A file that is there is
// fs.ErrExist; a database whose tables another build made is refused.
func (b Backup) Make(ctx context.Context) error {
	file, err := filepath.Abs(b.File)
	if err != nil {
		return err
	}
	if err := refuseExisting(file); err != nil {
		return err
	}
	from, err := Beside(ctx, b.From)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := from.ofThisBuild(ctx); err != nil {
		return err
	}
	partial := file + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: another backup is under way, or was cut short; remove it then", err)
	} else if err != nil {
		return err
	}
	defer removeCopy(partial)
	if err := f.Close(); err != nil {
		return err
	}
	ctx = Long(ctx) // a large database takes as long as it takes
	if !from.Postgres() {
		if err := vacuumInto(ctx, strings.TrimPrefix(b.From, "sqlite:"), partial); err != nil {
			return fmt.Errorf("copy the database: %w", orHeld(err))
		}
	}
	if err := b.fill(ctx, from, partial); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	// Unlike a rename, a link never takes the place of a file that came meanwhile.
	if err := os.Link(partial, file); errors.Is(err, fs.ErrExist) {
		return err
	} else if err != nil { // a file system without links
		if err := refuseExisting(file); err != nil {
			return err
		}
		if err := os.Rename(partial, file); err != nil {
			return err
		}
	}
	return syncFile(filepath.Dir(file))
}

// vacuumInto copies an SQLite file as one read transaction sees it. query_only would refuse
// to write the copy, too.
func vacuumInto(ctx context.Context, path, partial string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	db, err := besideSQLite(path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "vacuum into $1", partial)
	return errors.Join(err, db.Close())
}

// fill opens the copy, has PostgreSQL's rows in it, and marks it.
func (b Backup) fill(ctx context.Context, from *DB, partial string) (err error) {
	to, err := Open(ctx, "sqlite:"+partial, b.Log)
	if err != nil {
		return fmt.Errorf("open the copy: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if from.Postgres() {
		if err := b.copyPostgres(ctx, from, to); err != nil {
			return fmt.Errorf("copy the database: %w", err)
		}
	}
	if b.Mark != nil {
		if err := to.Update(ctx, func(tx *Tx) error { return b.Mark(ctx, tx) }); err != nil {
			return fmt.Errorf("mark the copy: %w", err)
		}
	}
	// Everything stands in the one file that is kept.
	_, err = to.Writer.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	return err
}

// ofThisBuild refuses a database whose tables this build does not know, or would change.
func (db *DB) ofThisBuild(ctx context.Context) error {
	newest, err := Newest()
	if err != nil {
		return err
	}
	made, err := db.SchemaVersion(ctx)
	switch {
	case err != nil && strings.Contains(err.Error(), gooseTable):
		return errors.New("the database holds nothing of magpie's yet")
	case err != nil:
		return fmt.Errorf("read the number of the database's schema: %w", err)
	case made != newest:
		return fmt.Errorf("the database's schema is %d, this magpie's is %d: back it up with the magpie that ran on it last", made, newest)
	}
	return nil
}

func refuseExisting(file string) error {
	switch _, err := os.Lstat(file); {
	case err == nil:
		return &fs.PathError{Op: "backup", Path: file, Err: fs.ErrExist}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// removeCopy takes away what was made beside the copy on the way.
func removeCopy(partial string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock"} {
		_ = os.Remove(partial + suffix) // most are gone already
	}
}

// syncFile has a file, or what a folder lists, on disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
