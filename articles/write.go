package articles

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sashabaranov/go-openai"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

const jobWrite = "article.write"

type writeJob struct {
	Run string `json:"run"`
}

// errStopping says that magpie itself stops: the job is taken up at the next start.
var errStopping = errors.New("magpie stops")

// workWrite brings an errand to its end: outline, draft, and at most two rounds of
// review and mending. After each stage it is kept.
func (d *Desk) workWrite(ctx context.Context, job writeJob) error {
	r, err := readRun(ctx, d.DB, "id = $1", job.Run)
	if err != nil {
		return fmt.Errorf("read run %s: %w", job.Run, err)
	}
	if !r.open() {
		return nil
	}
	if d.isStopping() {
		return errStopping
	}
	a, err := d.Article(ctx, d.DB, r.Article)
	if err != nil {
		return err
	}
	if r.State == "queued" {
		r.State = "writing"
	}
	r.Model = d.Writer.Model
	ctx, cancel := d.untilStop(ctx)
	defer cancel()
	p := d.takePen(ctx, r)
	defer p.drop()
	for {
		done, err := d.stage(p, brief{a, d.Style}, r)
		switch {
		case d.isStopping():
			return errStopping
		case err != nil:
			return d.fail(p, r, err)
		case done:
			return d.finish(p, r)
		}
		if err := p.keep(); err != nil {
			return err
		}
	}
}

// stage carries out the stage that a run is at. done is true when nothing follows.
func (d *Desk) stage(p *pen, b brief, r *run) (done bool, err error) {
	switch r.Stage {
	case stageOutline:
		said, err := p.ask(b.outline(), false)
		if err != nil && isStopped(err) {
			return false, err
		}
		if _, ok := decodeOutline(said); err != nil && !ok {
			d.Log.Warn("an article is written without an outline", "article", r.Article, "error", err)
			said = ""
		}
		r.Outline, r.Stage = said, stageDraft
	case stageDraft:
		return false, d.newText(p, r, b.draft(r.Outline), stageReview)
	case stageTranslate:
		return d.translateStage(p, b.Article, r)
	case stageReview:
		said, err := p.ask(b.review(r.Draft), false)
		if !readable(err) {
			return false, err
		}
		r.Notes = append(ours(r.Draft), decodeNotes(said)...)
		if len(r.Notes) == 0 {
			return true, nil
		}
		r.Stage = stageMend
	case stageMend:
		if r.Kind == kindTranslate {
			return d.mendTranslation(p, b.Article, r)
		}
		next := stageReview
		if err := d.newText(p, r, b.mend(r.Draft, r.Notes), next); err != nil {
			return false, err
		}
		r.Loops++
		return r.Loops >= mostLoops || r.Kind == kindRevise, nil
	default:
		return false, fmt.Errorf("run %s has no stage %q", r.ID, r.Stage)
	}
	return false, nil
}

// readable overlooks how a review ended, as long as it was answered: it cannot stop an
// article.
func readable(err error) bool {
	var failed *WriteError
	return err == nil || errors.As(err, &failed) && (failed.Code == "cut" || failed.Code == "refused" || failed.Code == "empty")
}

// isStopped reports whether a failure is none of the writer's: it is to stop, or it is ours.
// No other of an outline's stops an article; the draft meets it, too, where it lasts.
func isStopped(err error) bool {
	var failed *WriteError
	return !errors.As(err, &failed) || failed.Code == "stopped"
}

// newText has a whole text written and takes it.
func (d *Desk) newText(p *pen, r *run, messages []openai.ChatCompletionMessage, next string) error {
	w, err := writtenBy(p, messages)
	if err != nil {
		return err
	}
	if o, ok := decodeOutline(r.Outline); ok && w.Digest == "" {
		w.Digest = shorten(o.Digest, wechat.MaxDigest)
	}
	if r.Draft != "" {
		if front, _, err := render.ParseFront(r.Draft); err == nil {
			if w.Digest == "" || front.Digest != "" {
				w.Digest = front.Digest
			}
			if w.Author == "" {
				w.Author = front.Author
			}
		}
	}
	r.Draft, r.Part, r.Stage, r.Prompt = withFrontOf(r.Draft, w), "", next, told(messages)
	return nil
}

