package articles

import (
	"context"
	"fmt"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
)

// Edit is what a form changes: every field that is set, and the text where Text is.
type Edit struct {
	Of            int64 // the revision that the person saw; 0: the present one
	Title, Author *string
	Digest        *string
	Style         string
	Look          []LookKey // of the front matter
	Notice        string    // on or off; "": as it is
	Text          *string   // Markdown, without front matter
}

// IsAny reports whether anything is to be changed.
func (e Edit) IsAny() bool {
	return e.Title != nil || e.Author != nil || e.Digest != nil || e.Style != "" || e.Notice != "" || e.Text != nil || len(e.Look) > 0
}

// Edit writes a new text by a person's hand. Refuses with cards.NotFound where there is no such
// article, it has no text, or it was removed; without a code while it is being written, where
// it was changed since the person saw it, where its front matter cannot be read, and for a
// notice on what no model wrote.
func (d *Desk) Edit(ctx context.Context, act Act, e Edit) (Said, error) {
	act.Verb = "edited"
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, r, err := d.forChange(ctx, tx, act.Article, e.Of)
		if err != nil {
			return Said{}, err
		}
		text, err := e.apply(r.Text)
		if err != nil {
			return Said{}, err
		}
		if front, _, _ := render.ParseFront(text); e.Style != "" && front.Theme != "" {
			e.Look, e.Style = append(e.Look, LookKey{"theme", e.Style}), "" // the text's goes before
		}
		if text, err = setLook(text, e.Look); err != nil {
			return Said{}, err
		}
		if e.Style != "" && e.Style != a.Style {
			if _, err := tx.Exec(ctx, "update article set style = $2 where n = $1", a.N, e.Style); err != nil {
				return Said{}, err
			}
			if err := d.enqueueShowCover(ctx, tx, a.N); err != nil {
				return Said{}, err
			}
			// Formulas are drawn in the theme's colours.
			if err := d.Jobs.Enqueue(ctx, tx, jobGather, gatherJob{Article: a.N}); err != nil {
				return Said{}, err
			}
			if err := d.redraw(ctx, tx, a.N); err != nil {
				return Said{}, err
			}
		}
		if e.Notice != "" {
			if err := d.setNotice(ctx, tx, a, e.Notice); err != nil {
				return Said{}, err
			}
			if text == r.Text {
				act.Note = "notice=" + e.Notice
				return Said{Article: a.N, Text: cards.T("article.answer_notice_"+e.Notice, "article", name(a.N))}, nil
			}
		}
		if text == r.Text {
			return Said{Article: a.N, Text: cards.T("article.answer_same", "article", name(a.N))}, nil
		}
		n, err := d.addRevision(ctx, tx, Revision{Article: a.N, Text: text, How: "edited", Who: act.Who.ID, Outline: r.Outline, Told: r.Told})
		act.Note = fmt.Sprintf("r%d", n)
		return Said{Article: a.N, Text: cards.T("article.answer_edited", "article", name(a.N), "n", n)}, err
	})
}

// forChange reads an article to change it. It refuses while that is being written, and where
// it was changed since the person saw it.
func (d *Desk) forChange(ctx context.Context, tx *store.Tx, n, of int64) (a Article, r Revision, err error) {
	if err := lock(ctx, tx, n); err != nil {
		return a, r, err
	}
	if a, err = d.present(ctx, tx, n); err != nil {
		return a, r, err
	}
	switch {
	case a.State == Writing:
		return a, r, cards.Refuse("article.writes_already", "article", name(n))
	case of != 0 && of != a.Revision:
		return a, r, cards.Refuse("article.changed_meanwhile", "article", name(n), "seen", of, "now", a.Revision)
	}
	r, err = d.Revision(ctx, tx, n, a.Revision)
	return a, r, err
}

