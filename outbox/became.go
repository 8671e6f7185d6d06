package outbox

import (
	"context"
	"sort"

	"magpie/cards"
)

// whatBecame counts a broadcast's outcomes by state and reason, the most frequent
// first, and names the first members who are unclear.
func (o *Outbox) whatBecame(ctx context.Context, r Request) (counts []counted, unclear []string, err error) {
	reasons, err := o.reasons(ctx, o.DB, r.N)
	if err != nil {
		return nil, nil, err
	}
	type key struct {
		state  byte
		reason uint16
	}
	found := map[key]int{}
	var batches []int64
	rows, err := o.DB.Query(ctx, "select n, outcomes from delivery_batch where request = $1 order by n", r.N)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var marks outcomes
		if err := rows.Scan(&n, &marks); err != nil {
			return nil, nil, err
		}
		for i := range marks.len() {
			switch m := marks.at(i); m.state {
			case markUnclear:
				if len(batches) == 0 || batches[len(batches)-1] != n && len(batches) < namedRecipients {
					batches = append(batches, n)
				}
				found[key{m.state, m.reason}]++
			case markFailed:
				found[key{m.state, m.reason}]++
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	for k, count := range found {
		counts = append(counts, counted{state: markStates[k.state], why: reasons[k.reason].why, count: count})
	}
	if p := r.Progress; p.RemainingAs == Failed && r.State != Preparing {
		sums := 0
		for _, c := range counts {
			if c.state == Failed {
				sums += c.count
			}
		}
		if r.Tally.Failed > sums {
			counts = append(counts, counted{state: Failed, why: p.RemainingWhy, count: r.Tally.Failed - sums})
		}
	}
	sort.Slice(counts, func(i, j int) bool { return counts[i].count > counts[j].count })
	for _, n := range batches {
		named, err := o.unclearIn(ctx, r, n)
		if err != nil {
			return nil, nil, err
		}
		unclear = append(unclear, named...)
	}
	return counts, unclear[:min(len(unclear), namedRecipients)], nil
}

// counted is how many members came to the same end for the same reason.
type counted struct {
	state State
	why   cards.Text
	count int
}

// unclearIn names the members of one batch whose end nobody knows.
func (o *Outbox) unclearIn(ctx context.Context, r Request, n int64) ([]string, error) {
	var first int64
	var marks outcomes
	if err := o.DB.QueryRow(ctx, "select first_row, outcomes from delivery_batch where request = $1 and n = $2", r.N, n).Scan(&first, &marks); err != nil {
		return nil, err
	}
	members, err := o.Audiences.Members(ctx, o.DB, r.Broadcast.Version, first-1, marks.len())
	if err != nil {
		return nil, err
	}
	var unclear []string
	for i, m := range members {
		if i < marks.len() && marks.at(i).state == markUnclear {
			unclear = append(unclear, m.OpenID)
		}
	}
	return unclear, nil
}
