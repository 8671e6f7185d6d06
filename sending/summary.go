package sending

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"magpie/cards"
	"magpie/store"
)

// Count is how many deliveries came to the same end for the same reason.
type Count struct {
	State State // Failed or Unclear
	Why   cards.Text
	N     int
}

// Summary counts a broadcast's failed and unclear outcomes by state and reason, the most
// frequent first, and names the first members who are unclear, most of them at the most.
func (e *ledger) Summary(ctx context.Context, r Order, most int) (counts []Count, unclear []string, err error) {
	counts, batches, err := e.count(ctx, r, most)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range batches {
		named, err := e.unclearIn(ctx, r, n)
		if err != nil {
			return nil, nil, err
		}
		unclear = append(unclear, named...)
	}
	return counts, unclear[:min(len(unclear), most)], nil
}

// WhyFailed is why most of an order's deliveries failed that did; zero where none did, or
// nobody has noted why.
func (e *ledger) WhyFailed(ctx context.Context, r Order) (cards.Text, error) {
	counts, _, err := e.count(ctx, r, 0)
	for _, c := range counts {
		if c.State == Failed && !c.Why.IsZero() {
			return c.Why, err
		}
	}
	if r.Progress.RemainingAs == Failed {
		return r.Progress.RemainingWhy, err
	}
	return cards.Text{}, err
}

// count counts an order's failed and unclear outcomes as Summary does, and names the first
// batches, most of them at the most, in which some are unclear.
func (e *ledger) count(ctx context.Context, r Order, most int) (counts []Count, batches []int64, err error) {
	reasons, err := e.reasons(ctx, e.DB, r.N)
	if err != nil {
		return nil, nil, err
	}
	type key struct {
		state  byte
		reason uint16
	}
	found := map[key]int{}
	for b, err := range store.Each[batchOutcomes](e.DB.Query(ctx, "select n, outcomes from delivery_batch where request = $1 order by n", r.N)) {
		if err != nil {
			return nil, nil, err
		}
		for i := range b.Outcomes.len() {
			switch m := b.Outcomes.at(i); m.state {
			case isUnclear:
				if len(batches) < most && !slices.Contains(batches, b.N) {
					batches = append(batches, b.N)
				}
				found[key{m.state, m.reason}]++
			case isFailed:
				found[key{m.state, m.reason}]++
			}
		}
	}
	// Of those that are as frequent, the one that was noted first comes first.
	for _, k := range slices.SortedFunc(maps.Keys(found), func(a, b key) int { return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.reason, b.reason)) }) {
		counts = append(counts, Count{State: states[k.state], Why: reasons[k.reason].Why, N: found[k]})
	}
	if p := r.Progress; p.RemainingAs == Failed && r.Progress.Phase != Preparing {
		sums := 0
		for _, c := range counts {
			if c.State == Failed {
				sums += c.N
			}
		}
		if r.Tally.Failed > sums {
			counts = append(counts, Count{State: Failed, Why: p.RemainingWhy, N: r.Tally.Failed - sums})
		}
	}
	slices.SortStableFunc(counts, func(a, b Count) int { return cmp.Compare(b.N, a.N) })
	return counts, batches, nil
}

// unclearIn names the members of one batch whose end nobody knows.
func (e *ledger) unclearIn(ctx context.Context, r Order, n int64) ([]string, error) {
	var first int64
	var statuses outcomes
	if err := e.DB.QueryRow(ctx, "select first_row, outcomes from delivery_batch where request = $1 and n = $2", r.N, n).Scan(&first, &statuses); err != nil {
		return nil, err
	}
	members, err := e.Audiences.Members(ctx, e.DB, r.Broadcast.Version, first-1, statuses.len())
	if err != nil {
		return nil, err
	}
	var unclear []string
	for i, m := range members {
		if i < statuses.len() && statuses.at(i).state == isUnclear {
			unclear = append(unclear, m.OpenID)
		}
	}
	return unclear, nil
}
