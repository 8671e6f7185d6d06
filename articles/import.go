package articles

import (
	"context"
	"errors"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

const (
	jobImport = "article.import"

	maxText = 1 << 19 // bytes of a Markdown file
)

// importJob reads files of Slack's, or a thread, into an article.
type importJob struct {
	Article int64    `json:"article"`
	Files   []string `json:"files,omitempty"`
	Channel string   `json:"channel,omitempty"` // of the thread
	TS      string   `json:"ts,omitempty"`
	Into    bool     `json:"into,omitempty"` // the article is there: its text is replaced, images join it
	Who     string   `json:"who"`
}

// Import makes articles of files: one of each Markdown file or Word document, which may name the others
// as images; or one of a thread, word for word. It refuses as journal.Once does alone.
func (d *Desk) Import(ctx context.Context, act Act, files []string, channel, ts string) (Said, error) {
	act.Verb = "imported"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		n, err := d.add(ctx, tx, *act, Wanted{Lang: d.Language, Style: "plain"}, Arriving)
		if err != nil {
			return Said{}, err
		}
		return Said{Article: n, Text: cards.T("article.answer_importing", "article", name(n))},
			d.Jobs.Enqueue(ctx, tx, jobImport, importJob{Article: n, Files: files, Channel: channel, TS: ts, Who: act.Who.ID})
	})
}

// ImportInto reads files into an article that is there: images join it, a Markdown file
// becomes its new text. Refuses with cards.NotFound where there is no such article, or it was
// removed; without a code while it is being written.
func (d *Desk) ImportInto(ctx context.Context, act Act, files []string) (Said, error) {
	act.Verb = "imported"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, err := d.present(ctx, tx, act.Article)
		if err == nil && a.State == Writing {
			err = cards.Refuse("article.writes_already", "article", name(a.N))
		}
		if err != nil {
			return Said{}, err
		}
		return Said{Article: a.N, Text: cards.T("article.answer_importing", "article", name(a.N))},
			d.Jobs.Enqueue(ctx, tx, jobImport, importJob{Article: a.N, Files: files, Into: true, Who: act.Who.ID})
	})
}

// file is one of Slack's, read.
type file struct {
	name string
	data []byte
	told []cards.Text // what could not be carried of it
}

// fitted is an image that was made fit for WeChat, or why it could not be.
type fitted struct {
	blob
	name, problem string
}

func (d *Desk) workImport(ctx context.Context, job importJob) error {
	done, ok := d.Jobs.Share(jobs.Imports, "")
	if !ok {
		return jobs.Later()
	}
	defer done()
	a, err := d.Article(ctx, d.DB, job.Article)
	if err != nil || !job.Into && a.State != Arriving {
		return err
	}
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	texts, images, source, why := d.read(ctx, job)
	if d.isStopping() {
		return errStopping
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var later interface{ RetryAfter() time.Duration }
	if errors.As(why, &later) && later.RetryAfter() > 0 {
		return why // Slack is away; the job is tried again
	}
	if why == nil && len(texts) == 0 && !job.Into {
		why = cards.Refuse("article.no_markdown")
	}
	if why != nil {
		return d.importFailed(ctx, job, why)
	}
	// Nobody else writes while a transaction is open: images are made fit before it.
	ready := make([]fitted, len(images))
	for i, image := range images {
		ready[i].name = image.name
		b, problem := d.fit(ctx, image.data)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if ready[i].blob = b; problem != nil {
			ready[i].problem = problemCode(problem)
		} else if isMovingWebP(image.data) {
			ready[i].problem = stilled
		}
		images[i].data = nil // what is made of it is enough
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error { return d.imported(ctx, tx, a, job, texts, ready, source) })
}

// read reads what a job names: Markdown files, Word documents, images, or a thread.
func (d *Desk) read(ctx context.Context, job importJob) (texts, images []file, source string, err error) {
	if job.TS != "" {
		said, err := d.Files.Thread(ctx, job.Channel, job.TS)
		if err != nil {
			return nil, nil, "", err
		}
		source = storable(strings.Join(said, "\n\n"))
		if strings.TrimSpace(source) != "" {
			texts = []file{{name: "thread.md", data: []byte(asMarkdown(source))}}
		}
		return texts, nil, source, nil
	}
	for _, id := range job.Files {
		name, data, err := d.Files.Fetch(ctx, id)
		if err != nil {
			return nil, nil, "", err
		}
		if isWord(name) {
			text, pictures, err := readWord(ctx, name, data)
			if err != nil {
				return nil, nil, "", err
			}
			texts, images = append(texts, text), append(images, pictures...)
			continue
		}
		if !isText(name, data) {
			images = append(images, file{name: name, data: data})
			continue
		}
		if len(data) > maxText {
			return nil, nil, "", cards.Refuse("article.file_too_long", "file", cards.Code(name))
		}
		texts = append(texts, file{name: name, data: data})
	}
	return texts, images, "", nil
}

// asMarkdown is a thread word for word, with its first words as the title.
func asMarkdown(said string) string {
	if _, ok := decodeMarkdown(strings.TrimSpace(said)); ok {
		return said
	}
	first, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	return written{Title: shorten(strings.TrimSpace(strings.TrimLeft(first, "#*_> ")), MaxTitle), Body: said}.markdown()
}

func isText(name string, data []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".txt", ".text":
		return utf8.Valid(data)
	case "":
		return utf8.Valid(data) && !strings.Contains(string(data), "\x00")
	}
	return false
}

