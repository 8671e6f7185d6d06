package articles

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/store"
)

const jobCover = "article.cover"

// coverJob reads a file of Slack's as an article's cover.
type coverJob struct {
	Article int64  `json:"article"`
	File    string `json:"file"`
	Who     string `json:"who"`
}

// Cover gives an article a cover: a file of Slack's, or ("") a generated one. Refuses with
// cards.NotFound where there is no such article, or it was removed, or a generated one is
// wanted of no text; with cards.NotTheirs where work refers to it and the person may not change
// it; without a code where its text cannot be rendered.
func (d *Desk) Cover(ctx context.Context, act Act, fileID string) (Said, error) {
	act.Verb, act.Note = "covered", fileID
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, err := d.present(ctx, tx, act.Article)
		if err != nil {
			return Said{}, err
		}
		// What approved work goes out with is not everybody's to change.
		if err := d.Outbox.MayChange(ctx, tx, "", act.Who, outbox.Name{What: outbox.NamedArticle, Name: strconv.FormatInt(a.N, 10)}, a.By); err != nil {
			return Said{}, err
		}
		if fileID != "" {
			return Said{Article: a.N, Text: cards.T("article.answer_cover", "article", name(a.N))},
				d.Jobs.Enqueue(ctx, tx, jobCover, coverJob{Article: a.N, File: fileID, Who: act.Who.ID})
		}
		if a.Revision == 0 {
			return Said{}, cards.Refuse("article.no_text", "article", name(a.N)).WithCode(cards.NotFound)
		}
		if p, err := d.proof(ctx, tx, a.N, 0); err != nil {
			return Said{}, err
		} else if _, err := d.draw(p.Page.Title, p.Page.Look.Theme); err != nil {
			return Said{}, err
		}
		return Said{Article: a.N, Text: cards.T("article.answer_cover_made", "article", name(a.N))}, d.nameCover(ctx, tx, a.N, coverOfTitle)
	})
}

func (d *Desk) workCover(ctx context.Context, job coverJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	_, data, err := d.Files.Fetch(ctx, job.File)
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) && later.RetryAfter() > 0 {
		return err
	}
	var b blob
	if err == nil {
		b, err = d.fit(ctx, data)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return d.importFailed(ctx, importJob{Article: job.Article, Into: true, Who: job.Who}, fmt.Errorf("cover: %w", err))
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error { return d.takeCover(ctx, tx, job.Article, b) })
}

func (d *Desk) takeCover(ctx context.Context, tx *store.Tx, article int64, b blob) error {
	if err := d.keepBlob(ctx, tx, b); err != nil {
		return err
	}
	return d.nameCover(ctx, tx, article, b.SHA256)
}

// coverOfTitle stands where a cover's hash would: it is drawn of the title, in the article's
// look, whenever it is wanted, and whatever cover the text names.
const coverOfTitle = "title"

func (d *Desk) nameCover(ctx context.Context, tx *store.Tx, article int64, cover string) error {
	if _, err := tx.Exec(ctx, "update article set cover = $2 where n = $1", article, cover); err != nil {
		return err
	}
	if err := d.enqueueShowCover(ctx, tx, article); err != nil {
		return err
	}
	return d.redraw(ctx, tx, article)
}
