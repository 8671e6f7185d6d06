package app

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

var soaked = flag.Duration("soak", 30*time.Minute, "how long BenchmarkSoak has magpie work on each database")

// BenchmarkSoak has magpie work as a process of its own for a long time, at an even pace: lines,
// approvals, rejections, broadcasts, schedules, articles, lists, homes and lines of programs. It
// reads the process' memory (RSS), goroutines and file descriptors at fixed intervals, leaves
// the first sixth out as warm-up, and fails where the rest has grown, as the rule of grown says.
//
//	go test ./app -run '^$' -bench Soak/sqlite -benchtime 1x -timeout 1h -args -soak 30m
func BenchmarkSoak(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
			w := newWorld(b, url, map[string]string{"HTTP_ADDR": "127.0.0.1:0", "UNDO_WINDOW": "0s"})
			cmd := serving(b, w)
			at := servesAt.FindStringSubmatch(w.log.String())
			if at == nil {
				b.Fatal("magpie serves nothing")
			}
			o := newLoad(b, w, "http://"+at[1])
			begun := time.Now()
			warm := begun.Add(*soaked / 6)
			every := *soaked / 180
			var all []sample
			for next, round := begun, 0; time.Since(begun) < *soaked; round++ {
				o.round(round)
				if now := time.Now(); !now.Before(next) {
					s := sampleOf(b, cmd.Process.Pid, o.at)
					// Go shows ten lines of a benchmark's log.
					if fmt.Fprintf(os.Stderr, "%6s%s\n", now.Sub(begun).Round(time.Second), s); now.After(warm) {
						all = append(all, s)
					}
					next = next.Add(every)
				}
				time.Sleep(time.Until(begun.Add(time.Duration(round+1) * loadPace)))
			}
			o.end(url)
			first, last := thirds(all)
			for i, of := range measured {
				b.ReportMetric(first[i], of.name+"-first")
				b.ReportMetric(last[i], of.name+"-last")
			}
			b.ReportMetric(float64(o.said), "lines")
			b.ReportMetric(0, "ns/op")
			for _, fault := range grown(all) {
				b.Error(fault)
			}
		})
	}
}

// sample is what a process holds at a moment, in the order of measured.
type sample [3]float64

func (s sample) String() string {
	var b strings.Builder
	for i, of := range measured {
		fmt.Fprintf(&b, " %s %.1f", of.name, s[i])
	}
	return b.String()
}

// measured is what is read, and by how much more than a tenth it may differ between the thirds:
// the collector, the database's pages and connections come and go.
var measured = [3]struct {
	name  string
	slack float64
}{{"rss-MB", 8}, {"goroutines", 10}, {"descriptors", 6}}

// grown says what has grown: the median of the last third of the samples is more than a tenth,
// and the slack, above the median of the first third.
func grown(all []sample) (faults []string) {
	if len(all) < 30 {
		return []string{fmt.Sprintf("%d samples after warming up prove nothing: -soak is too short", len(all))}
	}
	first, last := thirds(all)
	for i, of := range measured {
		if most := first[i]*1.1 + of.slack; last[i] > most {
			faults = append(faults, fmt.Sprintf("%s: got %.1f in the last third, %.1f in the first, want %.1f at most", of.name, last[i], first[i], most))
		}
	}
	return faults
}

// thirds are the medians of the first third of some samples and of the last.
func thirds(all []sample) (first, last sample) {
	n := len(all) / 3
	for i := range measured {
		median := func(of []sample) float64 {
			values := make([]float64, 0, len(of))
			for _, s := range of {
				values = append(values, s[i])
			}
			slices.Sort(values)
			return values[len(values)/2]
		}
		first[i], last[i] = median(all[:n]), median(all[len(all)-n:])
	}
	return first, last
}

// sampleOf reads what a process holds, from /proc and from its own /metrics.
func sampleOf(b *testing.B, pid int, at string) (s sample) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	rss := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	descriptors, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || rss == nil {
		b.Fatal("what the process holds cannot be read: ", err)
	}
	code, page, err := asked(b.Context(), at+"/metrics")
	found := regexp.MustCompile(`(?m)^go_goroutines (\d+)`).FindStringSubmatch(page)
	if err != nil || code != http.StatusOK || found == nil {
		b.Fatal("/metrics: ", code, err)
	}
	kB, _ := strconv.ParseFloat(string(rss[1]), 64)
	goroutines, _ := strconv.ParseFloat(found[1], 64)
	return sample{kB / 1024, goroutines, float64(len(descriptors))}
}

// What grows is found, and what only comes and goes is not.
func TestSoakFindsWhatGrows(t *testing.T) {
	t.Parallel()
	series := func(of func(i int) sample) (all []sample) {
		for i := range 150 {
			all = append(all, of(i))
		}
		return all
	}
	wave := func(i int) float64 { return float64(i % 7) }
	for name, c := range map[string]struct {
		all  []sample
		want string
	}{
		"flat":                        {series(func(i int) sample { return sample{90 + wave(i), 200 - wave(i), 40 + wave(i)} }), ""},
		"a leak of a goroutine a try": {series(func(i int) sample { return sample{90, 200 + float64(i), 40} }), "goroutines"},
		"a leak of 200 kB a try":      {series(func(i int) sample { return sample{90 + float64(i)/5, 200, 40} }), "rss-MB"},
		"a descriptor every tenth":    {series(func(i int) sample { return sample{90, 200, 40 + float64(i/5)} }), "descriptors"},
		"too few":                     {series(func(int) sample { return sample{} })[:29], "too short"},
	} {
		got := strings.Join(grown(c.all), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
