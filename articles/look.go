package articles

import (
	"context"
	"slices"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
)

// LookKey is a key of the front matter that says how an article is drawn: theme, code or
// lines.
type LookKey struct{ Key, Value string }

// setLook puts keys into the front matter of a text.
func setLook(text string, keys []LookKey) (string, error) {
	for _, k := range keys {
		var err error
		if text, err = render.SetFront(text, k.Key, k.Value); err != nil {
			return "", cards.Refuse("article.front_unreadable")
		}
	}
	return text, nil
}

// Dress changes how an article is drawn, in its front matter: its theme, its style of
// code, and whether lines of code are numbered (on, off); "" is as it was. Refuses as Edit
// does, and without a code for a name that is none.
func (d *Desk) Dress(ctx context.Context, act Act, theme, code, lines string) (Said, error) {
	var keys []LookKey
	for _, want := range []struct {
		LookKey
		known []string
	}{
		{LookKey{"theme", theme}, d.House.Names()},
		{LookKey{"code", code}, append(render.CodeStyles(), render.OwnCode)},
		{LookKey{"lines", lines}, []string{"on", "off"}}, // the grammar knows no other
	} {
		switch {
		case want.Value == "":
		case !slices.Contains(want.known, want.Value):
			return Said{}, cards.Refuse(noLook[want.Key], "name", want.Value, "known", strings.Join(want.known, ", "))
		default:
			keys = append(keys, want.LookKey)
		}
	}
	return d.Edit(ctx, act, Edit{Look: keys})
}

var noLook = map[string]string{"theme": "article.no_theme", "code": "article.no_code"}

// Looks is what an article can be drawn in, a button each. Where there is a browser, a
// picture of the article in all themes goes into its thread. Refuses as Proof does.
func (d *shower) Looks(ctx context.Context, n int64) (cards.Card, error) {
	p, err := d.Proof(ctx, n, 0)
	if err != nil {
		return cards.Card{}, err
	}
	look := p.Page.Look
	c := cards.Card{Title: cards.T("article.looks_title", "article", name(n)), Fields: []cards.Field{
		{Label: cards.T("article.field_theme"), Value: cards.Plain(look.Theme)},
		{Label: cards.T("article.field_code"), Value: cards.Plain(look.Code)},
	}}
	// Slack shows 25 buttons; the rest are said by name.
	add := func(label, name, line, present string) {
		if len(c.Buttons) < 24 && name != present {
			c.Buttons = append(c.Buttons, cards.Button{Label: cards.T(label, "name", name), Line: line + name})
		}
	}
	line := "article theme " + name(n)
	for _, code := range append(render.CodeStyles(), render.OwnCode) {
		add("article.button_code", code, line+" code=", look.Code)
	}
	labels := map[bool]string{true: "article.button_lines_off", false: "article.button_lines_on"}
	lines := map[bool]string{true: "off", false: "on"}[look.Lines]
	c.Buttons = append(c.Buttons, cards.Button{Label: cards.T(labels[look.Lines]), Line: line + " lines=" + lines})
	styles := c.Buttons
	c.Buttons = nil
	for _, theme := range d.House.Names() {
		if len(c.Buttons) < 24-len(styles) {
			add("article.button_theme", theme, line+" ", look.Theme)
		}
	}
	c.Buttons = append(c.Buttons, styles...)
	c.Notes = []cards.Text{cards.T("article.looks_names", "themes", d.themeNames())}
	if d.Browser == "" {
		return c, nil
	}
	c.Notes = append(c.Notes, cards.T("article.looks_sheet"))
	return c, d.DB.Update(ctx, func(tx *store.Tx) error {
		return d.Jobs.Enqueue(ctx, tx, jobPicture, pictureJob{Article: n, Revision: p.Revision.N, Again: true, Sheet: true})
	})
}

// themeNames are the themes as people call them; one of the house's own is called as it is.
func (d *shower) themeNames() []cards.Text {
	var names []cards.Text
	for _, theme := range d.House.Names() {
		if slices.Contains(render.Themes(), theme) {
			names = append(names, cards.T("article.theme_"+theme, "name", cards.Code(theme)))
		} else {
			names = append(names, cards.Code(theme))
		}
	}
	return names
}
