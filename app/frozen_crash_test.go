package app

import (
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"magpie/store/storetest"
)

var freezes = flag.Int("freezes", 1, "how often a machine is frozen in the midst of a broadcast")

// goesOnWithin is what docs/scale.md promises.
const goesOnWithin = 30 * time.Second

// signalTo is kill(2): a process that is stopped is like one whose machine lost its power, as
// PostgreSQL sees it, until it wakes.
func signalTo(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// goesOn waits until outcomes are written beside those that were on their way, and returns
// how long after since that is.
func goesOn(t *testing.T, db *sql.DB, size int, since time.Time) time.Duration {
	t.Helper()
	from := progress(t, db)
	for at := from; at == from && at < size; at = progress(t, db) {
		if time.Since(since) > goesOnWithin {
			t.Fatalf("nothing goes on within %s: %d of %d outcomes", goesOnWithin, at, size)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(since)
}

// ended waits until the broadcast has ended.
func ended(t *testing.T, w *world, db *sql.DB) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for at := int64(0); at == 0; time.Sleep(50 * time.Millisecond) {
		if err := db.QueryRow("select ended_at from request where n = 1").Scan(&at); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not end: %d outcomes\n%s", progress(t, db), w.everything(alice))
		}
	}
}

// eachOnce holds what WeChat was sent against the account, row by row: nobody was called
// twice, and who was called is done, or unclear and asked about.
func eachOnce(t *testing.T, w *world, size int) (unclear int) {
	t.Helper()
	lines, calls := accountOf(t, w), callsTo(t, w)
	if len(lines) != size+1 {
		t.Errorf("lines: got %d, want %d", len(lines), size+1)
	}
	for _, line := range lines[1:] {
		switch n := calls[line[0]]; {
		case n > 1:
			t.Errorf("%s was called %d times", line[0], n)
		case line[1] == "unclear":
			unclear++
		case line[1] != "done" || n != 1:
			t.Errorf("%s: got %v after %d calls", line[0], line, n)
		}
	}
	return unclear
}

// Of two machines one is frozen in the midst of a broadcast, for longer than it takes until
// others take its work over, and wakes: the other goes on within 30 s, schedules too; who
// wakes repeats nothing. -freezes says how often.
func TestOneOfTwoMachinesFreezes(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	w := newWorld(t, url, map[string]string{"UNDO_WINDOW": "0s", "FAILURE_LIMIT": "off", "RATES": "subscribe.send=200/s"})
	size := 1000 + 2000**freezes
	running := []*exec.Cmd{w.process(t), w.process(t)}
	db := storetest.Peek(t, url)
	sendToCrowd(t, w, size)
	for progress(t, db) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	due := time.Now().Add(8 * time.Second)
	approve(t, w, 1, func(int) string {
		return fmt.Sprintf(`schedule once tea "%s" tz=UTC -- subscribe send TPL to=oByTheClock thing1=Tea`, due.UTC().Format("2006-01-02 15:04:05"))
	})
	var longest time.Duration
	for range *freezes {
		time.Sleep(time.Duration(rand.IntN(700)) * time.Millisecond) // at any moment of its work
		if progress(t, db) == size {
			break
		}
		frozen := running[rand.IntN(2)]
		since := time.Now()
		signalTo(t, frozen, syscall.SIGSTOP)
		time.Sleep(300 * time.Millisecond) // what was on its way to PostgreSQL is written
		longest = max(longest, goesOn(t, db, size, since))
		// Some sleep just longer than others wait for them, some for a while.
		time.Sleep(time.Until(since.Add(9*time.Second + time.Duration(rand.IntN(2000))*time.Millisecond)))
		signalTo(t, frozen, syscall.SIGCONT)
	}
	ended(t, w, db)
	unclear := eachOnce(t, w, size)
	for callsTo(t, w)["oByTheClock"] == 0 {
		if time.Since(due) > goesOnWithin {
			t.Fatal("the schedule was not called")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if state := statesOf(t, url)["oByTheClock"]; state == "" || callsTo(t, w)["oByTheClock"] != 1 {
		t.Errorf("the schedule: got %q after %d calls", state, callsTo(t, w)["oByTheClock"])
	}
	t.Logf("%d freezes, %d people: went on after %s at most, %d unclear", *freezes, size, longest.Round(100*time.Millisecond), unclear)
}

// All connections to PostgreSQL swallow what is sent on them, without being closed, in the
// midst of a broadcast: it goes on within 30 s by others, and calls nobody twice.
func TestConnectionsSwallowWhatIsSent(t *testing.T) {
	t.Parallel()
	const size = 2000
	url := storetest.Postgres(t)
	silent := storetest.NewSilent(t, url)
	w := newWorld(t, silent.URL, map[string]string{"UNDO_WINDOW": "0s", "FAILURE_LIMIT": "off", "RATES": "subscribe.send=500/s"})
	w.process(t)
	db := storetest.Peek(t, url)
	sendToCrowd(t, w, size)
	for progress(t, db) < 100 {
		time.Sleep(10 * time.Millisecond)
	}
	since := time.Now()
	n := silent.Swallow()
	time.Sleep(100 * time.Millisecond) // what PostgreSQL had been told already is written
	took := goesOn(t, db, size, since)
	ended(t, w, db)
	unclear := eachOnce(t, w, size)
	t.Logf("%d connections swallowed: went on after %s, ended after %s, %d unclear", n, took.Round(100*time.Millisecond), time.Since(since).Round(100*time.Millisecond), unclear)
}
