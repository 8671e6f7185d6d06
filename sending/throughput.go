package sending

import (
	"bytes"
	"strconv"
	"time"

	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
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

// points are how many parts of its length a chart has.
const points = 120

// draw is a chart of the throughput as a PNG; empty where there were no outcomes.
func (c *throughput) draw() (*bytes.Buffer, error) {
	out := &bytes.Buffer{}
	if len(c.both) == 0 {
		return out, nil
	}
	step := (len(c.both) + points - 1) / points
	var x, good, both []float64
	for i := 0; i < len(c.both); i += step {
		// What is true of a part of its length is drawn from that part's beginning to its end.
		x = append(x, float64(i), float64(i+step))
		good = append(good, mean(c.good, i, step), mean(c.good, i, step))
		both = append(both, mean(c.both, i, step), mean(c.both, i, step))
	}
	green, red := drawing.ColorFromHex("2eb67d"), drawing.ColorFromHex("e01e5a")
	// The green lies on the red: what of the red is to be seen was not done.
	area := func(name string, y []float64, colour drawing.Color) chart.Series {
		return chart.ContinuousSeries{Name: name, XValues: x, YValues: y, Style: chart.Style{StrokeColor: colour, StrokeWidth: 1.5, FillColor: colour}}
	}
	most := 1.0
	for _, v := range both {
		most = max(most, v)
	}
	graph := chart.Chart{
		Width: 720, Height: 240, Background: chart.Style{Padding: chart.Box{Top: 24, Left: 16, Right: 16, Bottom: 8}},
		XAxis: chart.XAxis{Name: "s", Ticks: wholeNumbers(x[len(x)-1])},
		YAxis: chart.YAxis{Name: "1/s", Ticks: wholeNumbers(most * 1.1), Range: &chart.ContinuousRange{Min: 0, Max: most * 1.1}},
		Series: []chart.Series{
			area(string(Failed)+" + "+string(Unclear), both, red),
			area(string(Done), good, green),
		},
	}
	graph.Elements = []chart.Renderable{chart.LegendThin(&graph)}
	return out, graph.Render(chart.PNG, out)
}

// mean is the mean of up to n values from the i-th on.
func mean(values []float64, i, n int) float64 {
	sum, end := 0.0, min(i+n, len(values))
	for _, v := range values[i:end] {
		sum += v
	}
	return sum / float64(end-i)
}

// wholeNumbers are at most eleven whole numbers from 0 to most, at a round distance.
func wholeNumbers(most float64) []chart.Tick {
	each, times := 1.0, []float64{2, 2.5, 2}
	for i := 0; most/each > 10; i++ {
		each *= times[i%len(times)]
	}
	var at []chart.Tick
	for v := 0.0; v <= most; v += each {
		at = append(at, chart.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', 0, 64)})
	}
	return at
}
