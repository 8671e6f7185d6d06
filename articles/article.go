package articles

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/store"
)

// State is how an article stands. Its value is its English name.
type State string

// The states of an article. What WeChat has of it is told beside.
const (
	Arriving State = "arriving" // its files are being read
	Writing  State = "writing"
	Ready    State = "ready"
	Empty    State = "empty" // nothing came of writing or reading it
	Removed  State = "removed"
)

// Article is `A3`: what it is to be, and the number of its present text.
type Article struct {
	N        int64
	State    State
	Brief    string
	Source   string // material that came with the brief
	Lang     string // that it is written in
	Words    int
	Style    string // the name of a theme
	Title    string // asked for; "" where the writer finds one
	By       string
	Where    cards.Place
	At       time.Time
	Revision int64  // 0: none yet
	Cover    string // the sha256 of an image, or coverOfTitle; "": the text's own, or one of the title
	Notice   string // on, off; "": as AI_NOTICE has it
	// Of is the article that this one is a translation of, and OfText the text of it that was
	// translated; 0: it is none.
	Of, OfText int64
}

// Revision is one text of an article.
type Revision struct {
	Article    int64
	N          int64
	Text       string // Markdown
	How        string // drafted, imported, translated, revised, edited, mended, kept
	Who        string
	Note       string // what was wished
	Outline    string
	Model      string
	Prompt     string       // exactly what the writer was told
	In, Out    int          // tokens
	Unfinished bool         // the writer did not come to the end
	Told       []cards.Text // what could not be carried of the file that it was imported from
	At         time.Time
}

const articleColumns = `n, state, brief, source, lang, words, style, asked_title, asked_by, channel, thread, asked_at, revision, cover, ai_notice, translation_of, translation_of_text`

type scanner interface{ Scan(...any) error }

func scanArticle(row scanner) (Article, error) {
	var a Article
	var at int64
	err := row.Scan(&a.N, &a.State, &a.Brief, &a.Source, &a.Lang, &a.Words, &a.Style, &a.Title, &a.By, &a.Where.Channel, &a.Where.Thread, &at, &a.Revision, &a.Cover, &a.Notice, &a.Of, &a.OfText)
	a.At = store.Time(at)
	return a, err
}

// Article reads one article, a removed one too. Refuses with cards.NotFound where there is
// none.
func (d *shelf) Article(ctx context.Context, q store.Queryer, n int64) (Article, error) {
	a, err := scanArticle(q.QueryRow(ctx, "select "+articleColumns+" from article where n = $1", n))
	if errors.Is(err, sql.ErrNoRows) {
		return a, cards.Refuse("article.none", "article", name(n)).WithCode(cards.NotFound)
	}
	if err != nil {
		return a, fmt.Errorf("read article %d: %w", n, err)
	}
	return a, nil
}

// present is an article that has not been removed.
func (d *shelf) present(ctx context.Context, q store.Queryer, n int64) (Article, error) {
	a, err := d.Article(ctx, q, n)
	if err == nil && a.State == Removed {
		err = cards.Refuse("article.removed", "article", name(n)).WithCode(cards.NotFound)
	}
	return a, err
}

// Articles lists the newest articles that are not removed, up to limit.
func (d *shelf) Articles(ctx context.Context, limit int) ([]Article, error) {
	return d.list(ctx, "order by n desc limit $1", limit)
}

// ArticlesBy lists somebody's newest articles that are not removed, up to limit.
func (d *shelf) ArticlesBy(ctx context.Context, person string, limit int) ([]Article, error) {
	return d.list(ctx, "and asked_by = $2 order by n desc limit $1", limit, person)
}

func (d *shelf) list(ctx context.Context, which string, args ...any) ([]Article, error) {
	rows, err := d.DB.Query(ctx, "select "+articleColumns+" from article where state <> 'removed' "+which, args...)
	if err != nil {
		return nil, fmt.Errorf("list articles: %w", err)
	}
	defer rows.Close()
	var as []Article
	for rows.Next() {
		a, err := scanArticle(rows)
		if err != nil {
			return nil, err
		}
		as = append(as, a)
	}
	return as, rows.Err()
}

