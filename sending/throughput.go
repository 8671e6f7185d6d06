package sending

import (
	"bytes"
	"time"

	"magpie/charts"
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

// draw is a chart of the throughput as a PNG; empty where there were no outcomes.
func (c *throughput) draw() (*bytes.Buffer, error) {
	return charts.Throughput(c.good, c.both, string(Done), string(Failed)+" + "+string(Unclear))
}
