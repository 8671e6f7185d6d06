package articles

import (
	"context"
	"errors"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

const jobShowCover = "article.show_cover"

type showCoverJob struct {
	Article int64 `json:"article"`
}

// Where Slack's ids of covers are kept, among what WeChat calls our images.
const (
	atSlack   = "slack"
	usedCover = "cover"
)

func (d *shelf) enqueueShowCover(ctx context.Context, tx *store.Tx, article int64) error {
	return d.Jobs.Enqueue(ctx, tx, jobShowCover, showCoverJob{Article: article})
}

// workShowCover keeps an article's cover at Slack for its card: the very bytes that
// WeChat is given. It also makes the cover while nobody waits for it. A card does
// without where Slack does not take it.
func (d *shower) workShowCover(ctx context.Context, job showCoverJob) error {
	p, err := d.Proof(ctx, job.Article, 0)
	if refusal := (*cards.Refusal)(nil); errors.As(err, &refusal) {
		return nil // it has been removed, or cannot be shown at all
	} else if err != nil {
		return err
	}
	cover, err := d.thumbOf(ctx, p)
	if err != nil {
		return nil // told when it is asked for
	}
	known, err := d.slackFile(ctx, cover.SHA256)
	if err != nil {
		return err
	}
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	id, err := d.keepAtSlack(ctx, known, fmt.Sprintf("%s-cover.jpg", name(job.Article)), fmt.Sprintf("%s: %s", name(job.Article), p.Page.Title), cover.Data)
	if err != nil || id == "" {
		return err
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if err := d.noteAtSlack(ctx, tx, cover.SHA256, id); err != nil {
			return err
		}
		return d.redraw(ctx, tx, job.Article)
	})
}

// coverImage is the cover as a card shows it, nothing where Slack has not got it (yet).
func (d *proofer) coverImage(ctx context.Context, p *Proof) cards.Image {
	cover, err := d.thumbOf(ctx, p)
	if err != nil {
		return cards.Image{}
	}
	file, err := d.slackFile(ctx, cover.SHA256)
	if err != nil || file == "" {
		return cards.Image{}
	}
	return cards.Image{File: file, Alt: cards.T("article.cover_of", "article", name(p.Article.N), "title", p.Page.Title)}
}

// slackFile is the id of an image at Slack, or "".
func (d *proofer) slackFile(ctx context.Context, sum string) (id string, err error) {
	err = d.DB.QueryRow(ctx, "select coalesce(max(reply), '') from article_sent where account = $1 and usage = $2 and sha256 = $3", atSlack, usedCover, sum).Scan(&id)
	return id, err
}

// thumbOf is an article's cover as WeChat takes it.
func (d *proofer) thumbOf(ctx context.Context, p *Proof) (blob, error) {
	full, _, err := d.coverOf(ctx, d.DB, p)
	if err != nil {
		return full, err
	}
	return d.shrink(ctx, full)
}
