package outbox_test

import (
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"magpie/journal"
	"magpie/outbox"
	"magpie/store/storetest"
)

// BenchmarkAskSealed compares what asking takes while acts are sealed into the record's chain with
// what it takes while they are not: in turns of asksATurn, in one run, on one database. What is
// left unsealed is sealed between the turns, outside the time.
//
//	go test ./outbox -run - -bench AskSealed -benchtime 40x
func BenchmarkAskSealed(b *testing.B) {
	const asksATurn = 50
	for name, open := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			var took [2]time.Duration
			sealer := &journal.Sealer{DB: w.db, Accounts: map[string]journal.AccountsOf{"request": outbox.AccountsOf}, Log: slog.New(slog.DiscardHandler)}
			for done := 0; b.Loop(); done++ {
				for with := range took {
					if (with+done)%2 == 0 { // whoever is first has the cold caches
						sealer.Start()
					}
					begun := time.Now()
					for range asksATurn {
						w.mustAsk("test.send", "U1", rand.Text(), "o1") // none is like another
					}
					took[(with+done)%2] += time.Since(begun)
					if (with+done)%2 != 0 {
						sealer.Start()
					}
					sealer.Stop(b.Context())
				}
			}
			asks := float64(b.N * asksATurn)
			b.ReportMetric(float64(took[0].Microseconds())/asks, "µs/ask-sealed")
			b.ReportMetric(float64(took[1].Microseconds())/asks, "µs/ask-unsealed")
			b.ReportMetric(100*(float64(took[0])/float64(took[1])-1), "%-dearer")
		})
	}
}
