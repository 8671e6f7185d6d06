package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"magpie/store"
)

// A text of an article has ended when another took its place; all of a removed article's have when
// it was removed.

// articlesLooked is how many articles are looked for at once.
const articlesLooked = 200

// sweepTexts removes the texts and the errands of articles that ended up to an instant and that
// nothing needs any more.
func (r *Retainer) sweepTexts(ctx context.Context, cutoff int64) error {
	return eachOldArticle(ctx, r.DB, cutoff, func(n int64) error {
		for more := true; more; {
			if err := r.paceEach(ctx, func(tx *store.Tx) (gone Retained, err error) {
				gone, more, err = removeTexts(ctx, tx, n, cutoff)
				return gone, err
			}); err != nil {
				return fmt.Errorf("remove old texts of article %d: %w", n, err)
			}
		}
		return nil
	})
}

// eachOldArticle calls fn for each article of which something may go.
func eachOldArticle(ctx context.Context, q store.Queryer, cutoff int64, fn func(n int64) error) error {
	for from := int64(0); ; {
		page, err := store.Column[int64](q.Query(ctx, "select a.n from article a where a.n > $2 and "+mayHaveEnded+" order by a.n limit $3", cutoff, from, articlesLooked))
		if err != nil {
			return fmt.Errorf("look for old texts: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, n := range page {
			// What took an old text's place may be young, and what is old may be needed.
			a, err := readTexts(ctx, q, n, cutoff)
			if err == nil && len(a.ended(cutoff))+a.others > 0 {
				err = fn(n)
			}
			if err != nil {
				return err
			}
		}
		from = page[len(page)-1]
	}
}

// mayHaveEnded is the condition that article a has a text or an errand of before an instant ($1)
// that is not its present or newest one.
const mayHaveEnded = `(exists (select 1 from article_revision t where t.article = a.n and t.at <= $1 and (t.n < a.revision or a.state = 'removed'))
	or exists (select 1 from article_run e where e.article = a.n and e.begun_at <= $1 and (a.state = 'removed' or exists
		(select 1 from article_run l where l.article = a.n and (l.begun_at > e.begun_at or l.begun_at = e.begun_at and l.id > e.id)))))`

// errands is the condition that an errand of article $1 has ended and began up to an instant
// ($2), and that it is not the newest one or that the article is long gone ($3).
const errands = `article = $1 and begun_at <= $2 and state not in ('queued', 'writing', 'stopping')
	and ($3 = 1 or id <> (select l.id from article_run l where l.article = $1 order by l.begun_at desc, l.id desc limit 1))
	and not exists (select 1 from post p where p.owner = 'article' and p.subject = article_run.id and p.queued = 1)`

// removeTexts removes what may go of one article, and says whether there is more than one
// transaction takes.
func removeTexts(ctx context.Context, tx *store.Tx, article, cutoff int64) (gone Retained, more bool, err error) {
	// Whoever changes the article, or asks for its upload, waits or has ended.
	if _, err := tx.Exec(ctx, "update article set n = n where n = $1", article); err != nil {
		return gone, false, err
	}
	a, err := readTexts(ctx, tx, article, cutoff)
	if err != nil {
		return gone, false, err
	}
	texts := a.ended(cutoff)
	if more = len(texts) > inOne; more {
		texts = texts[:inOne]
	}
	if len(texts) > 0 {
		if gone.Texts, err = tx.Exec(ctx, "delete from article_revision where article = $1 and n in ("+places(2)+")", append([]any{article}, padded(texts, itself)...)...); err != nil {
			return gone, false, err
		}
	}
	gone.Rows = gone.Texts
	if more {
		return gone, true, nil
	}
	// What an errand has written is a text, too. Its message in the thread stays at Slack.
	statements := []string{
		"delete from post where owner = 'article' and subject in (select id from article_run where " + errands + ")",
		"delete from article_run where " + errands,
	}
	args := []any{article, cutoff, number01(a.removedBy(cutoff))}
	for _, s := range statements {
		rows, err := tx.Exec(ctx, s, args...)
		if err != nil {
			return gone, false, err
		}
		gone.Rows += rows
	}
	if !a.removedBy(cutoff) {
		return gone, false, nil
	}
	// Nothing else of a removed article names images; what it was made of is a text.
	for _, s := range []string{"delete from article_image where article = $1", "delete from article_waiver where article = $1"} {
		rows, err := tx.Exec(ctx, s, article)
		if err != nil {
			return gone, false, err
		}
		gone.Rows += rows
	}
	_, err = tx.Exec(ctx, "update article set source = '', cover = '' where n = $1", article)
	return gone, false, err
}

func number01(is bool) int {
	if is {
		return 1
	}
	return 0
}

// textsOfArticle is what is known of an article's texts.
type textsOfArticle struct {
	present   int64 // the number of its present text
	removedAt int64 // 0: it stands
	texts     []aText
	needed    map[int64]bool // that something else holds
	others    int            // rows that go with them
}

type aText struct {
	n, at int64
	how   string
}

func readTexts(ctx context.Context, q store.Queryer, article, cutoff int64) (a textsOfArticle, err error) {
	a.needed = map[int64]bool{}
	if err := q.QueryRow(ctx, `select revision, case when state = 'removed' then coalesce((select max(at) from journal where room = 'article' and subject = $2 and verb = 'removed'), 0) else 0 end
		from article where n = $1`, article, fmt.Sprint(article)).Scan(&a.present, &a.removedAt); err != nil {
		return a, err
	}
	rows, err := q.Query(ctx, "select n, at, how from article_revision where article = $1 order by n", article)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var t aText
		if err := rows.Scan(&t.n, &t.at, &t.how); err != nil {
			return a, err
		}
		a.texts = append(a.texts, t)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return a, err
	}
	if err := q.QueryRow(ctx, "select (select count(*) from article_run where "+errands+`) + case when $3 = 1 then (select count(*) from article_image where article = $1)
		+ (select count(*) from article_waiver where article = $1) else 0 end`, article, cutoff, number01(a.removedBy(cutoff))).Scan(&a.others); err != nil {
		return a, err
	}
	return a, a.readNeeded(ctx, q, article)
}