const revisionColumns = `article, n, text, how, who, note, outline, model, prompt, tokens_in, tokens_out, unfinished, told, at`

func scanRevision(row scanner) (Revision, error) {
	var r Revision
	var unfinished, at int64
	var told string
	err := row.Scan(&r.Article, &r.N, &r.Text, &r.How, &r.Who, &r.Note, &r.Outline, &r.Model, &r.Prompt, &r.In, &r.Out, &unfinished, &told, &at)
	if err == nil && told != "" {
		err = json.Unmarshal([]byte(told), &r.Told)
	}
	r.Unfinished, r.At = unfinished != 0, store.Time(at)
	return r, err
}

// Revision reads one text of an article. Refuses with cards.NotFound where there is none.
func (d *shelf) Revision(ctx context.Context, q store.Queryer, article, n int64) (Revision, error) {
	r, err := scanRevision(q.QueryRow(ctx, "select "+revisionColumns+" from article_revision where article = $1 and n = $2", article, n))
	if errors.Is(err, sql.ErrNoRows) {
		if n == 0 {
			return r, cards.Refuse("article.no_text", "article", name(article)).WithCode(cards.NotFound)
		}
		return r, cards.Refuse("article.no_revision", "article", name(article), "revision", n).WithCode(cards.NotFound)
	}
	if err != nil {
		return r, fmt.Errorf("read revision %d of article %d: %w", n, article, err)
	}
	return r, nil
}

// Revisions lists all texts of an article, oldest first.
func (d *shelf) Revisions(ctx context.Context, article int64) ([]Revision, error) {
	rows, err := d.DB.Query(ctx, "select "+revisionColumns+" from article_revision where article = $1 order by n", article)
	if err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	defer rows.Close()
	var rs []Revision
	for rows.Next() {
		r, err := scanRevision(rows)
		if err != nil {
			return nil, err
		}
		rs = append(rs, r)
	}
	return rs, rows.Err()
}

// addRevision writes a new text, which becomes the article's, and has its images
// gathered and its card drawn anew.
func (d *shelf) addRevision(ctx context.Context, tx *store.Tx, r Revision) (int64, error) {
	n, err := d.writeRevision(ctx, tx, r)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, "update article set revision = $2, state = 'ready' where n = $1", r.Article, n); err != nil {
		return 0, err
	}
	if err := d.Jobs.Enqueue(ctx, tx, jobGather, gatherJob{Article: r.Article}); err != nil {
		return 0, err
	}
	return n, d.redraw(ctx, tx, r.Article)
}

// writeRevision writes a text, which is not yet the article's. The article is locked.
func (d *shelf) writeRevision(ctx context.Context, tx *store.Tx, r Revision) (int64, error) {
	if err := tx.QueryRow(ctx, "select coalesce(max(n), 0) + 1 from article_revision where article = $1", r.Article).Scan(&r.N); err != nil {
		return 0, err
	}
	r.Text, r.Outline, r.Prompt, r.Note = storable(r.Text), storable(r.Outline), storable(r.Prompt), storable(r.Note)
	unfinished, told := 0, []byte{}
	if r.Unfinished {
		unfinished = 1
	}
	if len(r.Told) > 0 {
		var err error
		if told, err = json.Marshal(r.Told); err != nil {
			return 0, err
		}
	}
	if _, err := tx.Exec(ctx, `insert into article_revision (article, n, text, how, who, note, outline, model, prompt, tokens_in, tokens_out, unfinished, told, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, r.Article, r.N, r.Text, r.How, r.Who, r.Note, r.Outline, r.Model, r.Prompt,
		r.In, r.Out, unfinished, string(told), store.Millis(d.Now())); err != nil {
		return 0, fmt.Errorf("write revision %d of article %d: %w", r.N, r.Article, err)
	}
	return r.N, nil
}

// keptHow is how a text came about that was never the article's: what there is of a
// revision that failed.
const keptHow = "kept"

// name is what people call an article.
func name(n int64) string { return fmt.Sprintf("A%d", n) }
