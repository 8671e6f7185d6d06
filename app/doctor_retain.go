package app

import (
	"context"
	"time"

	"magpie/config"
	"magpie/retention"
	"magpie/store"
)

// retain says how long what has ended is kept, and how many requests would go if that were done
// now. db is nil where it cannot be read.
func (c *Checkup) retain(ctx context.Context, cfg config.Config, db *store.DB) {
	if cfg.Retain == 0 {
		c.ok("retain", "everything is kept (RETAIN)")
		return
	}
	if db == nil {
		c.warn("retain", "see to the database first", "RETAIN=%s, and how much is older cannot be told", cfg.RetainSaid)
		return
	}
	old, err := retention.WouldGo(ctx, db, time.Now().Add(-cfg.Retain))
	if err != nil {
		c.warn("retain", "start magpie: it brings the tables up to date", "RETAIN=%s, and how much is older cannot be told: %s", cfg.RetainSaid, err)
		return
	}
	c.ok("retain", "RETAIN=%s: requests that would go now: %d; texts of articles: %d; images: %d", cfg.RetainSaid, old.Requests, old.Texts, old.Images)
}
