package articles

import (
	"context"
	"fmt"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/posts"
	"magpie/store"
)

// Translate makes a new article of an article's present text in another language, a code that
// ParseLanguage gave. Images and the cover go with it; the thread of the source names the new
// one. Refuses with cards.NotFound where there is no such article, it has no text, or it was
// removed; without a code while it is being written, where it is in that language already, and
// where no writer is configured.
func (d *Desk) Translate(ctx context.Context, act Act, lang string) (Said, error) {
	act.Verb = "translation_asked"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		if d.Writer.Model == "" {
			return Said{}, cards.Refuse("article.no_writer")
		}
		from, r, err := d.forChange(ctx, tx, act.Article, 0)
		if err != nil {
			return Said{}, err
		}
		if isIn(r.Text, from.Lang, lang) {
			return Said{}, cards.Refuse("article.translated_same", "article", name(from.N), "language", languageSaid(lang))
		}
		n, err := d.add(ctx, tx, *act, Wanted{Lang: lang, Style: from.Style}, Writing)
		if err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, "update article set translation_of = $2, translation_of_text = $3, cover = $4 where n = $1", n, from.N, r.N, from.Cover); err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, `insert into article_image (article, name, sha256, problem)
			select $1, name, sha256, problem from article_image where article = $2`, n, from.N); err != nil {
			return Said{}, fmt.Errorf("give article %d the images of %d: %w", n, from.N, err)
		}
		if err := d.begin(ctx, tx, run{Article: n, Kind: kindTranslate, Stage: stageTranslate, Who: act.Who.ID}); err != nil {
			return Said{}, err
		}
		act.Note = fmt.Sprintf("%s r%d", name(from.N), r.N)
		if err := d.journal.Write(ctx, tx, Act{Article: from.N, Verb: "translate", Who: act.Who, Note: name(n) + " " + lang}.entry()); err != nil {
			return Said{}, err
		}
		said := cards.T("article.answer_translating", "article", name(n), "source", name(from.N), "language", languageSaid(lang))
		return Said{Article: n, Text: said}, d.sayInThread(ctx, tx, from.N, cards.T("article.translation_begun", "article", name(n), "source", name(from.N), "revision", r.N, "language", languageSaid(lang)))
	})
}

// sayInThread says something in the thread of an article's card, where that is shown.
func (d *Desk) sayInThread(ctx context.Context, tx *store.Tx, n int64, said cards.Text) error {
	card, err := d.cardOf(ctx, tx, n)
	if err != nil || card == nil {
		return err
	}
	_, err = d.Posts.Add(ctx, tx, posts.Post{Owner: ofArticles, Subject: fmt.Sprintf("said in %d", n), Role: roleSaid, Parent: card.ID, Card: &cards.Card{Body: []cards.Text{said}}, Once: true})
	return err
}

// isIn reports whether a text is in a language already. What an imported text is in was
// guessed: that it is Chinese, or is not, its letters say better.
func isIn(text, is, lang string) bool {
	if is == "zh" && lang == "en" || is == "en" && lang == "zh" {
		return false
	}
	if is == lang && (lang == "zh" || lang == "en") {
		return render.IsLatin(text) == (lang == "en")
	}
	return is == lang
}

// sourceOfTranslation reads the text that an article is a translation of. Its title leaves the
// body wherever it stands there, as it does where it is shown.
func (d *Desk) sourceOfTranslation(ctx context.Context, a Article) (translation, error) {
	t := translation{brief: brief{a, d.Style}}
	p, err := d.translated(ctx, a)
	if err != nil {
		return t, err
	}
	front, body, _ := render.ParseFront(p.Revision.Text)
	t.source, t.front, t.title, t.body = p.Revision.Text, front, p.Page.Title, body
	lines := strings.SplitAfter(body, "\n")
	for i, line := range lines {
		if m := anyHeading.FindStringSubmatch(line); m != nil && plainTitle(m[1]) == plainTitle(t.title) {
			if front.Title == "" || strings.TrimSpace(strings.Join(lines[:i], "")) == "" {
				t.body = strings.Join(append(lines[:i:i], lines[i+1:]...), "")
			}
			break
		}
	}
	t.body = strings.TrimSpace(t.body)
	return t, nil
}

