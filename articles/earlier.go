package articles

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
	"magpie/wechat"
)

const jobEarlier = "article.earlier"

// Earlier names an article that stands at WeChat already: by the media_id of its draft or
// material, by the article_id under which it was published, or by its address. N says which
// one of those that stand together, from 1; 0: the one of the address, else the first.
type Earlier struct {
	MediaID   string `json:"media_id,omitempty"`
	ArticleID string `json:"article_id,omitempty"`
	URL       string `json:"url,omitempty"`
	N         int    `json:"n,omitempty"`
}

// said is the name as it was given.
func (e Earlier) said() string { return cmp.Or(e.URL, e.MediaID, e.ArticleID) }

// earlierJob reads an article of an account's into one of ours.
type earlierJob struct {
	Article int64   `json:"article"`
	Account string  `json:"account"`
	From    Earlier `json:"from"`
	Who     string  `json:"who"`
}

// ImportEarlier makes an article of one that stands in an account at WeChat: in its draft box,
// its material, or published. WeChat is asked for it after the line; what is wrong then is told
// on the article's card. Refuses without a code an address that is none of an article's.
func (d *Desk) ImportEarlier(ctx context.Context, act Act, account string, from Earlier) (Said, error) {
	act.Verb, act.Note = "imported", from.said()
	if from.URL != "" && whichAt(from.URL) == "" {
		return Said{}, cards.Refuse("article.earlier_address")
	}
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		n, err := d.add(ctx, tx, *act, Wanted{Lang: d.Language, Style: "plain"}, Arriving)
		if err != nil {
			return Said{}, err
		}
		return Said{Article: n, Text: cards.T("article.answer_importing", "article", name(n))},
			d.Jobs.Enqueue(ctx, tx, jobEarlier, earlierJob{Article: n, Account: account, From: from, Who: act.Who.ID})
	})
}

func (d *Desk) workEarlier(ctx context.Context, job earlierJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	a, err := d.Article(ctx, d.DB, job.Article)
	if err != nil || a.State != Arriving {
		return err
	}
	if err := d.Outbox.Accounts.Must(job.Account); err != nil {
		return err
	}
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	found, err := d.findEarlier(ctx, job.Account, job.From)
	var text file
	var got pictured
	if err == nil {
		text, got, err = d.readEarlier(ctx, job, found)
	}
	if d.isStopping() {
		return errStopping
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return d.earlierFailed(ctx, job, err)
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if got.cover.SHA256 != "" {
			if err := d.takeCover(ctx, tx, a.N, got.cover); err != nil {
				return err
			}
		}
		return d.imported(ctx, tx, a, importJob{Article: a.N, Who: job.Who}, []file{text}, got.images, "")
	})
}

// earlierFailed tells why an article could not be had. Where WeChat did not give it, it is
// asked again when somebody says so.
func (d *Desk) earlierFailed(ctx context.Context, job earlierJob, why error) error {
	ours := importJob{Article: job.Article, Who: job.Who}
	failed, ok := errors.AsType[*wechat.Error](why)
	if !ok {
		return d.importFailed(ctx, ours, why)
	}
	d.Log.Warn("WeChat did not give an article", "article", job.Article, "error", why)
	args, err := json.Marshal(job)
	if err != nil {
		return err
	}
	again, err := json.Marshal(reading{jobEarlier, args, false})
	if err != nil {
		return err
	}
	return d.readingFailed(ctx, ours, cards.T("article.earlier_failed", "why", cards.Both(failed.In("en"), failed.In("zh"))), string(again))
}

// earlierTooLong tells that it took too long three times.
func (d *Desk) earlierTooLong(ctx context.Context, job earlierJob) error {
	return d.readTooLong(ctx, job.Article, job.Who, jobEarlier, job)
}
