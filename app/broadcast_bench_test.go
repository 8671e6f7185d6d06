package app

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"magpie/articles"
	"magpie/audiences"
	"magpie/cards"
	"magpie/commands"
	"magpie/config"
	"magpie/jobs"
	"magpie/outbox"
	"magpie/posts"
	"magpie/sending"
	"magpie/store"
	"magpie/store/storetest"
	"magpie/traces"
	"magpie/wechat"
)

var recipients = flag.Int("recipients", 100_000, "to how many people BenchmarkBroadcast sends")

// BenchmarkBroadcast carries a broadcast out from end to end, every intent and outcome
// durable, beside a bare net/http client that sends the same bodies to the same server
// with as many calls at once.
//
//	go test -run '^$' -bench Broadcast -benchtime 1x ./app -args -recipients 1000000
func BenchmarkBroadcast(b *testing.B) {
	for _, delay := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run(fmt.Sprintf("server=%s", delay), func(b *testing.B) {
			server := httptest.NewServer(answering(delay))
			b.Cleanup(server.Close)
			count := *recipients
			if delay > 0 {
				count = min(count, 30_000)
			}
			var bare float64
			b.Run("bare", func(b *testing.B) {
				used := cpuTime(b)
				for range b.N {
					bare = sendBare(b, server.URL, count)
				}
				b.ReportMetric((cpuTime(b)-used).Seconds()/float64(count*b.N)*1e6, "cpu-µs/person")
				b.ReportMetric(bare, "people/s")
			})
			for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
				for counted, metrics := range map[string]*house{"": {}, "-uncounted": nil, "-traced": {traces: tracesNowhere(b)}} {
					b.Run(name+counted, func(b *testing.B) {
						for range b.N {
							h := newSendingHouse(b, database(b), server.URL, metrics)
							h.broadcast(b, count, bare)
						}
					})
				}
			}
		})
	}
}

// tracesNowhere go to a collector that takes all and keeps nothing.
func tracesNowhere(b *testing.B) *traces.Traces {
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	b.Cleanup(collector.Close)
	cfg := config.Traces{On: true, Endpoint: collector.URL + "/v1/traces", Timeout: time.Second, Delay: time.Second}
	spans, err := openTraces(b.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	return spans
}

// answering is the least of WeChat: a token, and "ok" to every message.
func answering(delay time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "stable_token"):
			_, _ = io.WriteString(w, `{"access_token":"T","expires_in":7200}`)
		case strings.HasSuffix(r.URL.Path, "bizsend"):
			time.Sleep(delay)
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
		default:
			_, _ = io.WriteString(w, `{"errcode":76022,"errmsg":"no quota"}`)
		}
	})
}

const atOnce = 64

func sendBare(b *testing.B, url string, count int) (perSecond float64) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var group sync.WaitGroup
	begun := time.Now()
	for range atOnce {
		group.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(count) {
					return
				}
				body := fmt.Sprintf(`{"touser":"oBench%022d","template_id":"TPL","data":{"thing1":{"value":"Tea for %d"}}}`, i, i)
				reply, err := client.Post(url+"/cgi-bin/message/subscribe/bizsend?access_token=T", "application/json", strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, reply.Body)
				reply.Body.Close()
			}
		})
	}
	group.Wait()
	return float64(count) / time.Since(begun).Seconds()
}

// sendingHouse is what of magpie sends: no Slack.
type sendingHouse struct {
	db     *store.DB
	outbox *outbox.Outbox
	people *audiences.Audiences
	book   *commands.Book
	url    string
	rows   int
}

// newSendingHouse makes a sendingHouse that counts into the metrics of a house; nil: nobody counts.
func newSendingHouse(b *testing.B, url, server string, counted *house) *sendingHouse {
	log := slog.New(slog.DiscardHandler)
	h := &sendingHouse{url: url}
	var entered func(string, outbox.State)
	var delivered func(string, sending.State, int)
	var spans *traces.Traces
	watch := nobody
	if counted != nil {
		counted.now = time.Now
		counted.metrics = counted.newMetrics([]string{"wx1"})
		spans = counted.traces
		entered, delivered, watch = counted.countEntered, counted.countDelivered, counted.watchOf
	}
	var err error
	if h.db, err = store.Open(b.Context(), url, log); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.db.Close() })
	wx, err := wechat.New(wechat.Options{AppID: "wx1", AppSecret: "s", BaseURL: server, Timeout: time.Minute, Watch: watch("wx1"), Log: log})
	if err != nil {
		b.Fatal(err)
	}
	policy, err := outbox.ParsePolicy("*=0", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	limit := outbox.FailureLimit{Percent: 20, After: 50}
	work := jobs.New(jobs.Options{DB: h.db, Log: log})
	shown := posts.New(posts.Options{DB: h.db, Jobs: work, Teller: &nowhere{}, Traces: spans, Now: time.Now, Log: log})
	h.outbox = outbox.New(outbox.Options{DB: h.db, Jobs: work, Posts: shown, Roles: everybody{}, Policy: policy, TTL: time.Hour, FailureLimit: limit, Accounts: outbox.Accounts{"wx1"}, Entered: entered, Delivered: delivered, Traces: spans, Now: time.Now, Log: log})
	h.people = audiences.New(audiences.Options{DB: h.db, Jobs: work, Posts: shown, Outbox: h.outbox, Files: h, WeChat: wechat.Accounts{{Client: wx, Name: "main"}}, Now: time.Now, Log: log})
	h.outbox.Lend(h.people)
	h.book = commands.New(commands.Options{Outbox: h.outbox, Articles: new(articles.Desk), Audiences: h.people, Accounts: wechat.Accounts{{Client: wx, Name: "main"}}, Roles: everybody{}, Log: log})
	if err := h.outbox.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	h.people.Start()
	b.Cleanup(func() {
		h.people.Stop()
		ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = h.outbox.Stop(ending)
	})
	return h
}