// readNeeded finds the texts that were filed, or are asked to be, and those that a translation
// is of.
func (a *textsOfArticle) readNeeded(ctx context.Context, q store.Queryer, article int64) error {
	filed, err := q.Query(ctx, "select members, revisions from article_filing where members like '%' || $1 || '%'", fmt.Sprint(article))
	if err != nil {
		return err
	}
	defer filed.Close()
	for filed.Next() {
		var members, revisions string
		var of, texts []int64
		if err := filed.Scan(&members, &revisions); err != nil {
			return err
		}
		if err := errors.Join(json.Unmarshal([]byte(members), &of), json.Unmarshal([]byte(revisions), &texts)); err != nil {
			return fmt.Errorf("read a filing: %w", err)
		}
		if i := slices.Index(of, article); i >= 0 && i < len(texts) {
			a.needed[texts[i]] = true
		}
	}
	if err := errors.Join(filed.Err(), filed.Close()); err != nil {
		return err
	}
	translated, err := store.Column[int64](q.Query(ctx, "select translation_of_text from article where translation_of = $1 and state <> 'removed'", article))
	for _, n := range translated {
		a.needed[n] = true
	}
	return err
}

// removedBy reports whether the article was removed up to an instant.
func (a textsOfArticle) removedBy(cutoff int64) bool { return a.removedAt > 0 && a.removedAt <= cutoff }

// ended are the numbers of the texts that may go.
func (a textsOfArticle) ended(cutoff int64) (ns []int64) {
	if !a.removedBy(cutoff) {
		a.needed[a.present] = true
	}
	// Who wrote a text, a model or a person, and the file it came from, stand in an earlier one.
	writers := map[int64]bool{}
	for n := range a.needed {
		var by int64
		for _, t := range a.texts {
			if t.n <= n && slices.Contains([]string{"drafted", "revised", "translated", "imported"}, t.how) {
				by = t.n
			}
		}
		writers[by] = true
	}
	var imported int64
	for _, t := range a.texts {
		if t.how == "imported" {
			imported = t.n
		}
	}
	for i, t := range a.texts {
		switch {
		case a.needed[t.n]:
		case a.removedBy(cutoff):
			if t.at <= cutoff && !(len(a.needed) > 0 && (writers[t.n] || t.n == imported)) {
				ns = append(ns, t.n)
			}
		case t.n > a.present || writers[t.n] || t.n == imported:
		case a.replacedAt(i) <= cutoff:
			ns = append(ns, t.n)
		}
	}
	return ns
}

// replacedAt is when another text took the place of one that is not the present one.
func (a textsOfArticle) replacedAt(i int) int64 {
	for _, later := range a.texts[i+1:] {
		if later.how != keptHow {
			return max(later.at, a.texts[i].at)
		}
	}
	return a.texts[i].at
}

// keptHow is how a text came about that was never its article's.
const keptHow = "kept"