// writtenBy has a whole text written.
func writtenBy(p *pen, messages []openai.ChatCompletionMessage) (written, error) {
	said, err := p.ask(messages, true)
	if err != nil {
		return written{}, err
	}
	w, ok := decodeArticle(said)
	switch {
	case ok:
		return w, nil
	case strings.TrimSpace(said) == "":
		return w, &WriteError{Code: "empty"} // it thought, and wrote nothing
	}
	return w, &WriteError{Code: "nonsense", Detail: said}
}

// ours are the notes that need no reviewer.
func ours(draft string) []string {
	front, _, err := render.ParseFront(draft)
	if err != nil {
		return nil
	}
	var notes []string
	if n := len([]rune(front.Title)); n > wechat.MaxTitle {
		notes = append(notes, fmt.Sprintf("the title has %d characters; at most %d are taken: shorten it", n, wechat.MaxTitle-2))
	}
	return notes
}

// finish takes the text as a new revision.
func (d *Desk) finish(p *pen, r *run) error {
	r.State = "done"
	return p.end(func(ctx context.Context, tx *store.Tx) error {
		made := r.revision(r.Draft, false)
		var err error
		if made.Told, err = d.toldOf(ctx, tx, r); err != nil {
			return err
		}
		n, err := d.addRevision(ctx, tx, made)
		if err != nil {
			return err
		}
		return d.noteSelf(ctx, tx, r.Article, "written", fmt.Sprintf("r%d", n))
	})
}

// fail ends an errand for a reason that people are told. What was written is kept: a
// whole text, or what there is of one where the article has none yet.
func (d *Desk) fail(p *pen, r *run, why error) error {
	var failed *WriteError
	if !errors.As(why, &failed) {
		return why // ours, or the database's: the job is tried again
	}
	d.Log.Warn("the writer failed", "article", r.Article, "stage", r.Stage, "code", failed.Code, "error", failed.Err)
	r.State, r.Reason = "failed", failed.Explain()
	if failed.Code == "stopped" {
		r.State = "stopped"
		if by, err := d.lastBy(context.WithoutCancel(p.ctx), r.Article, "stop"); err == nil && by != nil {
			r.Reason = cards.T("article.stopped_by", "who", cards.User(by.Who), "at", by.At)
		}
	}
	return p.end(func(ctx context.Context, tx *store.Tx) error {
		a, err := d.Article(ctx, tx, r.Article)
		if err != nil {
			return err
		}
		text, unfinished := r.Draft, r.Kind == kindTranslate && r.Stage == stageTranslate
		if r.Kind == kindRevise && r.Loops == 0 {
			text = "" // nothing new has come of it
		}
		if text == "" && a.Revision == 0 && strings.TrimSpace(r.Part) != "" {
			text, unfinished = r.Part, true
		}
		if text != "" {
			made := r.revision(text, unfinished)
			if !unfinished {
				made.Told, err = d.toldOf(ctx, tx, r)
			}
			if err == nil {
				_, err = d.addRevision(ctx, tx, made)
			}
		} else {
			if err := d.keepAside(ctx, tx, r, a); err != nil {
				return err
			}
			state := Ready
			if a.Revision == 0 {
				state = Empty
			}
			_, err = tx.Exec(ctx, "update article set state = $2 where n = $1", r.Article, string(state))
		}
		if err != nil {
			return err
		}
		return d.noteSelf(ctx, tx, r.Article, r.State, failed.Code)
	})
}

// keepAside writes down what there is of a revision that failed, and says where. The
// article's text stays as it is.
func (d *shelf) keepAside(ctx context.Context, tx *store.Tx, r *run, a Article) error {
	if r.Kind != kindRevise || a.Revision == 0 || strings.TrimSpace(r.Part) == "" {
		return nil
	}
	kept := r.revision(r.Part, true)
	kept.How = keptHow
	n, err := d.writeRevision(ctx, tx, kept)
	if err != nil {
		return err
	}
	r.Reason = cards.T("article.kept_aside", "why", r.Reason, "article", name(a.N), "n", n, "now", a.Revision)
	return d.save(ctx, tx, r)
}

func (r *run) revision(text string, unfinished bool) Revision {
	how := map[string]string{kindDraft: "drafted", kindRevise: "revised", kindTranslate: "translated"}[r.Kind]
	return Revision{Article: r.Article, Text: text, How: how, Who: r.Who, Note: r.Wish, Outline: r.Outline, Model: r.Model, Prompt: r.Prompt,
		In: r.In, Out: r.Out, Unfinished: unfinished}
}
