package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	apart        = 2 * time.Second // and more is told, and made up for
	together     = time.Second     // and less is taken for the same again
	compareEvery = 5 * time.Second
	// compareWithin bounds a question that the answer would be too old for otherwise.
	compareWithin = time.Second
)

// Clock is the time that the processes of one database agree on: a machine's own where that
// is within 2 s of the database's, and else the database's. On SQLite it is the machine's.
type Clock struct {
	db  *DB
	own func() time.Time
	log *slog.Logger

	mu    sync.Mutex
	last  time.Time     // own, when it was last looked at
	ahead time.Duration // of the database's; 0: they agree
}

// Clock makes a clock of a machine's own.
func (db *DB) Clock(own func() time.Time, log *slog.Logger) *Clock {
	return &Clock{db: db, own: own, log: log}
}

// Now is the time. A clock that was stepped since it was last looked at, or a machine that
// slept, asks the database before it answers.
func (c *Clock) Now() time.Time {
	if !c.db.Postgres() {
		return c.own()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.own()
	if !c.last.IsZero() && wallStep(c.last, now).Abs() >= together {
		if err := c.compare(context.Background()); err != nil {
			c.log.Warn("a clock that was stepped could not be compared with the database's", "error", err)
		}
		now = c.own()
	}
	c.last = now
	if c.ahead == 0 {
		return now
	}
	return now.Round(0).Add(-c.ahead) // by no monotonic clock: those of before went by another
}

// wallStep is by how much more the wall clock has gone on than the monotonic one.
func wallStep(from, to time.Time) time.Duration {
	return to.Round(0).Sub(from.Round(0)) - to.Sub(from)
}

// Ahead is by how much the machine's clock is ahead of the database's; 0 where they are
// within 2 s of each other.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// Compare looks at both clocks.
func (c *Clock) Compare(ctx context.Context) error {
	if !c.db.Postgres() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.compare(ctx)
}

func (c *Clock) compare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, compareWithin)
	defer cancel()
	var there int64
	before, began := c.own(), time.Now()
	if err := c.db.QueryRow(ctx, "select (extract(epoch from clock_timestamp()) * 1000)::bigint").Scan(&there); err != nil {
		return fmt.Errorf("read the database's clock: %w", err)
	}
	ahead := before.Round(0).Add(time.Since(began) / 2).Sub(Time(there)).Round(time.Millisecond)
	was := c.ahead
	if ahead.Abs() >= apart || was != 0 && ahead.Abs() >= together {
		c.ahead = ahead
	} else {
		c.ahead = 0
	}
	c.last = c.own()
	switch {
	case was == 0 && c.ahead != 0 || (was-c.ahead).Abs() >= apart && c.ahead != 0:
		c.log.Warn("this machine's clock is not the database's, which magpie goes by", "ahead", c.ahead)
	case was != 0 && c.ahead == 0:
		c.log.Info("this machine's clock agrees with the database's again")
	}
	return nil
}

// Watch compares the clocks until ctx ends, every 5 s, and says at first and whenever they
// come apart or together; it is asked again for as long as told returns an error.
func (c *Clock) Watch(ctx context.Context, told func(ctx context.Context, ahead time.Duration) error) {
	if !c.db.Postgres() {
		return
	}
	ticker := time.NewTicker(compareEvery)
	defer ticker.Stop()
	for said, known := false, false; ; {
		if err := c.Compare(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("the clocks could not be compared", "error", err)
		}
		if ahead := c.Ahead(); !known || said != (ahead != 0) {
			if err := told(ctx, ahead); err == nil {
				said, known = ahead != 0, true
			} else if ctx.Err() == nil {
				c.log.Warn("that the clocks differ could not be told", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
