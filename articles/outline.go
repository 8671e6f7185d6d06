package articles

import (
	"context"
	"fmt"
	"strings"

	"magpie/cards"
)

// outline is what the writer means to write, as far as its answer can be read.
type outline struct {
	Title, Digest string
	Sections      []section
	Claims        []claim
}

type section struct {
	Heading string
	Points  []string
}

// claim is something that the article is to say, and what supports it.
type claim struct {
	Text   string
	Kind   string // fact or opinion
	Source string // brief, source, none, or the writer's own word for it
}

// mostClaims is how many claims are shown.
const mostClaims = 20

// decodeOutline reads what it can: writers leave out parts and give others new forms.
func decodeOutline(answer string) (o outline, ok bool) {
	var said struct {
		Title    any   `json:"title"`
		Digest   any   `json:"digest"`
		Sections []any `json:"sections"`
		Claims   []any `json:"claims"`
	}
	if !decodeObject(answer, &said) {
		return o, false
	}
	o.Title, o.Digest = words(said.Title), words(said.Digest)
	for _, s := range said.Sections {
		part := section{Heading: words(s)}
		if m, ok := s.(map[string]any); ok {
			part.Heading = words(m["heading"])
			points, _ := m["points"].([]any)
			for _, p := range points {
				if point := words(p); point != "" {
					part.Points = append(part.Points, point)
				}
			}
		}
		if part.Heading != "" || len(part.Points) > 0 {
			o.Sections = append(o.Sections, part)
		}
	}
	for _, c := range said.Claims {
		one := claim{Text: words(c)}
		if m, ok := c.(map[string]any); ok {
			one = claim{words(m["claim"]), strings.ToLower(words(m["kind"])), words(m["source"])}
		}
		if one.Text != "" && len(o.Claims) < mostClaims {
			o.Claims = append(o.Claims, one)
		}
	}
	return o, o.Title != "" || len(o.Sections) > 0 || len(o.Claims) > 0
}

// text is the outline for people.
func (o outline) text() string {
	var b strings.Builder
	for _, line := range []string{o.Title, o.Digest} {
		if line != "" {
			b.WriteString(line + "\n")
		}
	}
	for _, s := range o.Sections {
		fmt.Fprintf(&b, "\n## %s\n", s.Heading)
		for _, p := range s.Points {
			fmt.Fprintf(&b, "- %s\n", p)
		}
	}
	return strings.TrimSpace(b.String())
}

// claimLines are the claims table: what is said, of what kind, and what supports it.
func (o outline) claimLines() []cards.Text {
	if len(o.Claims) == 0 {
		return nil
	}
	lines := []cards.Text{cards.T("article.claims")}
	for _, c := range o.Claims {
		key := "article.claim_other"
		switch source := strings.ToLower(c.Source); {
		case c.Kind == "opinion":
			key = "article.claim_opinion"
		case source == "brief":
			key = "article.claim_brief"
		case source == "source":
			key = "article.claim_source"
		case source == "" || source == "none":
			key = "article.claim_none"
		}
		lines = append(lines, cards.T(key, "claim", shorten(c.Text, 200), "source", shorten(c.Source, 100)))
	}
	return lines
}

// Outline shows what the writer meant to write and what supports it, and the headings
// that the text has come to. Refuses with cards.NotFound where there is no such article, or it
// was removed.
func (d *shower) Outline(ctx context.Context, n int64) (cards.Card, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.outline_title", "article", name(n))}
	said := ""
	if a.Revision > 0 {
		r, err := d.Revision(ctx, d.DB, n, a.Revision)
		if err != nil {
			return c, err
		}
		said = r.Outline
		if heads := headings(r.Text); heads != "" {
			c.Content = append(c.Content, called("", "content.headings", heads))
		}
	} else if last, err := d.lastRun(ctx, d.DB, n); err == nil && last != nil {
		said = last.Outline
	}
	if o, ok := decodeOutline(said); ok {
		c.Body, said = o.claimLines(), o.text()
	}
	if said != "" {
		c.Content = append(c.Content, called("", "content.outline", said))
	}
	if len(c.Content) == 0 {
		c.Body = []cards.Text{cards.T("article.no_outline")}
	}
	return c, nil
}

// headings are the headings of a Markdown text, a line each.
func headings(text string) string {
	var heads []string
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "#") {
			heads = append(heads, line)
		}
	}
	return strings.Join(heads, "\n")
}
