package sending

import (
	"slices"
	"testing"
	"testing/quick"
)

func TestRanges(t *testing.T) {
	t.Parallel()
	for text, rows := range map[string][]int64{"4,7-9": {4, 7, 8, 9}, "1": {1}, "2-3": {2, 3}} {
		if got := ranges(rows); got != text {
			t.Errorf("ranges(%v) = %s, want %s", rows, got, text)
		}
	}
	there := func(some []uint16) bool {
		rows := make([]int64, len(some))
		for i, n := range some {
			rows[i] = int64(n)
		}
		slices.Sort(rows)
		rows = slices.Compact(rows)
		return slices.Equal(unranged(ranges(rows)), rows)
	}
	if err := quick.Check(there, nil); err != nil {
		t.Error(err)
	}
}
