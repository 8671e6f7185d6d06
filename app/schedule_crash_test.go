package app

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// Killed at random through 200 scheduled fires, one process on SQLite and two on
// PostgreSQL: every instant has its one run, nobody is called twice, and what nobody
// can know is told as unclear.
func TestKilledThroughTwoHundredFires(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel()
	for name, processes := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := storetest.SQLite
			if name == "postgres" {
				database = storetest.Postgres
			}
			killedThroughFires(t, database(t), processes)
		})
	}
}

func killedThroughFires(t *testing.T, url string, processes int) {
	const fires, lasting = 200, 16 * time.Second
	w := newWorld(t, url, nil)
	w.wechat.Slow(80 * time.Millisecond)
	setUp := w.process(t)
	// How long setting up will take, on this machine as it is now, with time to spare.
	const trial = 12
	before := time.Now()
	approve(t, w, trial, func(i int) string {
		return fmt.Sprintf(`schedule once far%d "2099-01-01 00:00" tz=UTC -- subscribe send TPL to=oFar%d thing1=Tea`, i, i)
	})
	begin := time.Now().Add(time.Since(before)*fires/trial*2 + 8*time.Second).Truncate(time.Second)
	approve(t, w, fires, func(i int) string {
		at := begin.Add(time.Duration(i) * lasting / fires).UTC().Format("2006-01-02 15:04:05")
		return fmt.Sprintf(`schedule once s%03d "%s" tz=UTC missed=once -- subscribe send TPL to=o%03d thing1="Tea {{date}}"`, i, at, i)
	})
	if now := time.Now(); now.After(begin) {
		t.Logf("setting up took until %s after the first fire", now.Sub(begin))
	}
	running := []*exec.Cmd{setUp}
	for len(running) < processes {
		running = append(running, w.process(t))
	}
	kills := 0
	for time.Now().Before(begin) {
		time.Sleep(50 * time.Millisecond)
	}
	for time.Now().Before(begin.Add(lasting)) {
		time.Sleep(time.Duration(300+rand.IntN(1500)) * time.Millisecond)
		i := rand.IntN(len(running))
		if err := running[i].Process.Kill(); err != nil {
			t.Fatal(err)
		}
		running[i].Wait()
		kills++
		time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
		running[i] = w.process(t)
	}
	deadline := time.Now().Add(3 * time.Minute)
	for countRuns(t, url, "state in ('done', 'failed', 'unclear', 'partly')") < fires && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
	}
	calls, states := callsTo(t, w), statesOf(t, url)
	unclear := 0
	for i := range fires {
		id := fmt.Sprintf("o%03d", i)
		switch n, state := calls[id], states[id]; {
		case n > 1:
			t.Errorf("%s was called %d times", id, n)
		case state == "done" && n == 1:
		case state == "unclear":
			unclear++
		default:
			t.Errorf("%s: got %q after %d calls, want done after one or unclear", id, state, n)
		}
	}
	if got := countRuns(t, url, "1 = 1"); got != fires {
		t.Errorf("runs: got %d, want %d", got, fires)
	}
	if got := countRequests(t, url, "kind = 'subscribe.send'"); got != fires {
		t.Errorf("requests: got %d, want %d", got, fires)
	}
	t.Logf("%d processes, %d kills, %d fires, %d unclear, %d made up for", processes, kills, fires, unclear, countRuns(t, url, "missed > 0"))
}

// approve says lines that ask for schedules and has each approved.
func approve(t *testing.T, w *world, count int, line func(i int) string) {
	t.Helper()
	number := regexp.MustCompile(`#(\d+) waits`)
	for i := range count {
		answer, err := w.say(t.Context(), alice, general, "/wechat "+line(i))
		m := number.FindStringSubmatch(answer)
		if err != nil || m == nil {
			t.Fatalf("schedule %d: %s, %v", i, answer, err)
		}
		if answer, err := w.say(t.Context(), bob, general, "/wechat approve "+m[1]); err != nil || !strings.Contains(answer, "You approved") {
			t.Fatalf("approve %s: %s, %v", m[1], answer, err)
		}
	}
}

func countRuns(t *testing.T, url, where string) (n int) {
	t.Helper()
	if err := storetest.Peek(t, url).QueryRow("select count(*) from schedule_run where " + where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
