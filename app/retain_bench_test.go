package app

import (
	"flag"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

var retained = flag.Int("retained", 200_000, "how many requests are too old")

// BenchmarkRetain has RETAIN remove requests that ended long ago, each with its delivery, an
// approval and two posts, while somebody asks for others one after the other: how long that
// takes, the longest transaction, and how long an ask took until its answer before it and
// meanwhile.
//
//	go test -run '^$' -bench 'Retain$' -benchtime 1x ./app
func BenchmarkRetain(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
			fillOld(b, url)
			asked := 0
			ask := func(w *world) time.Duration {
				asked++
				begun := time.Now()
				sayAs(b, w, alice, fmt.Sprintf("subscribe send TPL to=o%d thing1=Tea", asked), 0)
				return time.Since(begun)
			}
			for b.Loop() {
				before := newWorld(b, url, nil)
				if err := before.start(b.Context()); err != nil {
					b.Fatal(err)
				}
				var took []time.Duration
				for range 1000 {
					took = append(took, ask(before))
				}
				reportAsks(b, "before", took)
				if err := before.stop(); err != nil {
					b.Fatal(err)
				}
				w := newWorld(b, url, map[string]string{"RETAIN": "400d"})
				if err := w.start(b.Context()); err != nil {
					b.Fatal(err)
				}
				peek := storetest.Peek(b, url)
				took = nil
				for acts := 0; acts == 0; {
					for range 50 {
						took = append(took, ask(w))
					}
					if err := peek.QueryRowContext(b.Context(), "select count(*) from journal where verb = 'retained'").Scan(&acts); err != nil {
						b.Fatal(err)
					}
				}
				reportAsks(b, "meanwhile", took)
				if err := w.stop(); err != nil {
					b.Fatal(err)
				}
				said := regexp.MustCompile(`requests=(\d+) .*took=(\S+) .*most_rows=(\d+) longest=(\S+)`).FindStringSubmatch(w.log.String())
				if said == nil || said[1] != strconv.Itoa(*retained) {
					b.Fatalf("got %q, want %d requests removed", said, *retained)
				}
				all, _ := time.ParseDuration(said[2])
				longest, _ := time.ParseDuration(said[4])
				rows, _ := strconv.Atoi(said[3])
				b.ReportMetric(all.Seconds(), "sweep-s")
				b.ReportMetric(float64(longest.Microseconds())/1000, "longest-ms")
				b.ReportMetric(float64(rows), "most-rows")
			}
		})
	}
}

func reportAsks(b *testing.B, when string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, when+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, when+"-p99-ms")
}

// fillOld has a database hold requests that ended two years ago.
func fillOld(b *testing.B, url string) {
	b.Helper()
	db, err := store.Open(b.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	at := time.Now().Add(-730 * 24 * time.Hour).UnixMilli()
	numbers := fmt.Sprintf("with recursive g(n) as (select cast(1 as bigint) union all select n + 1 from g where n < %d) select ", *retained)
	if err := db.Update(store.Long(b.Context()), func(tx *store.Tx) error {
		for _, s := range []string{
			"insert into request (n, account, kind, state, line, asked_by, channel, thread, payload, hash, size, need, asked_at, expires_at, remind_at, approved_at, ended_at) " + numbers +
				fmt.Sprintf(`n, 'wx00000000playground', 'subscribe.send', 'done', 'subscribe send TPL to=oAlpha thing1=Tea', 'U1ALICE', 'C1GENERAL', '', '{"template_id":"TPL"}', 'h', 1, 1, %d, %[1]d, 0, %[1]d, %[1]d from g`, at),
			"insert into sending (request, phase) " + numbers + "n, 'over' from g",
			"insert into delivery_batch (request, n, first_row, last_row, members, named, waiting, sum, outcomes) " + numbers + "n, 0, 1, 1, 1, 'oAlpha', 0, '', '' from g",
			"insert into delivery_receipt (request, row, receipt) " + numbers + "n, 1, '{}' from g",
			"insert into delivery_ref (ref, request, row) " + numbers + "'m' || n, n, 1 from g",
			"insert into approval (request, who, at, hash) " + numbers + "n, 'U2BOB', 1, 'h' from g",
			"insert into request_name (what, name, request) " + numbers + "'template', 'tea', n from g",
			"insert into post (id, owner, subject, role, parent, channel, thread, ts, person) " + numbers + "'card ' || n, 'request', cast(n as text), 'card', '', 'C1GENERAL', '', '1.' || n, '' from g",
			"insert into post (id, owner, subject, role, parent, channel, thread, ts, person) " + numbers + "'status ' || n, 'request', cast(n as text), 'status', '', 'C1GENERAL', '', '2.' || n, '' from g",
			fmt.Sprintf("update counter set n = %d where name = 'request'", *retained),
		} {
			if _, err := tx.Exec(b.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	if db.Postgres() { // it does so itself, within minutes
		if _, err := db.Pool.Exec(b.Context(), "analyze"); err != nil {
			b.Fatal(err)
		}
	}
}
