package articles

import (
	"context"
	"fmt"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
)

// findingLines say what is wrong, a line each.
func findingLines(findings []render.Finding, most int) []cards.Text {
	var lines []cards.Text
	for i, f := range findings {
		if i == most {
			lines = append(lines, cards.T("article.more_findings", "count", len(findings)-most))
			break
		}
		lines = append(lines, findingLine(f))
	}
	return lines
}

func findingLine(f render.Finding) cards.Text {
	key := "article.finding_warns"
	if f.Blocks {
		key = "article.finding_blocks"
	}
	if f.Where == "" {
		return cards.T(key, "what", f.Text)
	}
	return cards.T(key+"_where", "what", f.Text, "where", shorten(strings.Join(strings.Fields(f.Where), " "), 120))
}

// Check lists every finding with where and how to mend it; what a machine can mend has
// a button. Refuses as Proof does.
func (d *shower) Check(ctx context.Context, n int64) (cards.Card, error) {
	p, err := d.Proof(ctx, n, 0)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.check_title", "article", name(n), "title", p.Page.Title)}
	if len(p.Findings) == 0 {
		c.Body = []cards.Text{cards.T("article.check_clean")}
	}
	for i, f := range p.Findings {
		c.Body = append(c.Body, findingLine(f))
		if f.Mend != nil && len(c.Buttons) < 12 {
			c.Buttons = append(c.Buttons, p.mendOf(i, ""))
		}
	}
	for _, m := range p.Open() {
		if len(c.Buttons) < 20 {
			c.Buttons = append(c.Buttons, cards.Button{Label: cards.T("article.button_waive", "k", m.N), Line: fmt.Sprintf("article waive %s %d", name(n), m.N)})
		}
	}
	if o, ok := decodeOutline(p.Revision.Outline); ok {
		c.Body = append(c.Body, o.claimLines()...)
	}
	c.Fields = []cards.Field{{Label: cards.T("article.field_length"), Value: meter(p.Page.Length)}}
	return c, nil
}

// mendOf is the button that has a machine mend finding i.
func (p *Proof) mendOf(i int, style string) cards.Button {
	f := p.Findings[i]
	return cards.Button{Label: f.Mend.Label, Style: style, Line: fmt.Sprintf("article mend %s %s of=%d nth=%d", name(p.Article.N), f.Code, p.Revision.N, nthOf(p.Findings, i))}
}

// nthOf is the place of a finding among those of its code, from 1.
func nthOf(findings []render.Finding, at int) int {
	n := 0
	for _, f := range findings[:at+1] {
		if f.Code == findings[at].Code {
			n++
		}
	}
	return n
}
