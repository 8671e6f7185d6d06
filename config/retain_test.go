package config

import (
	"strings"
	"testing"
	"time"
)

// RETAIN has one small grammar, and what is outside of it is a fault that names it.
func TestRetain(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for said, want := range map[string]time.Duration{
		"": 0, "keep": 0, " keep ": 0, "7d": 7 * day, "400d": 400 * day, "1w": 7 * day, "60w": 420 * day, "2y": 730 * day, "100y": 36500 * day,
		"6d": -1, "1d": -1, "0d": -1, "-7d": -1, "400": -1, "400D": -1, "400 d": -1, "400h": -1, "1y6d": -1, "101y": -1, "99999y": -1, "07d": -1, "forever": -1,
	} {
		r := reader{getenv: func(string) string { return said }}
		got := r.retain("RETAIN")
		switch {
		case want < 0 && (len(r.faults) != 1 || !strings.Contains(r.faults[0].Error(), "RETAIN") || got != 0):
			t.Errorf("RETAIN=%q: got %s, %v, want a fault", said, got, r.faults)
		case want >= 0 && (len(r.faults) > 0 || got != want):
			t.Errorf("RETAIN=%q: got %s, %v, want %s", said, got, r.faults, want)
		}
	}
}
