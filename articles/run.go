package articles

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// run is one errand of the writer. It is kept after each stage, so that what was
// reached is not done again.
type run struct {
	ID      string `db:"id"`
	Article int64  `db:"article"`
	Kind    string `db:"kind"`  // draft, revise or translate
	Wish    string `db:"wish"`  // of revise: what to change
	State   string `db:"state"` // queued, writing, stopping, done, failed, stopped
	Stage   string `db:"stage"` // outline, draft, translate, review, mend
	Outline string `db:"outline"`
	Draft   string `db:"draft"` // the last whole text
	Notes   []string
	Part    string     `db:"part"` // of the text that is being written
	Loops   int        `db:"loops"`
	Model   string     `db:"model"`
	Prompt  string     `db:"prompt"`
	In      int        `db:"tokens_in"`
	Out     int        `db:"tokens_out"`
	Reason  cards.Text `db:"reason"`
	Who     string     `db:"who"`
}

const (
	kindDraft     = "draft"
	kindRevise    = "revise"
	kindTranslate = "translate"

	stageOutline   = "outline"
	stageDraft     = "draft"
	stageTranslate = "translate"
	stageReview    = "review"
	stageMend      = "mend"

	mostLoops = 2
)

// readRun reads the run that where finds; sql.ErrNoRows where there is none.
func readRun(ctx context.Context, q store.Queryer, where string, args ...any) (*run, error) {
	type runRow struct {
		run
		Notes string `db:"notes"`
	}
	row, err := store.One[runRow](ctx, q, "select "+store.ColumnsOf[runRow]("")+" from article_run where "+where, args...)
	if err != nil {
		return nil, err
	}
	if row.Notes != "" {
		row.run.Notes = splitNotes(row.Notes)
	}
	return &row.run, nil
}

// lastRun is the newest errand of an article, or nil.
func (d *shelf) lastRun(ctx context.Context, q store.Queryer, article int64) (*run, error) {
	r, err := readRun(ctx, q, "article = $1 order by begun_at desc, id desc limit 1", article)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the last run of article %d: %w", article, err)
	}
	return r, nil
}

// begin writes a new errand and its job; one at a time for an article.
func (d *shelf) begin(ctx context.Context, tx *store.Tx, r run) error {
	if d.Writer.Model == "" {
		return cards.Refuse("article.no_writer")
	}
	if err := lock(ctx, tx, r.Article); err != nil {
		return err
	}
	last, err := d.lastRun(ctx, tx, r.Article)
	if err != nil {
		return err
	}
	if last != nil && last.open() {
		return cards.Refuse("article.writes_already", "article", name(r.Article))
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into article_run (id, article, kind, wish, state, stage, outline, draft, notes, loops, tokens_in, tokens_out, who, begun_at)
		values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11, $12, $13)`, id.String(), r.Article, r.Kind, r.Wish, r.Stage, r.Outline, r.Draft,
		strings.Join(r.Notes, noteSign), r.Loops, r.In, r.Out, r.Who, store.Millis(d.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update article set state = 'writing' where n = $1", r.Article); err != nil {
		return err
	}
	if err := d.Jobs.Enqueue(ctx, tx, jobWrite, writeJob{Run: id.String()}); err != nil {
		return err
	}
	if err := d.redraw(ctx, tx, r.Article); err != nil {
		return err
	}
	card, err := d.cardOf(ctx, tx, r.Article)
	if err == nil {
		_, err = d.Posts.Add(ctx, tx, posts.Post{Owner: ofArticles, Subject: id.String(), Role: roleRun, Parent: card.ID})
	}
	return err
}

func (r *run) open() bool {
	return r.State == "queued" || r.State == "writing" || r.State == "stopping"
}

// save keeps what a run has come to. One that a person is stopping stays so.
func (d *shelf) save(ctx context.Context, tx *store.Tx, r *run) error {
	reason := []byte{}
	if !r.Reason.IsZero() {
		var err error
		if reason, err = json.Marshal(r.Reason); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update article_run set state = case when state = 'stopping' and $2 = 'writing' then state else $2 end, stage = $3, outline = $4,
		draft = $5, notes = $6, part = $7, loops = $8, model = $9, prompt = $10, tokens_in = $11, tokens_out = $12, reason = $13
		where id = $1`, r.ID, r.State, r.Stage, r.Outline, r.Draft, strings.Join(r.Notes, noteSign), r.Part, r.Loops,
		r.Model, r.Prompt, r.In, r.Out, string(reason))
	return err
}

// runStops reports whether a person has asked a run to stop.
func (d *shelf) runStops(ctx context.Context, id string) bool {
	var state string
	err := d.DB.QueryRow(ctx, "select state from article_run where id = $1", id).Scan(&state)
	return err == nil && state == "stopping"
}

// noteSign stands between two notes in the database. What is stored of a writer holds no
// control sign, and PostgreSQL keeps this one, which it does not of NUL.
const noteSign = "\x1e"

// splitNotes reads notes also as they were written before, with NUL between them.
func splitNotes(notes string) []string {
	return strings.FieldsFunc(notes, func(r rune) bool { return r == 0 || r == '\x1e' })
}
