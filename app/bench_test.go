package app

import (
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/store/storetest"
)

// BenchmarkAck says slash commands through the real socket: from the envelope to its
// acknowledgement, with the request written and committed in between. `help` writes
// nothing and is the bare way there and back beside it.
func BenchmarkAck(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
			w := newWorld(b, url, nil)
			if err := w.start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			for name, line := range map[string]func() string{
				"help":           func() string { return "/wechat help" },
				"subscribe_send": func() string { return fmt.Sprintf("/wechat subscribe send TPL to=o%d thing1=Tea", n.Add(1)) },
			} {
				b.Run(name, func(b *testing.B) { ackAll(b, w, line) })
			}
		})
	}
}

func ackAll(b *testing.B, w *world, line func() string) {
	var mu sync.Mutex
	var took []time.Duration
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			ack, err := w.slack.Say(b.Context(), alice, general, line())
			if err != nil {
				b.Error(err)
				return
			}
			mu.Lock()
			took = append(took, ack.Took)
			mu.Unlock()
		}
	})
	reportAcks(b, took)
}

func reportAcks(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "acks/s")
}

// BenchmarkAckDuringBroadcast says lines that ask, one after the other, while the same
// magpie sends a broadcast as fast as it can.
//
//	go test -run '^$' -bench AckDuringBroadcast -benchtime 5s ./app -args -recipients 200000
func BenchmarkAckDuringBroadcast(b *testing.B) {
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(answering(0))
			b.Cleanup(server.Close)
			url := database(b)
			w := newWorld(b, url, map[string]string{"WECHAT_API_URL": server.URL, "UNDO_WINDOW": "0s"})
			w.process(b)
			sendToCrowd(b, w, *recipients)
			db := storetest.Peek(b, url)
			for progress(b, db) == 0 {
				time.Sleep(5 * time.Millisecond)
			}
			var took []time.Duration
			before := progress(b, db)
			for b.Loop() {
				ack, err := w.slack.Say(b.Context(), alice, general, fmt.Sprintf("/wechat subscribe send TPL to=o%d thing1=Tea", len(took)))
				if err != nil {
					b.Fatal(err)
				}
				if ack.Message == nil || !strings.Contains(ack.Message.PlainText(), "waits for approval") {
					b.Fatalf("line %d: got %+v, want it to wait for approval", len(took), ack.Message)
				}
				took = append(took, ack.Took)
			}
			sent := progress(b, db)
			if sent >= *recipients {
				b.Fatalf("the broadcast to %d ended before the last line: give it more -recipients", *recipients)
			}
			b.ReportMetric(float64(sent-before)/b.Elapsed().Seconds(), "people/s")
			reportAcks(b, took)
		})
	}
}

// BenchmarkBusyChannel asks for 500 things in one channel, and then for one in another: how
// long that one's card takes, while the busy channel's wait for Slack's pace.
//
//	go test -run '^$' -bench BusyChannel -benchtime 1x ./app
func BenchmarkBusyChannel(b *testing.B) {
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, database(b), nil)
			if err := w.start(b.Context()); err != nil {
				b.Fatal(err)
			}
			quiet := w.channel("quiet")
			for range b.N {
				ask := func(channel string, n int) {
					if _, err := w.slack.Say(b.Context(), alice, channel, fmt.Sprintf("/wechat subscribe send TPL to=o%s%d thing1=Tea", channel, n)); err != nil {
						b.Fatal(err)
					}
				}
				for n := range 500 {
					ask(general, n)
				}
				before := len(w.slack.Messages(quiet))
				asked := time.Now()
				ask(quiet, before)
				if err := w.slack.WaitFor(b.Context(), func() bool { return len(w.slack.Messages(quiet)) > before }); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(time.Since(asked).Milliseconds()), "quiet-ms")
				b.ReportMetric(float64(len(w.slack.Messages(general))), "busy-drawn")
			}
		})
	}
}

// BenchmarkStart is from the start of the process to the moment when Slack's lines
// reach it, on a database that is already there, and the memory it then holds.
func BenchmarkStart(b *testing.B) {
	w := newWorld(b, storetest.SQLite(b), nil)
	first := w.process(b)
	kill(b, w, first)
	for b.Loop() {
		cmd := w.process(b)
		b.StopTimer()
		kill(b, w, cmd)
		b.StartTimer()
	}
	resting := w.process(b)
	time.Sleep(2 * time.Second)
	b.ReportMetric(float64(residentKB(b, resting.Process.Pid))/1024, "rss-MB")
}

func residentKB(b *testing.B, pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("no /proc here: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return kb
		}
	}
	b.Fatal("no VmRSS in /proc")
	return 0
}
