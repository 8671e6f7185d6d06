package app

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/store"
	"magpie/store/storetest"
)

var (
	homePeople   = flag.Int("people", 1000, "how many people open their home")
	homeRequests = flag.Int("requests", 10_000, "how many requests wait for approval")
)

// homeApprovers are as many of the people as may approve.
const homeApprovers = 10

// BenchmarkHome has many people open the bot's home while many requests wait, and then some
// are asked and decided, one after the other: from the opening, or the decision, to the home that
// shows it, and how many calls of views.publish that takes.
//
//	go test -run '^$' -bench 'Home$' -benchtime 1x ./app
func BenchmarkHome(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			url := map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}[database](b)
			w, people := homeWorld(b, url)
			for b.Loop() {
				openAll(b, w, people)
				decideSome(b, w, people)
				storm(b, w)
			}
		})
	}
}

// homeWorld is a magpie with people and requests that wait.
func homeWorld(b *testing.B, url string) (*world, []string) {
	b.Helper()
	people := make([]string, *homePeople)
	for i := range people {
		people[i] = fmt.Sprintf("UP%05d", i)
	}
	w := newWorld(b, url, map[string]string{"APPROVERS": bob + "," + strings.Join(people[:homeApprovers], ",")})
	for _, id := range people {
		w.slack.AddUser(slacktest.User{ID: id, Name: strings.ToLower(id)})
	}
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Minute)
	defer cancel()
	if err := w.start(ctx); err != nil {
		b.Fatal(err)
	}
	if answer, err := w.say(ctx, alice, general, "/wechat subscribe send TPL to=oAlpha thing1=Tea"); err != nil || !strings.Contains(answer, "#1") {
		b.Fatal(answer, err)
	}
	if _, err := w.shown(ctx, bob, "· #1"); err != nil {
		b.Fatal(err)
	}
	if err := w.stop(); err != nil {
		b.Fatal(err)
	}
	copyRequests(b, url, people)
	if err := w.start(ctx); err != nil {
		b.Fatal(err)
	}
	return w, people
}

// copyRequests has request 1 be asked again and again, by everybody in turn.
func copyRequests(b *testing.B, url string, people []string) {
	b.Helper()
	db, err := store.Open(b.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(b.Context(), "select * from request where n = 1")
	if err != nil {
		b.Fatal(err)
	}
	columns, err := rows.Columns()
	rows.Close()
	if err != nil {
		b.Fatal(err)
	}
	same := strings.Join(slices.DeleteFunc(columns, func(c string) bool { return c == "n" || c == "asked_by" }), ", ")
	statement := "insert into request (n, asked_by, " + same + ") select cast($1 as bigint), cast($2 as text), " + same + " from request where n = 1"
	if err := db.Update(b.Context(), func(tx *store.Tx) error {
		for n := 2; n <= *homeRequests; n++ {
			if _, err := tx.Exec(b.Context(), statement, n, people[n%len(people)]); err != nil {
				return err
			}
		}
		_, err := tx.Exec(b.Context(), "update counter set n = $1 where name = 'request'", *homeRequests)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

// openAll has everybody open their home, 20 at a time.
func openAll(b *testing.B, w *world, people []string) {
	var mu sync.Mutex
	var took []time.Duration
	var opening sync.WaitGroup
	before, begun := published(w), time.Now()
	for _, some := range slices.Collect(slices.Chunk(people, (len(people)+19)/20)) {
		opening.Go(func() {
			for _, id := range some {
				at := time.Now()
				if err := w.slack.OpenHome(b.Context(), id); err != nil {
					b.Error(err)
					return
				}
				if err := w.slack.WaitFor(b.Context(), func() bool { _, has := w.slack.Home(id); return has }); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(at))
				mu.Unlock()
			}
		})
	}
	opening.Wait()
	b.ReportMetric(time.Since(begun).Seconds(), "open-all-s")
	reportHomes(b, "open", took, published(w)-before)
}

// decideSome has alice ask and bob reject, time after time, once everybody's homes show it who is
// concerned: alice's own, and those of all who may approve.
func decideSome(b *testing.B, w *world, people []string) {
	const decisions = 10
	var asked, decided []time.Duration
	approvers := people[:homeApprovers]
	waits := func(id string, n int) bool {
		v, _ := w.slack.Home(id)
		return slices.ContainsFunc(v.Buttons(), func(b slacktest.Button) bool { return b.Value == fmt.Sprintf("approve %d", n) })
	}
	until := func(ok func() bool) {
		if err := w.slack.WaitFor(b.Context(), ok); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.slack.OpenHome(b.Context(), alice); err != nil {
		b.Fatal(err)
	}
	before := published(w)
	for i := range decisions {
		n, at := *homeRequests+1+i, time.Now()
		sayAs(b, w, alice, fmt.Sprintf("subscribe send TPL to=oDecide%d thing1=Tea", n), n)
		until(func() bool { return !slices.ContainsFunc(approvers, func(id string) bool { return !waits(id, n) }) })
		asked, at = append(asked, time.Since(at)), time.Now()
		sayAs(b, w, bob, fmt.Sprintf("reject %d reason=no", n), n)
		until(func() bool {
			v, _ := w.slack.Home(alice)
			return strings.Contains(v.PlainText(), fmt.Sprintf("#%d · 🚫", n)) && !slices.ContainsFunc(approvers, func(id string) bool { return waits(id, n) })
		})
		decided = append(decided, time.Since(at))
	}
	reportHomes(b, "ask", asked, published(w)-before)
	reportHomes(b, "decide", decided, published(w)-before)
}

// storm has alice ask as fast as it goes for 10 s, and counts what is published.
func storm(b *testing.B, w *world) {
	before, begun, asked := published(w), time.Now(), 0
	for ; time.Since(begun) < 10*time.Second; asked++ {
		sayAs(b, w, alice, fmt.Sprintf("subscribe send TPL to=oStorm%d thing1=Tea", asked), 0)
	}
	b.ReportMetric(float64(asked), "storm-asked")
	b.ReportMetric(float64(published(w)-before), "storm-calls")
}

// sayAs says a line whose answer names a request; 0: whichever.
func sayAs(b *testing.B, w *world, who, line string, n int) {
	b.Helper()
	answer, err := w.say(b.Context(), who, general, "/wechat "+line)
	if name := fmt.Sprint("#", n); err != nil || n > 0 && !strings.Contains(answer, name) {
		b.Fatal(answer, err)
	}
}

// published counts the calls of views.publish.
func published(w *world) int { return len(w.slack.Calls("views.publish")) }

func reportHomes(b *testing.B, what string, took []time.Duration, calls int) {
	if len(took) == 0 {
		b.Fatal("nothing was measured")
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), what+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), what+"-p99-ms")
	b.ReportMetric(float64(calls), what+"-calls")
}
