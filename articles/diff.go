package articles

import (
	"context"
	"strings"

	"magpie/cards"
)

// change is a run of lines that two texts share, or that only one has.
type change struct {
	sign  byte // ' ', '-' or '+'
	lines []string
}

const mostCells = 4_000_000 // of the table that finds what two texts share

// diff compares two texts line by line.
func diff(from, to string) []change {
	a, b := strings.Split(strings.TrimRight(from, "\n"), "\n"), strings.Split(strings.TrimRight(to, "\n"), "\n")
	var changes []change
	add := func(sign byte, lines ...string) {
		if len(lines) == 0 {
			return
		}
		if n := len(changes); n > 0 && changes[n-1].sign == sign {
			changes[n-1].lines = append(changes[n-1].lines, lines...)
			return
		}
		changes = append(changes, change{sign, append([]string(nil), lines...)})
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	end := 0
	for end < len(a)-head && end < len(b)-head && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	add(' ', a[:head]...)
	x, y := a[head:len(a)-end], b[head:len(b)-end]
	if len(x)*len(y) > mostCells {
		add('-', x...)
		add('+', y...)
		add(' ', a[len(a)-end:]...)
		return changes
	}
	longest := make([][]int, len(x)+1)
	for i := range longest {
		longest[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j]:
			add(' ', x[i])
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			add('-', x[i])
			i++
		default:
			add('+', y[j])
			j++
		}
	}
	add('-', x[i:]...)
	add('+', y[j:]...)
	add(' ', a[len(a)-end:]...)
	return changes
}

// countChanges counts the lines that came and went.
func countChanges(from, to string) (added, removed int) {
	for _, c := range diff(from, to) {
		switch c.sign {
		case '+':
			added += len(c.lines)
		case '-':
			removed += len(c.lines)
		}
	}
	return added, removed
}

const around = 2 // shared lines shown beside a change

// unified writes changes as people know them: - and + before a line, … for what is left out.
func unified(changes []change) string {
	var b strings.Builder
	line := func(sign byte, s string) { b.WriteString(string(sign) + " " + s + "\n") }
	for i, c := range changes {
		if c.sign != ' ' {
			for _, l := range c.lines {
				line(c.sign, l)
			}
			continue
		}
		first, last := 0, len(c.lines)
		if i > 0 {
			first = min(around, last)
		}
		tail := last
		if i < len(changes)-1 {
			tail = max(last-around, first)
		}
		for _, l := range c.lines[:first] {
			line(' ', l)
		}
		if tail > first {
			b.WriteString("…\n")
		}
		for _, l := range c.lines[tail:] {
			line(' ', l)
		}
	}
	return b.String()
}

// Diff shows what changed between two texts of an article: by default since the one
// that was approved last, else since the one before.
func (d *Desk) Diff(ctx context.Context, n, from, to int64) (cards.Card, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return cards.Card{}, err
	}
	if to == 0 {
		to = a.Revision
	}
	if from == 0 {
		if before, err := d.lastApproval(ctx, n); err != nil {
			return cards.Card{}, err
		} else if before != nil && before.Revision < to {
			from = before.Revision
		} else {
			from = max(to-1, 1)
		}
	}
	old, err := d.Revision(ctx, d.DB, n, from)
	if err != nil {
		return cards.Card{}, err
	}
	now, err := d.Revision(ctx, d.DB, n, to)
	if err != nil {
		return cards.Card{}, err
	}
	added, removed := countChanges(old.Text, now.Text)
	c := cards.Card{Title: cards.T("article.diff_title", "article", name(n), "from", from, "to", to)}
	c.Body = []cards.Text{cards.T("article.diff_count", "added", added, "removed", removed)}
	if added+removed > 0 {
		c.Content = []cards.Content{{Label: "diff", Text: unified(diff(old.Text, now.Text))}}
	}
	return c, nil
}

// History lists an article's texts and what was done to it.
func (d *Desk) History(ctx context.Context, n int64) (cards.Card, error) {
	if _, err := d.Article(ctx, d.DB, n); err != nil {
		return cards.Card{}, err
	}
	revisions, err := d.Revisions(ctx, n)
	if err != nil {
		return cards.Card{}, err
	}
	record, err := d.Record(ctx, n)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.history_title", "article", name(n))}
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
		c.Body = append(c.Body, cards.T("article.history_act", "at", e.At, "who", who, "verb", cards.T("article.verb_"+e.Verb), "note", shorten(e.Note, 200)))
	}
	return c, nil
}

// Outline shows what the writer meant to write, and the text's own headings.
func (d *Desk) Outline(ctx context.Context, n int64) (cards.Card, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{Title: cards.T("article.outline_title", "article", name(n))}
	outline := ""
	if a.Revision > 0 {
		r, err := d.Revision(ctx, d.DB, n, a.Revision)
		if err != nil {
			return c, err
		}
		outline = r.Outline
		var heads []string
		fenced := false
		for line := range strings.SplitSeq(r.Text, "\n") {
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if !fenced && strings.HasPrefix(line, "#") {
				heads = append(heads, line)
			}
		}
		if len(heads) > 0 {
			c.Content = append(c.Content, cards.Content{Label: "headings", Text: strings.Join(heads, "\n")})
		}
	} else if last, err := d.lastRun(ctx, d.DB, n); err == nil && last != nil {
		outline = last.Outline
	}
	if outline != "" {
		c.Content = append(c.Content, cards.Content{Label: "outline", Text: outline})
	}
	if len(c.Content) == 0 {
		c.Body = []cards.Text{cards.T("article.no_outline")}
	}
	return c, nil
}

// Show is the card with the whole text, for one person.
func (d *Desk) Show(ctx context.Context, n int64) (cards.Card, error) {
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
		c.Content = append(c.Content, cards.Content{Label: "text", Text: text})
	}
	if a.Source != "" {
		c.Content = append(c.Content, cards.Content{Label: "source", Text: a.Source})
	}
	return c, nil
}

// List lists articles, a line each.
func (d *Desk) List(ctx context.Context, most int) (cards.Card, error) {
	as, err := d.Articles(ctx, most)
	c := cards.Card{Title: cards.T("article.list_title")}
	if err != nil {
		return c, err
	}
	if len(as) == 0 {
		c.Body = []cards.Text{cards.T("article.list_none")}
	}
	for _, a := range as {
		title := shorten(a.Brief, 60)
		if a.Revision > 0 {
			if r, err := d.Revision(ctx, d.DB, a.N, a.Revision); err == nil {
				if t, _, _, _, _ := EditForm(r.Text, 0, 1<<20); t != "" {
					title = t
				}
			}
		}
		c.Body = append(c.Body, cards.T("article.list_line", "article", name(a.N), "title", title, "state", cards.T("article.state_"+string(a.State)),
			"who", cards.User(a.By), "at", a.At))
	}
	return c, nil
}
