package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"magpie/cards"
	"magpie/sending"
	"magpie/store"
	"slices"
	"strings"
)

// askBroadcast completes a request to a named audience: it has to be prepared before
// anybody can approve it. It returns the version that the request is to.
func (o *Outbox) askBroadcast(ctx context.Context, q store.Queryer, r *Request, a Ask) (*Audience, error) {
	if o.Audiences == nil {
		return nil, cards.Refuse("fault.no_audiences")
	}
	var found Audience
	var err error
	if a.again != nil {
		found = *a.again
	} else if found, err = o.Audiences.Audience(ctx, q, a.Account, a.Audience); err != nil {
		return nil, err
	}
	if _, err := sending.MergeFields(r.Payload, found.Columns); err != nil {
		return nil, err
	}
	r.State, r.Size, r.Hash = Preparing, found.Size, ""
	r.Broadcast = &Broadcast{Audience: found.Name, Version: found.Version, Columns: found.Columns, Total: found.Size, FailedOf: a.FailedOf, AtLeast: a.AtLeast.People, Skipped: found.Skipped}
	return &found, nil
}

// keptOfAudience is what an approval of a line to an audience binds to: who made it and of what,
// its columns, of a list its members, and what they bring into the message.
func keptOfAudience(a Audience, payload json.RawMessage) []Kept {
	all := []Kept{{What: "source", Is: cmp.Or(a.Source, "list")}, {What: "owner", Is: a.Owner}, {What: "columns", Is: strings.Join(a.Columns, ", ")}}
	if a.Source == "" {
		all = append(all, Kept{What: "members", Is: sumOf(a, "")})
	}
	for _, column := range a.Columns {
		if sending.MergesColumn(payload, column) {
			all = append(all, Kept{What: "values", Of: column, Is: sumOf(a, column)})
		}
	}
	for i := range all {
		all[i].By = a.Owner
	}
	return all
}

// sumOf is the sum over a column, or where none was made what no other version has.
func sumOf(a Audience, of string) string {
	if sum, ok := a.Sums[of]; ok {
		return sum
	}
	return fmt.Sprintf("version %d", a.Version)
}

// skippedLines tell of the rows that a broadcast leaves out, a line for each reason.
func skippedLines(skipped []Skipped) []cards.Text {
	var lines []cards.Text
	for _, s := range skipped {
		lines = append(lines, cards.T("broadcast.skipped", "count", s.Count, "why", s.Why, "rows", rowsText(s)))
	}
	return lines
}

// rowsButton shares all rows that a request leaves out, where a card cannot name them.
func (r *Request) rowsButton() []cards.Button {
	if r.Broadcast == nil || !slices.ContainsFunc(r.Broadcast.Skipped, func(s Skipped) bool { return s.Count > len(s.Rows) }) {
		return nil
	}
	return []cards.Button{{Label: cards.T("button.rows"), Line: fmt.Sprintf("rows %d", r.N)}}
}
