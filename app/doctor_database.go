package app

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"

	"magpie/config"
	"magpie/store"
)

// Clocks that differ by more than these are told, and are a fault.
const (
	skewWarn = 2 * time.Second
	skewFail = time.Minute
)

// least is how much room a database's disk should have, in bytes.
const least = 1 << 30

// database looks at the database without a hand on it; nil where it cannot be read.
func (c *Checkup) database(ctx context.Context, cfg config.Config) *store.DB {
	db, err := store.Beside(ctx, cfg.DatabaseURL)
	if errors.Is(err, fs.ErrNotExist) {
		c.warn("database", "start magpie: it makes the file", "there is none yet")
		return nil
	} else if err != nil {
		c.fail("database", "check DATABASE_URL and whether the server runs", "it cannot be opened: %s", err)
		return nil
	}
	sort := "SQLite"
	if db.Postgres() {
		sort = "PostgreSQL"
	}
	at, err := db.SchemaVersion(ctx)
	newest, newestErr := store.Newest()
	switch {
	case err != nil || newestErr != nil:
		c.warn("database", "start magpie: it makes the tables", "%s answers, and has no tables of magpie's: %v", sort, errors.Join(err, newestErr))
	case at > newest:
		c.fail("database", "run the magpie that made it, or a newer one", "%s has schema %d, and this magpie knows %d", sort, at, newest)
	case at < newest:
		c.ok("database", "%s answers; the next start brings schema %d to %d", sort, at, newest)
	default:
		c.ok("database", "%s answers, schema %d", sort, at)
	}
	if path, isFile := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); isFile {
		free, err := freeBytes(path)
		c.disk(free, err)
	}
	if theirs, err := db.ServerTime(ctx); err != nil {
		c.warn("clock database", "try again", "the database does not tell its time: %s", err)
	} else {
		c.clock("database", time.Until(theirs))
	}
	return db
}

// disk says whether so many free bytes, where they can be told, are enough for the database.
func (c *Checkup) disk(free int64, err error) {
	switch {
	case err != nil:
		c.warn("database disk", "look at it by hand", "the free room cannot be told: %s", err)
	case free < least:
		c.fail("database disk", "make room: where the disk is full nothing is accepted", "%d MB are free", free>>20)
	default:
		c.ok("database disk", "%d GB are free", free>>30)
	}
}

// clock compares this machine's clock with another's, which is ahead by so much.
func (c *Checkup) clock(whose string, ahead time.Duration) {
	const do = "set this machine's clock by NTP: approvals, schedules and signatures go by it"
	switch off := ahead.Abs().Round(time.Second); {
	case off > skewFail:
		c.fail("clock "+whose, do, "this machine's clock is %s off", off)
	case off > skewWarn:
		c.warn("clock "+whose, do, "this machine's clock is %s off", off)
	default:
		c.ok("clock "+whose, "this machine's clock agrees within %s", skewWarn)
	}
}
