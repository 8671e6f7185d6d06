package charts

import (
	"bytes"
	"image/png"
	"testing"
)

func TestCharts(t *testing.T) {
	t.Parallel()
	ones := make([]float64, 3600)
	for i := range ones {
		ones[i] = 1
	}
	for name, draw := range map[string]func() (*bytes.Buffer, error){
		"an hour":  func() (*bytes.Buffer, error) { return Throughput(ones, ones, "done", "all") },
		"a second": func() (*bytes.Buffer, error) { return Throughput([]float64{0}, []float64{1}, "done", "all") },
		"a day": func() (*bytes.Buffer, error) {
			return Growth([]Line{{"readers", []float64{4123}}, {"shares", []float64{12}}, {"likes", []float64{9}}, {"comments", []float64{3}}})
		},
		"a month": func() (*bytes.Buffer, error) { return Growth([]Line{{"readers", ones[:30]}, {"shares", ones[:30]}}) },
		"nobody": func() (*bytes.Buffer, error) {
			return Growth([]Line{{"readers", []float64{0}}, {"shares", []float64{0}}})
		},
		"no figure": func() (*bytes.Buffer, error) { return Growth([]Line{{Name: "readers"}, {Name: "shares"}}) },
	} {
		out, err := draw()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := png.Decode(out); err != nil {
			t.Errorf("%s is no PNG: %v", name, err)
		}
	}
	if out, err := Throughput(nil, nil, "done", "all"); err != nil || out.Len() > 0 {
		t.Errorf("nothing is drawn as %d bytes, %v", out.Len(), err)
	}
}