// translated renders the source, which may have been removed since.
func (d *Desk) translated(ctx context.Context, a Article) (*Proof, error) {
	r, err := d.Revision(ctx, d.DB, a.Of, a.OfText)
	if err != nil {
		return nil, err
	}
	o := d.options("", a, nil)
	if o.Name, err = d.fileName(ctx, d.DB, a.Of); err != nil {
		return nil, err
	}
	page, err := render.Render(r.Text, o)
	if err != nil {
		return nil, fmt.Errorf("render the source of article %d: %w", a.N, err)
	}
	return &Proof{Article: a, Revision: r, Page: page}, nil
}

// translateStage has an article translated; what the translation did not carry is mended next.
func (d *Desk) translateStage(p *pen, a Article, r *run) (done bool, err error) {
	t, err := d.sourceOfTranslation(p.ctx, a)
	if err != nil {
		return false, err
	}
	all := pieces(t.body, mostPart)
	if len(all) > 1 {
		return d.translateParts(p, t, all, r)
	}
	messages := t.messages()
	w, err := writtenBy(p, messages)
	if isCut(err) {
		if w, err = d.translateHalves(p, t, t.body, 0, 1, written{}, err); err == nil {
			r.Draft, r.Part = t.take(w), ""
		}
		return err == nil, err
	}
	if err != nil {
		return false, err
	}
	r.Draft, r.Part, r.Prompt = t.take(w), "", told(messages)
	r.Notes, r.Stage = t.notes(r.Draft), stageMend
	return len(r.Notes) == 0, nil
}

// mendTranslation has the writer mend once what the translation did not carry. What it makes
// worse is not taken.
func (d *Desk) mendTranslation(p *pen, a Article, r *run) (done bool, err error) {
	t, err := d.sourceOfTranslation(p.ctx, a)
	if err != nil {
		return false, err
	}
	messages := t.mend(r.Draft, r.Notes)
	w, err := writtenBy(p, messages)
	if err != nil {
		return false, err
	}
	if mended := t.take(w); len(t.notes(mended)) <= len(r.Notes) {
		r.Draft, r.Prompt = mended, told(messages)
	}
	r.Part, r.Loops = "", r.Loops+1
	return true, nil
}

// toldOf is what people are to know of a text that a run has come to: what a translation did
// not carry, or what was told of the text that was revised.
func (d *Desk) toldOf(ctx context.Context, tx *store.Tx, r *run) ([]cards.Text, error) {
	a, err := d.Article(ctx, tx, r.Article)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Kind == kindTranslate && r.Draft != "":
		source, err := d.Revision(ctx, tx, a.Of, a.OfText)
		if err != nil {
			return nil, err
		}
		_, body, _ := render.ParseFront(source.Text)
		return translation{source: source.Text, body: body}.left(r.Draft), nil
	case r.Kind == kindRevise && a.Revision > 0:
		before, err := d.Revision(ctx, tx, a.N, a.Revision)
		return before.Told, err
	}
	return nil, nil
}

// translationWords say which text an article is a translation of, and where that has changed
// since.
func (d *shelf) translationWords(ctx context.Context, a Article) (cards.Text, error) {
	source, err := d.Article(ctx, d.DB, a.Of)
	if err != nil {
		return cards.Text{}, err
	}
	if source.Revision != a.OfText {
		return cards.T("article.translation_of_old", "article", name(a.Of), "revision", a.OfText, "now", source.Revision), nil
	}
	return cards.T("article.translation_of", "article", name(a.Of), "revision", a.OfText), nil
}
