package app

import (
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/store"
	"magpie/store/storetest"
)

var history = flag.Int("history", 200_000, "how many requests have ended")

// BenchmarkHistory starts magpie on a database in which many requests have ended, a tenth of them
// schedules' and a tenth another account's, and has them listed: how long the start takes until
// Slack's lines reach it, and each list until its answer.
//
//	go test -run '^$' -bench 'History$' -benchtime 1x ./app
//	go test -run '^$' -bench 'History$' -benchtime 1x ./app -args -history 10
func BenchmarkHistory(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
			w := newWorld(b, url, nil)
			restart := func() time.Duration {
				begun := time.Now()
				if err := w.start(b.Context()); err != nil {
					b.Fatal(err)
				}
				return time.Since(begun)
			}
			restart()
			sayAs(b, w, alice, "subscribe send TPL to=oAlpha thing1=Tea", 1)
			if _, err := w.shown(b.Context(), bob, "· #1"); err != nil {
				b.Fatal(err)
			}
			sayAs(b, w, alice, "withdraw 1", 1)
			if err := w.stop(); err != nil {
				b.Fatal(err)
			}
			age(b, url)
			for b.Loop() {
				b.ReportMetric(float64(restart().Milliseconds()), "start-ms")
				for name, line := range map[string]string{"all": "requests", "done": "requests done", "failed": "requests failed", "waiting": "requests waiting", "mine": "requests mine", "today": "requests today"} {
					took := make([]time.Duration, 9)
					for i := range took {
						begun := time.Now()
						sayAs(b, w, alice, line, 0)
						took[i] = time.Since(begun)
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"-ms")
				}
				if err := w.stop(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// age has a database hold many requests of the last year, each with a card: copies of request 1.
func age(b *testing.B, url string) {
	b.Helper()
	db, err := store.Open(b.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(store.Long(b.Context()), func(tx *store.Tx) error {
		for _, of := range []struct{ table, key, where string }{{"request", "n", "n = 1"}, {"post", "id", "owner = 'request' and role = 'card' and subject = '1'"}} {
			rows, err := tx.Query(b.Context(), "select * from "+of.table+" where "+of.where)
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			rows.Close()
			if err != nil {
				return err
			}
			values := make([]string, len(columns))
			for i, column := range columns {
				values[i] = map[string]string{
					"n": "g.n", "id": "'old ' || g.n", "subject": "cast(g.n as text)",
					"state":    "case when g.n % 50 = 0 then 'partly' else 'done' end",
					"kind":     "case when g.n % 10 = 0 then 'schedule.add' else t.kind end",
					"account":  "case when g.n % 10 = 1 then 'wx00other' else t.account end",
					"asked_at": fmt.Sprintf("t.asked_at - 86400000 - (%d - g.n) * 150000", *history),
				}[column]
				if values[i] == "" {
					values[i] = "t." + column
				}
			}
			// In SQLite the fields of a recursive table are numbers, as those of the rows are.
			if _, err := tx.Exec(b.Context(), fmt.Sprintf("insert into %s (%s) with recursive g(n) as (select cast(2 as bigint) union all select n + 1 from g where n <= %d) select %[4]s from g, %[1]s t where t.%[5]s",
				of.table, strings.Join(columns, ", "), *history, strings.Join(values, ", "), strings.ReplaceAll(of.where, " and ", " and t."))); err != nil {
				return err
			}
		}
		_, err := tx.Exec(b.Context(), "update counter set n = $1 where name = 'request'", *history+1)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	if db.Postgres() { // it does so itself, within minutes
		if _, err := db.Pool.Exec(b.Context(), "analyze"); err != nil {
			b.Fatal(err)
		}
	}
}
