// Package charts draws charts as PNGs.
package charts

import (
	"bytes"
	"strconv"

	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

var (
	green  = drawing.ColorFromHex("2eb67d")
	red    = drawing.ColorFromHex("e01e5a")
	blue   = drawing.ColorFromHex("1264a3")
	yellow = drawing.ColorFromHex("ecb22e")
)

// points are how many parts of its length a throughput has.
const points = 120

// Throughput draws what went well in each second, by the name good, before all that was
// done, by the name both; nothing where nothing was done.
func Throughput(good, both []float64, goodName, bothName string) (*bytes.Buffer, error) {
	out := &bytes.Buffer{}
	if len(both) == 0 {
		return out, nil
	}
	step := (len(both) + points - 1) / points
	var x, goodY, bothY []float64
	for i := 0; i < len(both); i += step {
		// What is true of a part of its length is drawn from that part's beginning to its end.
		x = append(x, float64(i), float64(i+step))
		goodY = append(goodY, mean(good, i, step), mean(good, i, step))
		bothY = append(bothY, mean(both, i, step), mean(both, i, step))
	}
	// The green lies on the red: what of the red is to be seen was not done.
	area := func(name string, y []float64, colour drawing.Color) chart.Series {
		return chart.ContinuousSeries{Name: name, XValues: x, YValues: y, Style: chart.Style{StrokeColor: colour, StrokeWidth: 1.5, FillColor: colour}}
	}
	most := 1.0
	for _, v := range bothY {
		most = max(most, v)
	}
	graph := chart.Chart{
		Width: 720, Height: 240, Background: chart.Style{Padding: chart.Box{Top: 24, Left: 16, Right: 16, Bottom: 8}},
		XAxis:  chart.XAxis{Name: "s", Ticks: wholeNumbers(x[len(x)-1])},
		YAxis:  chart.YAxis{Name: "1/s", Ticks: wholeNumbers(most * 1.1), Range: &chart.ContinuousRange{Min: 0, Max: most * 1.1}},
		Series: []chart.Series{area(bothName, bothY, red), area(goodName, goodY, green)},
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
