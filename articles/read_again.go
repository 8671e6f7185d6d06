package articles

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// readWithin is how long one attempt at reading files and images may take.
const readWithin = 3 * time.Minute

// reading is a job that was given up, so that somebody may have it tried again.
type reading struct {
	Job  string          `json:"job"`
	Args json.RawMessage `json:"args"`
	Into bool            `json:"into"` // the article was there before
}

// readTooLong tells that files or images took too long to read three times. They are
// read again when somebody says so.
func (d *Desk) readTooLong(ctx context.Context, article int64, who, job string, args any) error {
	a, err := d.Article(ctx, d.DB, article)
	if err != nil || a.State == Removed {
		return err
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return err
	}
	into := a.State != Arriving
	again, err := json.Marshal(reading{job, raw, into})
	if err != nil {
		return err
	}
	if who == "" {
		who = a.By
	}
	return d.readingFailed(ctx, importJob{Article: article, Into: into, Who: who}, cards.T("article.read_too_long"), string(again))
}

// readAgain takes up a reading that was given up.
func (d *Desk) readAgain(ctx context.Context, tx *store.Tx, a Article, given *run) error {
	var r reading
	if err := json.Unmarshal([]byte(given.Wish), &r); err != nil {
		return fmt.Errorf("read what article %d is to read again: %w", a.N, err)
	}
	if !r.Into {
		if _, err := tx.Exec(ctx, "update article set state = $2 where n = $1", a.N, string(Arriving)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, "update article_run set state = 'done', wish = '' where id = $1", given.ID); err != nil {
		return err
	}
	if err := d.Jobs.Enqueue(ctx, tx, r.Job, r.Args); err != nil {
		return err
	}
	return d.redraw(ctx, tx, a.N)
}
