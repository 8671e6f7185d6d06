package articles

import (
	"context"

	"magpie/articles/render"
	"magpie/cards"
)

// History lists an article's texts and what was done to it. Refuses with cards.NotFound where
// there is no such article.
func (d *shelf) History(ctx context.Context, n int64) (cards.Card, error) {
	if _, err := d.Article(ctx, d.DB, n); err != nil {
		return cards.Card{}, err
	}
	revisions, err := d.Revisions(ctx, n)
	if err != nil {
		return cards.Card{}, err
	}
	record, err := d.record(ctx, n)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.history_title", "article", name(n))}
	if last := len(revisions) - 1; last >= 0 && int(revisions[last].N) > len(revisions) {
		c.Body = append(c.Body, cards.T("article.history_gone", "count", int(revisions[last].N)-len(revisions)))
	}
	for _, r := range revisions {
		text := cards.T("article.history_revision", "n", r.N, "how", cards.T("article.how_"+r.How), "who", cards.User(r.Who), "at", r.At, "size", thousands(len([]rune(r.Text))))
		c.Body = append(c.Body, text)
		if r.Note != "" {
			c.Body = append(c.Body, cards.Plain("    "+shorten(r.Note, 200)))
		}
	}
	for _, e := range record {
		who := cards.T("article.by_magpie")
		if e.Who != "" {
			who = cards.T("article.by_person", "who", cards.User(e.Who))
		}
		note := cards.Plain(shorten(e.Note, 200))
		if e.Why != nil {
			note = e.Why.Text
		}
		c.Body = append(c.Body, cards.T("article.history_act", "at", e.At, "who", who, "verb", cards.T("article.verb_"+e.Verb), "note", note))
	}
	return c, nil
}

// Show is the card with the whole text, for one person. Refuses as Card does.
func (d *shower) Show(ctx context.Context, n int64) (cards.Card, error) {
	c, err := d.Card(ctx, n)
	if err != nil {
		return c, err
	}
	a, err := d.Article(ctx, d.DB, n)
	if err != nil || a.State == Removed {
		return c, err
	}
	text := ""
	if a.Revision > 0 {
		r, err := d.Revision(ctx, d.DB, n, a.Revision)
		if err != nil {
			return c, err
		}
		text = r.Text
	}
	if last, err := d.lastRun(ctx, d.DB, n); err == nil && last != nil && text == "" {
		text = last.Part
	}
	if text != "" {
		c.Content = append(c.Content, called("", "content.text", text))
	}
	if kept, err := d.keptAside(ctx, a); err != nil {
		return c, err
	} else if kept != "" {
		c.Content = append(c.Content, called("", "content.kept", kept))
	}
	if a.Source != "" {
		c.Content = append(c.Content, called("", "content.source", a.Source))
	}
	return c, nil
}

// keptAside is what there is of a revision that failed since the present text, or "".
func (d *shelf) keptAside(ctx context.Context, a Article) (string, error) {
	all, err := d.Revisions(ctx, a.N)
	if err != nil || len(all) == 0 {
		return "", err
	}
	if last := all[len(all)-1]; last.N > a.Revision && last.How == keptHow {
		return last.Text, nil
	}
	return "", nil
}

// List lists articles, a line each.
func (d *shelf) List(ctx context.Context, as []Article) (cards.Card, error) {
	c := cards.Card{Title: cards.T("article.list_title")}
	if len(as) == 0 {
		c.Body = []cards.Text{cards.T("article.list_none")}
	}
	for _, a := range as {
		c.Body = append(c.Body, d.Line(ctx, a))
	}
	return c, nil
}

// Line is an article in one line of a list.
func (d *shelf) Line(ctx context.Context, a Article) cards.Text {
	title := shorten(a.Brief, 60)
	if a.Revision > 0 {
		if r, err := d.Revision(ctx, d.DB, a.N, a.Revision); err == nil {
			if t, _, _, _, _ := EditForm(r.Text, 0, 1<<20); t != "" {
				title = t
			} else if file, err := d.fileName(ctx, d.DB, a.N); err == nil && file != "" {
				title = render.NameOf(file) // as the page takes it
			}
		}
	}
	return cards.T("article.list_line", "article", name(a.N), "title", title, "state", cards.T("article.state_"+string(a.State)),
		"who", cards.User(a.By), "at", a.At)
}
