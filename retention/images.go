package retention

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"magpie/store"
)

// imagesLooked is how many images go in one transaction: each may have a megabyte, a moving one
// ten.
const imagesLooked = 20

// unnamed is the condition that image b was kept last up to an instant ($1), and that no article
// and no drawing names it.
const unnamed = `b.at <= $1 and not exists (select 1 from article_image i where i.sha256 = b.sha256) and not exists (select 1 from article a where a.cover = b.sha256 and a.cover <> '')
	and not exists (select 1 from article_drawing d where d.sha256 = b.sha256)`

// sweepImages removes the images that nothing names any more. An image that is asked to be filed
// meanwhile is not of before the instant by then.
func (r *Retainer) sweepImages(ctx context.Context, cutoff int64) error {
	return eachOldImages(ctx, r.DB, cutoff, func(sums []string) error {
		if err := r.paceEach(ctx, func(tx *store.Tx) (gone Retained, err error) {
			for _, sum := range sums {
				// PostgreSQL looks at the row once more where it had to wait for whoever keeps it.
				rows, err := tx.Exec(ctx, "delete from article_blob where sha256 = $2 and at <= $1 and sha256 in (select b.sha256 from article_blob b where b.sha256 = $2 and "+unnamed+")", cutoff, sum)
				if err != nil {
					return gone, err
				}
				gone.Images, gone.Rows = gone.Images+rows, gone.Rows+rows
			}
			return gone, nil
		}); err != nil {
			return fmt.Errorf("remove old images: %w", err)
		}
		return nil
	})
}

// eachOldImages calls fn with a few at a time of the images that nothing names any more.
func eachOldImages(ctx context.Context, q store.Queryer, cutoff int64, fn func(sums []string) error) error {
	named, err := namedInUploads(ctx, q, cutoff)
	if err != nil {
		return err
	}
	for from := ""; ; {
		page, err := store.Column[string](q.Query(ctx, "select b.sha256 from article_blob b where b.sha256 > $2 and "+unnamed+" order by b.sha256 limit $3", cutoff, from, imagesLooked))
		if err != nil {
			return fmt.Errorf("look for old images: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		from = page[len(page)-1]
		page = slices.DeleteFunc(page, func(sum string) bool { return named[sum] })
		if len(page) == 0 {
			continue
		}
		if err := fn(page); err != nil {
			return err
		}
	}
}

var sumForm = regexp.MustCompile(`[0-9a-f]{64}`)

// namedInUploads are the images of requests about articles that have not come to a good end,
// or have so lately.
func namedInUploads(ctx context.Context, q store.Queryer, cutoff int64) (map[string]bool, error) {
	rows, err := q.Query(ctx, `select payload from request where kind like 'article.%' and (ended_at = 0 or ended_at > $1 or state not in ('done', 'rejected', 'expired', 'withdrawn', 'removed'))`, cutoff)
	if err != nil {
		return nil, fmt.Errorf("look which images are to be filed: %w", err)
	}
	defer rows.Close()
	named := map[string]bool{}
	for rows.Next() {
		var payload string
		if err := rows.Scan(&payload); err != nil {
			return nil, err
		}
		for _, sum := range sumForm.FindAllString(payload, -1) {
			named[sum] = true
		}
	}
	return named, errors.Join(rows.Err(), rows.Close())
}
