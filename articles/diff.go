package articles

import (
	"context"
	"strings"

	"magpie/cards"
	"magpie/outbox"
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
// that was approved last for an account ("": for any), else since the one before. Refuses with
// cards.NotFound where there is no such article or text, or it was removed.
func (d *shelf) Diff(ctx context.Context, account string, n, from, to int64) (cards.Card, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil {
		return cards.Card{}, err
	}
	if to == 0 {
		to = a.Revision
	}
	if from == 0 {
		of := d.Outbox.Accounts
		if account != "" {
			of = outbox.Accounts{account}
		}
		if before, err := d.lastApproval(ctx, of, n); err != nil {
			return cards.Card{}, err
		} else if before != nil && before.Revision < to {
			from = before.Revision
		} else {
			all, err := d.Revisions(ctx, n)
			if err != nil {
				return cards.Card{}, err
			}
			from = textBefore(all, to)
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
		c.Content = []cards.Content{called("", "content.diff", unified(diff(old.Text, now.Text)))}
	}
	return c, nil
}

// textBefore is the text that an article had before another; the first is its own.
func textBefore(all []Revision, n int64) int64 {
	before := n
	for _, r := range all {
		if r.N < n && r.How != keptHow {
			before = r.N
		}
	}
	return before
}
