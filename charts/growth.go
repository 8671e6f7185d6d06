package charts

import (
	"bytes"

	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// Line is a number that grows from day to day, from 0 on.
type Line struct {
	Name string
	Days []float64
}

// Growth draws numbers from the day on which something was out: the first of the lines by
// its own measure, on the right, and the others by one of theirs, on the left.
func Growth(lines []Line) (*bytes.Buffer, error) {
	colours := []drawing.Color{blue, green, red, yellow}
	days, own, others := 1.0, 4.0, 4.0 // of less no whole numbers could be told apart
	var all []chart.Series
	for i, l := range lines {
		x, y := []float64{0}, []float64{0}
		for day, v := range l.Days {
			x, y = append(x, float64(day+1)), append(y, v)
		}
		colour, axis := colours[i%len(colours)], chart.YAxisSecondary
		for _, v := range y {
			if i == 0 {
				own = max(own, v)
			} else {
				others = max(others, v)
			}
		}
		style := chart.Style{StrokeColor: colour, StrokeWidth: 2, DotColor: colour, DotWidth: 3}
		if i == 0 {
			axis, style.FillColor = chart.YAxisPrimary, colour.WithAlpha(40)
		}
		days = max(days, x[len(x)-1])
		all = append(all, chart.ContinuousSeries{Name: l.Name, XValues: x, YValues: y, YAxis: axis, Style: style})
	}
	graph := chart.Chart{
		Width: 720, Height: 280, Background: chart.Style{Padding: chart.Box{Top: 32, Left: 16, Right: 16, Bottom: 8}},
		XAxis: chart.XAxis{Name: "days", Ticks: wholeNumbers(days), Range: &chart.ContinuousRange{Min: 0, Max: days}},
		YAxis: chart.YAxis{Name: lines[0].Name, Ticks: wholeNumbers(own * 1.1), Range: &chart.ContinuousRange{Min: 0, Max: own * 1.1}},
		// The library stretches a second axis that is given its ticks by those of the first.
		YAxisSecondary: chart.YAxis{ValueFormatter: chart.IntValueFormatter, Range: &chart.ContinuousRange{Min: 0, Max: others * 1.1}},
		Series:         all,
	}
	graph.Elements = []chart.Renderable{chart.LegendThin(&graph)}
	out := &bytes.Buffer{}
	return out, graph.Render(chart.PNG, out)
}
