package app

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
)

var besideBinary = flag.String("beside", "", "BenchmarkIdle: another build of magpie that is measured in the same run")

// BenchmarkIdle watches magpie as a process of its own, connected and with one request
// that waits, while nobody does anything: how much of a core it takes, and how often a
// thread of it wakes. `-args -beside PATH` measures another build in the same run.
func BenchmarkIdle(b *testing.B) {
	builds := map[string]string{"this": os.Getenv("MAGPIE_TEST_BINARY")}
	if *besideBinary != "" {
		builds["beside"] = *besideBinary
	}
	for _, database := range []string{"sqlite", "postgres"} {
		for build, path := range builds {
			b.Run(database+"/"+build, func(b *testing.B) {
				url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
				b.Setenv("MAGPIE_TEST_BINARY", path)
				// A build of before knows nothing of the size of its pool.
				plain, _, _ := strings.Cut(url, "?")
				w := newWorld(b, plain, nil)
				cmd := w.process(b)
				if answer, err := w.say(b.Context(), alice, general, "/wechat subscribe send TPL to=oReader thing1=Tea"); err != nil {
					b.Fatal(answer, err)
				}
				ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
				defer cancel()
				if err := w.slack.WaitFor(ctx, func() bool {
					_, shown := w.find(bob, func(m slacktest.Message) bool { return m.Has("#1") })
					return shown
				}); err != nil {
					b.Fatal(err)
				}
				time.Sleep(5 * time.Second) // what it does after its start
				ticks, wakes := processUse(b, cmd.Process.Pid)
				began := time.Now()
				time.Sleep(30 * time.Second)
				moreTicks, moreWakes := processUse(b, cmd.Process.Pid)
				seconds := time.Since(began).Seconds()
				b.ReportMetric(float64(moreTicks-ticks)/seconds, "%core") // a tick is 10 ms
				b.ReportMetric(float64(moreWakes-wakes)/seconds, "wakes/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// processUse is what a process has used: CPU in ticks of 10 ms, and how often one of its
// threads went to sleep, and so woke.
func processUse(b *testing.B, pid int) (ticks, wakes int64) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))
	for _, field := range fields[11:13] { // utime and stime
		n, _ := strconv.ParseInt(field, 10, 64)
		ticks += n
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, thread := range threads {
		status, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
		line, _, _ := strings.Cut(after, "\n")
		n, _ := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		wakes += n
	}
	return ticks, wakes
}