// Open is the file of the audience, written as it is read.
func (h *sendingHouse) Open(context.Context, string) (string, int64, io.ReadCloser, error) {
	r, w := io.Pipe()
	go func() {
		var chunk bytes.Buffer
		chunk.WriteString("openid,n\n")
		for i := range h.rows {
			fmt.Fprintf(&chunk, "oBench%022d,%d\n", i, i)
			if chunk.Len() > 1<<16 {
				_, _ = w.Write(chunk.Bytes())
				chunk.Reset()
			}
		}
		_, _ = w.Write(chunk.Bytes())
		w.Close()
	}()
	return "people.csv", int64(h.rows) * 40, r, nil
}

// broadcast imports the people and sends to them.
func (h *sendingHouse) broadcast(b *testing.B, count int, bare float64) {
	h.rows = count
	who := cards.Person{ID: alice, Member: true}
	begun := time.Now()
	if _, err := h.people.Import(b.Context(), audiences.Act{Account: "wx1", Who: who, Where: cards.Place{Channel: "C1"}}, audiences.Wanted{Name: "all", Kind: audiences.CSV, Source: "F1"}); err != nil {
		b.Fatal(err)
	}
	for {
		if a, err := h.people.Audience(b.Context(), h.db, "wx1", "all"); err == nil && a.Size == count {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.ReportMetric(time.Since(begun).Seconds(), "import-s")
	begun = time.Now()
	var used time.Duration
	answer, err := h.book.Run(b.Context(), commands.Call{Line: `subscribe send TPL to=@all thing1="Tea for {{n}}"`, Who: who, Where: cards.Place{Channel: "C1"}})
	if err != nil {
		b.Fatal(err)
	}
	var prepared time.Duration
	for {
		state, tally, err := h.outbox.StateOf(b.Context(), answer.Request)
		if err != nil {
			b.Fatal(err)
		}
		if prepared == 0 && state != outbox.Preparing {
			prepared, used = time.Since(begun), cpuTime(b)
		}
		if state.Ended() {
			if tally.Done != count {
				b.Fatalf("request %d: %s, %+v", answer.Request, state, tally)
			}
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(begun)
	b.ReportMetric((cpuTime(b)-used).Seconds()/float64(count)*1e6, "cpu-µs/person")
	perSecond := float64(count) / (took - prepared).Seconds()
	b.ReportMetric(prepared.Seconds(), "prepare-s")
	b.ReportMetric(perSecond, "people/s")
	b.ReportMetric(float64(count)/took.Seconds()/bare, "of-bare")
	b.ReportMetric(perSecond/bare, "of-bare-sending")
	read := time.Now()
	if _, _, err := h.outbox.StateOf(b.Context(), answer.Request); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(read).Microseconds())/1000, "read-ms")
	b.ReportMetric(peakMemory(b), "peak-MB")
	b.ReportMetric(h.size(b), "database-MB")
}

// cpuTime is what this process has used of its processors, the server's part with it.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peakMemory is the most that this process ever held, the server's part with it.
func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("this system does not tell its peak memory")
	}
	kb, err := strconv.Atoi(string(regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(status)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}

func (h *sendingHouse) size(b *testing.B) float64 {
	var bytes int64
	if path, isFile := strings.CutPrefix(h.url, "sqlite:"); isFile {
		files, err := filepath.Glob(path + "*")
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err == nil {
				bytes += info.Size()
			}
		}
	} else if err := h.db.QueryRow(b.Context(), "select pg_database_size(current_database())").Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	return float64(bytes) / 1e6
}

// everybody may do everything.
type everybody struct{}

func (everybody) May(cards.Person, outbox.Role) error { return nil }

func (everybody) Approvers() ([]string, error)      { return []string{bob}, nil }
func (everybody) Names(outbox.Role) []string        { return nil }
func (everybody) Asked() ([]string, error)          { return []string{bob}, nil }
func (everybody) Named(id string) ([]string, error) { return []string{id}, nil }

// nowhere is a Slack that takes every card.
type nowhere struct{ ts atomic.Int64 }

func (n *nowhere) Post(_ context.Context, at cards.Place, _ cards.Card) (cards.Place, error) {
	at.TS = fmt.Sprint(n.ts.Add(1))
	return at, nil
}

func (*nowhere) Update(context.Context, cards.Place, cards.Card) error { return nil }
