package sending

import (
	"slices"
	"testing"
	"time"
)

// Whoever waits longer for a second try keeps nobody else waiting.
func TestMembersWaitByWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	next := []returned{{at: 7}, {at: 8}}
	for i, after := range []time.Duration{time.Minute, time.Second, time.Minute, 0, 30 * time.Second} {
		next = inOrder(next, returned{at: i, due: at.Add(after)})
	}
	var order []int
	for _, r := range next {
		order = append(order, r.at)
	}
	if want := []int{7, 8, 3, 1, 4, 0, 2}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}
