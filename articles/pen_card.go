package articles

import (
	"time"

	"magpie/cards"
)

// runCard shows an errand under way, or what came of it.
func (d *shower) runCard(r *run) cards.Card {
	c := cards.Card{Title: cards.T("article.run_title", "article", name(r.Article), "stage", cards.T("article.stage_"+r.Stage))}
	switch r.State {
	case "done":
		c.Title = cards.T("article.run_done", "article", name(r.Article))
	case "failed", "stopped":
		c.Title = cards.T("article.run_"+r.State, "article", name(r.Article))
		c.Body = append(c.Body, r.Reason)
		c.Buttons = []cards.Button{{Label: cards.T("article.button_again"), Line: "article again " + name(r.Article), Style: "primary"}}
	default:
		c.Buttons = []cards.Button{{Label: cards.T("article.button_stop"), Line: "article stop " + name(r.Article), Style: "danger"}}
	}
	text := r.Part
	if text == "" {
		text = r.Draft
	}
	if text == "" {
		text = r.Outline
		if o, ok := decodeOutline(text); ok {
			text = o.text()
		}
	}
	if text != "" {
		c.Body = append(c.Body, cards.Plain(tail(text, shownTail)))
	}
	if r.In+r.Out > 0 {
		c.Notes = append(c.Notes, d.tokens(r.Model, r.In, r.Out))
	}
	return c
}

// tokens says what a text has cost.
func (d *shelf) tokens(model string, in, out int) cards.Text {
	if cost := d.Writer.Price.Of(in, out); cost != "" {
		return cards.T("article.tokens_cost", "model", cards.Code(model), "in", in, "out", out, "cost", cost)
	}
	return cards.T("article.tokens", "model", cards.Code(model), "in", in, "out", out)
}

const (
	shownTail = 2400 // characters of what is being written
	beat      = 1200 * time.Millisecond
)

// tail is the end of a text that is longer than n characters.
func tail(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return "…" + string(r[len(r)-n+1:])
}
