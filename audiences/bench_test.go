package audiences

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

var million = flag.Int("members", 1_000_000, "how many members the benchmarks import")

// csvFile is a file of n rows that is written while it is read: openids in no order,
// as WeChat gives them.
type csvFile struct {
	n, next int
	random  *rand.Rand
	buf     bytes.Buffer
}

func newCSVFile(n int) *csvFile {
	f := &csvFile{n: n, random: rand.New(rand.NewPCG(1, 2))}
	f.buf.WriteString("openid,name,city\r\n")
	return f
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

func (f *csvFile) Read(p []byte) (int, error) {
	for f.buf.Len() < len(p) && f.next < f.n {
		id := []byte("oABCD0000000000000000000000")
		for i := 5; i < len(id); i++ {
			id[i] = alphabet[f.random.IntN(len(alphabet))]
		}
		fmt.Fprintf(&f.buf, "%s,Name %d,\"杭州, %d\"\r\n", id, f.next, f.next%100)
		f.next++
	}
	return f.buf.Read(p)
}

// BenchmarkImport imports a million rows, reads them as a broadcast does, and puts them
// away. Meanwhile lines are said: how long they take to be accepted is told too.
//
//	go test ./audiences -run '^$' -bench Import -benchtime 1x
func BenchmarkImport(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			storetest.Need(b, name)
			for b.Loop() {
				importMillion(b, url(b))
			}
		})
	}
}

func importMillion(b *testing.B, url string) {
	w := newWorld(b, url)
	w.files["F1"] = func() io.Reader { return newCSVFile(*million) }
	heap := watchHeap(b.Context())
	acks := watchAcks(b.Context(), w)
	begun := time.Now()
	w.imports(b, "all", "F1")
	imported := time.Since(begun)
	b.ReportMetric(imported.Seconds(), "s/import")
	b.ReportMetric(heap()/(1<<20), "MB-peak-heap")
	reportAcks(b, "import", acks())
	b.ReportMetric(float64(sizeOf(b, w, url))/(1<<20), "MB-database")

	begun = time.Now()
	version, after, n := w.present(b, "all").Version, int64(0), 0
	for {
		members, err := w.Members(b.Context(), w.DB, version, after, 200)
		if err != nil {
			b.Fatal(err)
		}
		if len(members) == 0 {
			break
		}
		n, after = n+len(members), members[len(members)-1].Row
	}
	if n != *million {
		b.Fatalf("members: got %d, want %d", n, *million)
	}
	b.ReportMetric(time.Since(begun).Seconds(), "s/read")

	if _, err := w.Remove(b.Context(), Act{Account: "wx1", Who: alice}, "all", true); err != nil {
		b.Fatal(err)
	}
	w.mu.Lock()
	w.at = time.Now().Add(2 * grace)
	w.mu.Unlock()
	acks = watchAcks(b.Context(), w)
	begun = time.Now()
	if err := w.sweep(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(begun).Seconds(), "s/remove")
	reportAcks(b, "remove", acks())
}

// sizeOf is how large the database is.
func sizeOf(b *testing.B, w *world, url string) (size int64) {
	query := "select pg_database_size(current_database())"
	if strings.HasPrefix(url, "sqlite:") {
		query = "select page_count * page_size from pragma_page_count(), pragma_page_size()"
	}
	if err := w.DB.QueryRow(b.Context(), query).Scan(&size); err != nil {
		b.Fatal(err)
	}
	return size
}

// watchHeap notes the largest heap until it is asked.
func watchHeap(ctx context.Context) func() float64 {
	ctx, cancel := context.WithCancel(ctx)
	peak := uint64(0)
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			time.Sleep(50 * time.Millisecond)
		}
	})
	return func() float64 {
		cancel()
		done.Wait()
		return float64(peak)
	}
}

// watchAcks writes an act now and then, as an accepted line does, until it is asked how
// long each took.
func watchAcks(ctx context.Context, w *world) func() []time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	var took []time.Duration
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			begun := time.Now()
			err := w.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return w.noteSelf(ctx, tx, "wx1", "x", "said", "") })
			if err == nil {
				took = append(took, time.Since(begun))
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	return func() []time.Duration {
		cancel()
		done.Wait()
		return took
	}
}

func reportAcks(b *testing.B, while string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99-ack-"+while)
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-max-ack-"+while)
}