// imported writes what was read: the first text is the article's, each further one an
// article of its own; all share the images.
func (d *Desk) imported(ctx context.Context, tx *store.Tx, a Article, job importJob, texts []file, images []fitted, source string) error {
	numbers := []int64{a.N}
	act := Act{Article: a.N, Verb: "imported", Who: cards.Person{ID: job.Who}, Where: a.Where}
	for range max(0, len(texts)-1) {
		n, err := d.add(ctx, tx, act, Wanted{Lang: a.Lang, Style: a.Style}, Arriving)
		if err != nil {
			return err
		}
		numbers = append(numbers, n)
	}
	for _, image := range images {
		if image.SHA256 != "" {
			if err := d.keepBlob(ctx, tx, image.blob); err != nil {
				return err
			}
		}
		for _, n := range numbers {
			if _, err := tx.Exec(ctx, `insert into article_image (article, name, sha256, problem) values ($1, $2, $3, $4)
				on conflict (article, name) do update set sha256 = excluded.sha256, problem = excluded.problem`, n, image.name, image.SHA256, image.problem); err != nil {
				return err
			}
		}
	}
	for i, text := range texts {
		body := strings.TrimPrefix(string(text.data), "\uFEFF")
		lang := guessLanguage(body)
		if _, err := tx.Exec(ctx, "update article set lang = $2, source = case when $3 = '' then source else $3 end where n = $1", numbers[i], lang, source); err != nil {
			return err
		}
		if _, err := d.addRevision(ctx, tx, Revision{Article: numbers[i], Text: body, How: "imported", Who: job.Who, Note: text.name, Told: text.told}); err != nil {
			return err
		}
		if i > 0 {
			if err := d.noteSelf(ctx, tx, numbers[i], "imported", text.name); err != nil {
				return err
			}
		}
	}
	return d.redraw(ctx, tx, a.N)
}

// importFailed tells why nothing could be read.
func (d *Desk) importFailed(ctx context.Context, job importJob, why error) error {
	d.Log.Warn("an import failed", "article", job.Article, "error", why)
	reason := cards.T("article.import_failed", "why", shorten(why.Error(), 200))
	var refusal *cards.Refusal
	if errors.As(why, &refusal) {
		reason = refusal.Text
	}
	return d.readingFailed(ctx, job, reason, "")
}

// readingFailed ends a reading with a reason; again is how it is tried again, "" where
// it is not.
func (d *Desk) readingFailed(ctx context.Context, job importJob, reason cards.Text, again string) error {
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		if !job.Into {
			if _, err := tx.Exec(ctx, "update article set state = 'empty' where n = $1", job.Article); err != nil {
				return err
			}
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into article_run (id, article, kind, wish, state, stage, who, begun_at) values ($1, $2, $3, $4, 'failed', '', $5, $6)`,
			id.String(), job.Article, kindImport, again, job.Who, store.Millis(d.Now())); err != nil {
			return err
		}
		if err := d.save(ctx, tx, &run{ID: id.String(), State: "failed", Reason: reason}); err != nil {
			return err
		}
		return d.redraw(ctx, tx, job.Article)
	})
}

const kindImport = "import"
