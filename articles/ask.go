package articles

import (
	"context"
	"fmt"

	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

// Wanted is what somebody asks to be written.
type Wanted struct {
	Brief, Source, Lang, Style, Title string
	Words                             int
}

// Draft begins an article: the writer sets to work. Refuses without a code where no writer is
// configured.
func (d *Desk) Draft(ctx context.Context, act Act, n Wanted) (Said, error) {
	act.Verb = "asked"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		if d.Writer.Model == "" {
			return Said{}, cards.Refuse("article.no_writer")
		}
		if n.Style == "" {
			n.Style = "plain"
		}
		if n.Lang == "" {
			n.Lang = guessLanguage(n.Brief)
		}
		if n.Words == 0 {
			n.Words = defaultWords
		}
		a, err := d.add(ctx, tx, *act, n, Writing)
		if err != nil {
			return Said{}, err
		}
		return Said{Article: a, Text: cards.T("article.answer_writing", "article", name(a))},
			d.begin(ctx, tx, run{Article: a, Kind: kindDraft, Stage: stageOutline, Who: act.Who.ID})
	})
}

const defaultWords = 800

// guessLanguage is Chinese where the brief has Chinese in it.
func guessLanguage(brief string) string {
	for _, r := range brief {
		if r >= 0x4e00 && r < 0xa000 {
			return "zh"
		}
	}
	return "en"
}

func (d *shelf) add(ctx context.Context, tx *store.Tx, act Act, n Wanted, state State) (int64, error) {
	var number int64
	if err := tx.QueryRow(ctx, "update counter set n = n + 1 where name = 'article' returning n").Scan(&number); err != nil {
		return 0, err
	}
	_, err := tx.Exec(ctx, `insert into article (n, state, brief, source, lang, words, style, asked_title, asked_by, channel, thread, asked_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, number, string(state), storable(n.Brief), storable(n.Source), n.Lang, n.Words, n.Style, storable(n.Title),
		act.Who.ID, act.Where.Channel, act.Where.Thread, store.Millis(d.Now()))
	return number, err
}

// Revise has the writer change an article as somebody wishes. Refuses with cards.NotFound
// where there is no such article, it has no text, or it was removed; without a code while it
// is being written, and where no writer is configured.
func (d *Desk) Revise(ctx context.Context, act Act, wish string) (Said, error) {
	act.Verb, act.Note = "revise", wish
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, err := d.present(ctx, tx, act.Article)
		if err != nil {
			return Said{}, err
		}
		r, err := d.Revision(ctx, tx, a.N, a.Revision)
		if err != nil {
			return Said{}, err
		}
		return Said{Article: a.N, Text: cards.T("article.answer_revising", "article", name(a.N))},
			d.begin(ctx, tx, run{Article: a.N, Kind: kindRevise, Wish: wish, Stage: stageMend, Outline: r.Outline, Draft: r.Text, Notes: []string{wish}, Who: act.Who.ID})
	})
}

// Again takes up an errand that failed or was stopped, at the stage that it had come to.
// Refuses with cards.NotFound where there is no such article, or it was removed; without a
// code where there is nothing to take up, and where no writer is configured.
func (d *Desk) Again(ctx context.Context, act Act) (Said, error) {
	act.Verb = "again"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, err := d.present(ctx, tx, act.Article)
		if err != nil {
			return Said{}, err
		}
		last, err := d.lastRun(ctx, tx, a.N)
		if err != nil {
			return Said{}, err
		}
		if last == nil || last.Kind == kindImport && last.Wish == "" || last.State != "failed" && last.State != "stopped" {
			return Said{}, cards.Refuse("article.nothing_again", "article", name(a.N))
		}
		if last.Kind == kindImport {
			return Said{Article: a.N, Text: cards.T("article.answer_importing", "article", name(a.N))}, d.readAgain(ctx, tx, a, last)
		}
		next := *last
		next.Part, next.Reason, next.Who = "", cards.Text{}, act.Who.ID
		return Said{Article: a.N, Text: cards.T("article.answer_again", "article", name(a.N))}, d.begin(ctx, tx, next)
	})
}

// StopWriting has the writer stop; what it wrote is kept. Refuses without a code where the
// article is not being written.
func (d *Desk) StopWriting(ctx context.Context, act Act) (Said, error) {
	act.Verb = "stop"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		stopped, err := tx.Exec(ctx, "update article_run set state = 'stopping' where article = $1 and state in ('queued', 'writing', 'stopping')", act.Article)
		if err == nil && stopped == 0 {
			err = cards.Refuse("article.not_writing", "article", name(act.Article))
		}
		return Said{Article: act.Article, Text: cards.T("article.answer_stopping", "article", name(act.Article))}, err
	})
}

// Waive lets fact mark k stand, and no other, for a reason. Refuses as Proof does; without a
// code where there is no such mark.
func (d *Desk) Waive(ctx context.Context, act Act, k int, reason string) (Said, error) {
	act.Verb, act.Note = "waived", fmt.Sprintf("%d: %s", k, reason)
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		p, err := d.proof(ctx, tx, act.Article, 0)
		if err != nil {
			return Said{}, err
		}
		for _, m := range p.Page.Marks {
			if m.N != k {
				continue
			}
			if _, err := tx.Exec(ctx, "insert into article_waiver (article, mark, place, reason, who, at) values ($1, $2, $3, $4, $5, $6) on conflict (article, mark, place) do nothing",
				act.Article, m.Text, m.Place, reason, act.Who.ID, store.Millis(d.Now())); err != nil {
				return Said{}, err
			}
			return Said{Article: act.Article, Text: cards.T("article.answer_waived", "article", name(act.Article), "k", k, "mark", m.Said())}, d.redraw(ctx, tx, act.Article)
		}
		return Said{}, cards.Refuse("article.no_mark", "article", name(act.Article), "k", k, "count", len(p.Page.Marks))
	})
}

// Remove puts an article away; what WeChat has of it stays there. Refuses with cards.NotFound
// where there is no such article, or it was removed before.
func (d *Desk) Remove(ctx context.Context, act Act) (Said, error) {
	act.Verb = "removed"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		if _, err := d.present(ctx, tx, act.Article); err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, "update article_run set state = 'stopping' where article = $1 and state in ('queued', 'writing')", act.Article); err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, "update article set state = 'removed' where n = $1", act.Article); err != nil {
			return Said{}, err
		}
		return Said{Article: act.Article, Text: cards.T("article.answer_removed", "article", name(act.Article))}, d.redraw(ctx, tx, act.Article)
	})
}

// MaxTitle is how long a title may be.
const MaxTitle = wechat.MaxTitle
