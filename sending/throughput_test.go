package sending

import (
	"slices"
	"testing"
	"time"

	"magpie/cards"
)

// However long a broadcast took, its chart has 20 points at most, and each outcome is in one.
func TestThroughputIsDrawn(t *testing.T) {
	t.Parallel()
	begun := time.Unix(1_795_320_000, 0)
	for _, c := range []struct {
		seconds, points int
		kind, last      string
	}{
		{1, 1, cards.ChartBar, "0:00"},
		{2, 2, cards.ChartBar, "0:01"},
		{20, 20, cards.ChartArea, "0:19"},
		{21, 11, cards.ChartArea, "0:20"},
		{7201, 20, cards.ChartArea, "1:54:19"},
	} {
		var course throughput
		for i := range c.seconds {
			course.add(begun.Add(time.Duration(i)*time.Second), i%2 == 0)
		}
		chart := course.chart(17).Charts[0]
		if got := chart.Points; len(got) != c.points || got[len(got)-1] != c.last || chart.Kind != c.kind {
			t.Errorf("%d seconds: got %s with %q, want %s with %d up to %s", c.seconds, chart.Kind, got, c.kind, c.points, c.last)
		}
		for _, s := range chart.Series {
			if len(s.Values) != c.points {
				t.Errorf("%d seconds: got %d values, want %d", c.seconds, len(s.Values), c.points)
			}
		}
		if all := chart.Series[0].Values; slices.Min(all) != 1 || slices.Max(all) != 1 {
			t.Errorf("%d seconds with a call each: got %v a second", c.seconds, all)
		}
	}
	if got := (&throughput{}).chart(17); len(got.Charts) > 0 {
		t.Errorf("nothing was called: got %+v", got)
	}
}
