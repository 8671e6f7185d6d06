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
	N        int64  `db:"n"`
	State    State  `db:"state"`
	Brief    string `db:"brief"`
	Source   string `db:"source"` // material that came with the brief
	Lang     string `db:"lang"`   // that it is written in
	Words    int    `db:"words"`
	Style    string `db:"style"`       // the name of a theme
	Title    string `db:"asked_title"` // asked for; "" where the writer finds one
	By       string `db:"asked_by"`
	Where    cards.Place
	At       time.Time `db:"asked_at"`
	Revision int64     `db:"revision"`  // 0: none yet
	Cover    string    `db:"cover"`     // the sha256 of an image, or coverOfTitle; "": the text's own, or one of the title
	Notice   string    `db:"ai_notice"` // on, off; "": as AI_NOTICE has it
	// Of is the article that this one is a translation of, and OfText the text of it that was
	// translated; 0: it is none.
	Of     int64 `db:"translation_of"`
	OfText int64 `db:"translation_of_text"`
}

// Revision is one text of an article.
type Revision struct {
	Article    int64        `db:"article"`
	N          int64        `db:"n"`
	Text       string       `db:"text"` // Markdown
	How        string       `db:"how"`  // drafted, imported, translated, revised, edited, mended, kept
	Who        string       `db:"who"`
	Note       string       `db:"note"` // what was wished
	Outline    string       `db:"outline"`
	Model      string       `db:"model"`
	Prompt     string       `db:"prompt"`    // exactly what the writer was told
	In         int          `db:"tokens_in"` // tokens
	Out        int          `db:"tokens_out"`
	Unfinished bool         `db:"unfinished"` // the writer did not come to the end
	Told       []cards.Text `db:"told,json"`  // what could not be carried of the file that it was imported from
	At         time.Time    `db:"at"`
}

// articleRow is an article as its table has it.
type articleRow struct {
	Article
	cards.Place
}

func (row articleRow) article() Article {
	row.Where = row.Place
	return row.Article
}

var (
	selectArticles  = "select " + store.ColumnsOf[articleRow]("") + " from article where "
	selectRevisions = "select " + store.ColumnsOf[Revision]("") + " from article_revision where "
)

// Article reads one article, a removed one too. Refuses with cards.NotFound where there is
// none.
func (d *shelf) Article(ctx context.Context, q store.Queryer, n int64) (Article, error) {
	row, err := store.One[articleRow](ctx, q, selectArticles+"n = $1", n)
	if errors.Is(err, sql.ErrNoRows) {
		return Article{}, cards.Refuse("article.none", "article", name(n)).WithCode(cards.NotFound)
	}
	if err != nil {
		return Article{}, fmt.Errorf("read article %d: %w", n, err)
	}
	return row.article(), nil
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
	rows, err := store.All[articleRow](d.DB.Query(ctx, selectArticles+"state <> 'removed' "+which, args...))
	if err != nil {
		return nil, fmt.Errorf("list articles: %w", err)
	}
	as := make([]Article, len(rows))
	for i, row := range rows {
		as[i] = row.article()
	}
	return as, nil
}

// Revision reads one text of an article. Refuses with cards.NotFound where there is none.
func (d *shelf) Revision(ctx context.Context, q store.Queryer, article, n int64) (Revision, error) {
	r, err := store.One[Revision](ctx, q, selectRevisions+"article = $1 and n = $2", article, n)
	if errors.Is(err, sql.ErrNoRows) {
		if n == 0 {
			return r, cards.Refuse("article.no_text", "article", name(article)).WithCode(cards.NotFound)
		}
		// Texts are numbered without gaps: one between others was removed as old.
		var present int64
		if err := q.QueryRow(ctx, "select coalesce(max(n), 0) from article_revision where article = $1", article).Scan(&present); err != nil {
			return r, fmt.Errorf("read the texts of article %d: %w", article, err)
		}
		if n > 0 && n < present {
			return r, cards.Refuse("article.revision_gone", "article", name(article), "revision", n).WithCode(cards.NotFound)
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
	rs, err := store.All[Revision](d.DB.Query(ctx, selectRevisions+"article = $1 order by n", article))
	if err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	return rs, nil
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
