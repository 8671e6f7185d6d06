package audiences

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// maxRows is how many row numbers are told of those left out for one reason.
const maxRows = 10

// Why rows are left out: keys of the catalogue.
const (
	badTwice   = "audience.bad_twice"
	badEmpty   = "audience.bad_empty"
	badOpenID  = "audience.bad_openid"
	badColumns = "audience.bad_columns"
	badQuotes  = "audience.bad_quotes"
	badText    = "audience.bad_text"
	badControl = "audience.bad_control"
	badLong    = "audience.bad_long"
)

// tally counts the rows that are left out.
type tally struct {
	Skipped []outbox.Skipped   `db:"skipped,json"`
	rows    map[string][]int64 // all of them, by reason
}

// leaveOut counts a row. Of one reason, rows come in the order of the file.
func (t *tally) leaveOut(why string, row int64) {
	i := slices.IndexFunc(t.Skipped, func(s outbox.Skipped) bool { return s.Why.Key == why })
	if i < 0 {
		i = len(t.Skipped)
		t.Skipped = append(t.Skipped, outbox.Skipped{Why: cards.T(why)})
	}
	s := &t.Skipped[i]
	s.Count++
	if t.rows == nil {
		t.rows = map[string][]int64{}
	}
	t.rows[why] = append(t.rows[why], row)
	if len(s.Rows) < maxRows {
		s.Rows = append(s.Rows, row)
	}
}

// all are the rows that are left out, with none left out.
func (t *tally) all() []outbox.LeftOut {
	var all []outbox.LeftOut
	for _, s := range t.Skipped {
		all = append(all, outbox.LeftOut{Why: s.Why, Rows: t.rows[s.Why.Key]})
	}
	return all
}

// tellsAll reports whether a card names each row that is left out.
func (t *tally) tellsAll() bool {
	return !slices.ContainsFunc(t.Skipped, func(s outbox.Skipped) bool { return s.Count > len(s.Rows) })
}

// total is how many rows are left out.
func (t *tally) total() int {
	n := 0
	for _, s := range t.Skipped {
		n += s.Count
	}
	return n
}

// order puts the reasons in the order in which the file meets them: who stands there
// twice is found last.
func (t *tally) order() {
	slices.SortStableFunc(t.Skipped, func(a, b outbox.Skipped) int { return cmp.Compare(a.Rows[0], b.Rows[0]) })
}

// leftOut says which rows are left out, a line for each reason.
func (t *tally) leftOut() []cards.Text {
	if len(t.Skipped) == 0 {
		return nil
	}
	rows := []cards.Text{cards.T("audience.left_out", "count", t.total())}
	for _, s := range t.Skipped {
		numbers := make([]string, len(s.Rows))
		for i, row := range s.Rows {
			numbers[i] = strconv.FormatInt(row, 10)
		}
		key := "audience.left_out_rows"
		if s.Count > len(s.Rows) {
			key = "audience.left_out_first"
		}
		rows = append(rows, cards.T(key, "count", s.Count, "why", s.Why, "rows", strings.Join(numbers, ", ")))
	}
	return []cards.Text{lines(rows)}
}