// apply puts the changes into a text.
func (e Edit) apply(text string) (string, error) {
	front, body, err := render.ParseFront(text)
	if err != nil {
		return "", cards.Refuse("article.front_unreadable")
	}
	w := written{Title: front.Title, Author: front.Author, Digest: front.Digest, Body: body}
	if w.Title == "" {
		if m := heading.FindStringSubmatch(strings.TrimSpace(body)); m != nil {
			w.Title, w.Body = m[1], strings.TrimSpace(body)[len(m[0]):]
		}
	}
	same := true
	for _, change := range []struct {
		to   *string
		from *string
	}{{e.Title, &w.Title}, {e.Author, &w.Author}, {e.Digest, &w.Digest}} {
		if change.to != nil && *change.to != *change.from {
			*change.from, same = *change.to, false
		}
	}
	if e.Text != nil && strings.TrimSpace(*e.Text) != strings.TrimSpace(w.Body) {
		w.Body, same = *e.Text, false
	}
	if same {
		return text, nil
	}
	return withFrontOf(text, w), nil
}

// Mend has a machine mend a finding of a text, the nth of its code. Refuses as Edit and Proof
// do; without a code where there is nothing to mend.
func (d *Desk) Mend(ctx context.Context, act Act, code string, of int64, nth int) (Said, error) {
	act.Verb, act.Note = "mended", code
	return d.accept(ctx, act, func(ctx context.Context, tx *store.Tx, act *Act) (Said, error) {
		a, r, err := d.forChange(ctx, tx, act.Article, of)
		if err != nil {
			return Said{}, err
		}
		p, err := d.proof(ctx, tx, a.N, a.Revision)
		if err != nil {
			return Said{}, err
		}
		for i, f := range p.Findings {
			if f.Code != code || f.Mend == nil || nthOf(p.Findings, i) != max(nth, 1) {
				continue
			}
			text := f.Mend.Apply(r.Text)
			if text == r.Text {
				break
			}
			n, err := d.addRevision(ctx, tx, Revision{Article: a.N, Text: text, How: "mended", Who: act.Who.ID, Note: code, Outline: r.Outline, Told: r.Told})
			return Said{Article: a.N, Text: cards.T("article.answer_edited", "article", name(a.N), "n", n)}, err
		}
		return Said{}, cards.Refuse("article.nothing_to_mend", "article", name(a.N), "code", cards.Code(code))
	})
}

// EditForm gives what a form shows of a text: its fields, and the text in parts that
// each fit into an input. ok is false where it does not fit.
func EditForm(text string, parts, size int) (title, author, digest string, body []string, ok bool) {
	front, rest, err := render.ParseFront(text)
	if err != nil {
		return "", "", "", nil, false
	}
	title = front.Title
	if title == "" {
		if m := heading.FindStringSubmatch(strings.TrimSpace(rest)); m != nil {
			title, rest = m[1], strings.TrimSpace(rest)[len(m[0]):]
		}
	}
	part := ""
	for _, block := range blocksOf(strings.TrimSpace(rest)) {
		if part != "" && len([]rune(part))+len([]rune(block))+2 > size {
			body, part = append(body, part), ""
		}
		if part != "" {
			part += "\n\n"
		}
		if part += block; len([]rune(part)) > size {
			return title, front.Author, front.Digest, nil, false
		}
	}
	if part != "" {
		body = append(body, part)
	}
	return title, front.Author, front.Digest, body, len(body) <= parts
}

// StyleIn is the theme that an article is drawn in by its text and, where that names none, by
// the article.
func StyleIn(a Article, text string) string {
	if front, _, err := render.ParseFront(text); err == nil && front.Theme != "" {
		return front.Theme
	}
	return a.Style
}

// TooLong says what to do about a text that a form cannot hold.
func TooLong(r Revision, parts, size int) cards.Text {
	return cards.T("article.too_long", "article", name(r.Article), "count", len([]rune(r.Text)), "most", parts*size, "part", size)
}

// blocksOf cuts a text at its empty lines, but not inside a code fence.
func blocksOf(text string) []string {
	var blocks []string
	var block []string
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		if l := strings.TrimSpace(line); strings.HasPrefix(l, "```") || strings.HasPrefix(l, "~~~") {
			fenced = !fenced
		}
		if strings.TrimSpace(line) == "" && !fenced {
			if len(block) > 0 {
				blocks, block = append(blocks, strings.Join(block, "\n")), nil
			}
			continue
		}
		block = append(block, line)
	}
	if len(block) > 0 {
		blocks = append(blocks, strings.Join(block, "\n"))
	}
	return blocks
}
