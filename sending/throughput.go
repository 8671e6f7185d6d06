package sending

import (
	"fmt"
	"math"
	"slices"
	"time"

	"magpie/cards"
)

// throughput is how many outcomes there were in each second of a broadcast.
type throughput struct {
	first      int64 // Unix seconds
	good, both []float64
}

// maxSeconds bounds a throughput: what lies days apart, because it was held in between, is
// drawn at its end.
const maxSeconds = 100_000

func (c *throughput) add(at time.Time, good bool) {
	if c.first == 0 {
		c.first = at.Unix()
	}
	i := int(max(0, at.Unix()-c.first))
	i = min(i, maxSeconds)
	for len(c.both) <= i {
		c.good, c.both = append(c.good, 0), append(c.both, 0)
	}
	c.both[i]++
	if good {
		c.good[i]++
	}
}

// chart is a card with the throughput in parts of equal length, what was sent before all
// that was called; without a chart where there were no outcomes.
func (c *throughput) chart(n int64) cards.Card {
	if len(c.both) == 0 {
		return cards.Card{}
	}
	step := (len(c.both) + cards.ChartPoints - 1) / cards.ChartPoints
	var points []string
	var good, both []float64
	for i := 0; i < len(c.both); i += step {
		points = append(points, clock(i))
		good, both = append(good, mean(c.good, i, step)), append(both, mean(c.both, i, step))
	}
	kind := cards.ChartArea
	if len(points) < 3 {
		kind = cards.ChartBar
	}
	calls := 0.0
	for _, v := range c.both {
		calls += v
	}
	return cards.Card{Charts: []cards.Chart{{
		Title: cards.T("chart.course", "n", n), Kind: kind, Across: cards.T("chart.time"), Up: cards.T("chart.rate"), Points: points,
		Series: []cards.Series{{Name: cards.T("chart.called"), Values: both}, {Name: cards.T("chart.sent"), Values: good}},
		Words: cards.T("chart.course_words", "n", n, "count", int(calls), "time", clock(len(c.both)),
			"mean", int(math.Round(calls/float64(len(c.both)))), "most", int(slices.Max(c.both))),
	}}}
}

// mean is the mean of up to n values from the i-th on, to a tenth.
func mean(values []float64, i, n int) float64 {
	sum, end := 0.0, min(i+n, len(values))
	for _, v := range values[i:end] {
		sum += v
	}
	return math.Round(sum/float64(end-i)*10) / 10
}

// clock is a length of time as a clock counts it: 0:05, 1:02:05.
func clock(seconds int) string {
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
