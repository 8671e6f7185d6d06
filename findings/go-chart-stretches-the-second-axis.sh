#!/usr/bin/env bash
# github.com/wcharczuk/go-chart/v2 v2.1.2. A chart may have a second axis of values, with a
# range and ticks of its own. Guess: the range that it is given is the one that is drawn, with
# ticks or without. Seen: where it is given ticks, the library sets its range by the ticks of
# the first axis, so that its lines are drawn at other heights; without ticks it keeps it.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"
	"io"

	"github.com/wcharczuk/go-chart/v2"
)

// drawn is the range that a second axis of 0 to 10 has after drawing, beside a first one of 0
// to 100.
func drawn(ticks []chart.Tick) (from, to float64) {
	second := &chart.ContinuousRange{Min: 0, Max: 10}
	c := chart.Chart{
		YAxis: chart.YAxis{
			Range: &chart.ContinuousRange{Min: 0, Max: 100},
			Ticks: []chart.Tick{{Value: 0, Label: "0"}, {Value: 100, Label: "100"}},
		},
		YAxisSecondary: chart.YAxis{Range: second, Ticks: ticks},
		Series: []chart.Series{
			chart.ContinuousSeries{XValues: []float64{0, 1}, YValues: []float64{0, 100}},
			chart.ContinuousSeries{XValues: []float64{0, 1}, YValues: []float64{0, 10}, YAxis: chart.YAxisSecondary},
		},
	}
	if err := c.Render(chart.PNG, io.Discard); err != nil {
		panic(err)
	}
	return second.Min, second.Max
}

func main() {
	from, to := drawn(nil)
	fmt.Println("without ticks:", from, to)
	from, to = drawn([]chart.Tick{{Value: 0, Label: "0"}, {Value: 10, Label: "10"}})
	fmt.Println("with ticks:", from, to)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/wcharczuk/go-chart/v2@v2.1.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
out=$(go run .)
echo "$out"
grep -q '^without ticks: 0 10$' <<<"$out"
grep -q '^with ticks: 0 100$' <<<"$out"
