package articles

import (
	"context"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/posts"
	"magpie/store"
)

const (
	ofArticles = "article"
	roleCard   = "card" // where the article was asked for
	roleRun    = "run"  // in the card's thread: what the writer is doing
	roleSaid   = "said" // in the card's thread: something that is said once
)

// cardOf is an article's card; nil where it is shown nowhere.
func (d *shelf) cardOf(ctx context.Context, q store.Queryer, n int64) (*posts.Post, error) {
	all, err := d.Posts.Of(ctx, q, ofArticles, journal.Subject(n))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// redraw has an article's card drawn, or drawn anew, once tx has committed.
func (d *shelf) redraw(ctx context.Context, tx *store.Tx, n int64) error {
	card, err := d.cardOf(ctx, tx, n)
	if err != nil {
		return err
	}
	if card != nil {
		return d.Posts.Redraw(ctx, tx, ofArticles, card.Subject)
	}
	a, err := d.Article(ctx, tx, n)
	if err != nil {
		return err
	}
	at := cards.Place{Channel: a.Where.Channel, Thread: a.Where.Thread}
	if at.Channel == "" {
		at.User = a.By
	}
	_, err = d.Posts.Add(ctx, tx, posts.Post{Owner: ofArticles, Subject: journal.Subject(n), Role: roleCard, At: at})
	return err
}

// Redraw has the cards of the articles of an upload drawn anew once tx has committed: its
// request has come to its end.
func (d *shelf) Redraw(ctx context.Context, tx *store.Tx, u Upload) error {
	for _, s := range u.Articles {
		if err := d.redraw(ctx, tx, s.Article); err != nil {
			return err
		}
	}
	return nil
}

// workTell does the drawing that a magpie of before may have left.
func (d *shelf) workTell(ctx context.Context, job showCoverJob) error {
	return d.DB.Update(ctx, func(tx *store.Tx) error { return d.redraw(ctx, tx, job.Article) })
}

// owner is the desk as the owner of posts.
type owner struct{ *Desk }

// Show draws the present state of an article, or of an errand of the writer.
func (o owner) Show(ctx context.Context, p posts.Post) (*cards.Card, error) {
	if p.Role == roleRun {
		r, err := readRun(ctx, o.DB, "id = $1", p.Subject)
		if err != nil {
			return nil, fmt.Errorf("read run %s: %w", p.Subject, err)
		}
		card := o.runCard(r)
		return &card, nil
	}
	card, err := o.Card(ctx, p.Number())
	if p.LostChannel != "" {
		card.Notes = append(card.Notes, cards.T("article.invite", "channel", cards.Channel(p.LostChannel)))
	}
	return &card, err
}

// Move shows an article to whoever asked for it.
func (o owner) Move(ctx context.Context, tx *store.Tx, p posts.Post) (string, error) {
	if p.Role == roleRun || p.Role == roleSaid || p.At.User != "" {
		return "", nil
	}
	a, err := o.Article(ctx, tx, p.Number())
	if err != nil {
		return "", err
	}
	p.At, p.LostChannel = cards.Place{User: a.By}, p.At.Channel
	return o.Posts.Add(ctx, tx, p)
}

// Drawn has nothing to note.
func (owner) Drawn(context.Context, *store.Tx, posts.Post, bool) (time.Duration, error) {
	return 0, nil
}
