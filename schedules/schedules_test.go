package schedules

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

var (
	monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	alice  = cards.Person{ID: "U1"}
)

func daily(hour int) func(day int) time.Time {
	return func(day int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }
}

var at9 = daily(9)

func TestAScheduleFiresAtItsInstants(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		one := w.add(Draft{Name: "Tea", When: "every day at 9", Line: "send {{date}} {{weekday zh}} to o1,o2"})
		if one.State != Active || !one.Next.Equal(at9(23)) || one.Name != "Tea" {
			t.Fatalf("approved: got %+v", one)
		}
		w.at(at9(23).Add(-time.Millisecond))
		if got := short(w.runsOf("tea")); got != "" {
			t.Fatalf("before its instant: got %s", got)
		}
		w.at(at9(23))
		w.at(at9(23).Add(time.Second))
		if got, want := short(w.settled("tea")), "23T09:00 done"; got != want {
			t.Fatalf("runs: got %s, want %s", got, want)
		}
		w.at(at9(24))
		if got, want := short(w.settled("tea")), "23T09:00 done, 24T09:00 done"; got != want {
			t.Fatalf("runs: got %s, want %s", got, want)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if got := strings.Join(w.sent, "; "); strings.Count(got, "2026-11-24 星期二") != 2 || len(w.sent) != 4 {
			t.Errorf("sent: got %s", got)
		}
		if l := w.said[0]; l.Who.ID != "U1" || l.Grant != one.Version || l.Where.Channel != "C1" || !l.Due.Equal(at9(23)) {
			t.Errorf("said: got %+v", l)
		}
	})
}

func TestWhatWasMissed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ missed, want string }{
		{"skip", "24T09:00 skipped for 2"},
		{"once", "24T09:00 done for 2"},
		{"ask", "24T09:00 asked for 2"},
	} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			url := storetest.SQLite(t)
			w := newWorld(t, url, monday)
			w.add(Draft{Name: "tea", When: "0 9 * * *", Missed: test.missed})
			w.ending()
			w = newWorld(t, url, at9(24).Add(3*time.Hour)) // it was down for two fires
			w.at(at9(24).Add(3*time.Hour + time.Second))
			w.at(at9(24).Add(3*time.Hour + time.Minute))
			if got := short(w.settled("tea")); got != test.want {
				t.Fatalf("runs: got %s, want %s", got, test.want)
			}
			one, err := w.Get(t.Context(), "wx1", "tea")
			if err != nil || !one.Next.Equal(at9(25)) {
				t.Errorf("next: got %s, %v, want %s", one.Next, err, at9(25))
			}
			switch test.missed {
			case "skip":
				w.told("schedule.missed_skipped")
			case "once":
				w.told("schedule.catch_up")
				if w.sent[0] != "tea 2026-11-24 09:00 to o1" {
					t.Errorf("sent: got %s, want it filled at the missed instant", w.sent)
				}
			default:
				card := w.told("schedule.missed_ask")
				if want := fmt.Sprintf("schedule missed tea %d run", at9(24).UnixMilli()); len(card.Buttons) != 2 || card.Buttons[0].Line != want {
					t.Errorf("buttons: got %+v, want %s", card.Buttons, want)
				}
				if err := w.Decide(t.Context(), cards.Person{ID: "U2"}, cards.Place{}, one, at9(24), Decision{Run: true}); keyOf(err) != "fault.schedule_not_yours" {
					t.Errorf("somebody else decides: got %v", err)
				}
				if err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(24), Decision{Run: true}); err != nil {
					t.Fatal(err)
				}
				if err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(24), Decision{}); keyOf(err) != "fault.missed_decided" {
					t.Errorf("decided twice: got %v", err)
				}
				if got, want := short(w.settled("tea")), "24T09:00 done for 2"; got != want {
					t.Errorf("runs: got %s, want %s", got, want)
				}
			}
		})
	}
}

func TestTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *"})
	w.at(at9(23))
	w.settled("tea")
	w.at(at9(22))
	w.at(at9(23))
	w.at(at9(23).Add(time.Hour))
	// Even where the next fire is reckoned anew, its instant has had its run.
	w.at(at9(23).Add(-time.Hour))
	if err := w.Pause(t.Context(), alice, one); err != nil {
		t.Fatal(err)
	}
	one, _ = w.Get(t.Context(), "wx1", "tea")
	if next, err := w.Resume(t.Context(), alice, one); err != nil || !next.Equal(at9(23)) {
		t.Fatalf("resume: got %s, %v", next, err)
	}
	w.at(at9(23).Add(time.Second))
	w.at(at9(24))
	if got, want := short(w.settled("tea")), "23T09:00 done, 24T09:00 done"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ overlap, during, after string }{
		{"wait", "23T09:00 open", "23T09:00 done, 24T09:00 done"},
		{"skip", "23T09:00 open, 24T09:00 skipped", "23T09:00 done, 24T09:00 skipped"},
		{"together", "23T09:00 open, 24T09:00 open", "23T09:00 done, 24T09:00 done"},
	} {
		t.Run(test.overlap, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday)
			w.add(Draft{Name: "tea", When: "0 9 * * *", Overlap: test.overlap})
			w.hold = make(chan struct{})
			w.at(at9(23))
			w.until("the first to be sent", func() bool {
				w.mu.Lock()
				begun := w.begun
				w.mu.Unlock()
				return begun == 1 && short(w.runsOf("tea")) == "23T09:00 open"
			})
			w.at(at9(24))
			w.until("what becomes of the second", func() bool { return short(w.runsOf("tea")) == test.during })
			close(w.hold)
			w.settled("tea")
			w.at(at9(24).Add(time.Minute))
			if got := short(w.settled("tea")); got != test.after {
				t.Errorf("runs: got %s, want %s", got, test.after)
			}
		})
	}
}

func TestThreeFailuresPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *"})
	w.fails = true
	for day := 23; day <= 26; day++ {
		w.at(at9(day))
		w.settled("tea")
		if day == 23 { // by hand it does not count
			w.told("schedule.failed")
			if _, err := w.RunNow(t.Context(), alice, one, ByHand{Once: "k"}); err != nil {
				t.Fatal(err)
			}
			w.settled("tea")
		}
	}
	runs := w.settled("tea")
	if got := short(runs); strings.Count(got, "failed") != 4 || strings.Contains(got, "26T") {
		t.Errorf("runs: got %s, want three and one by hand", got)
	}
	one, err := w.Get(t.Context(), "wx1", "tea")
	if err != nil || one.State != Paused || one.Failures != 3 {
		t.Errorf("after three: got %s with %d failures, %v, want paused", one.State, one.Failures, err)
	}
	w.told("schedule.paused_failures")
	card := w.told("schedule.failed")
	if len(card.Buttons) != 1 || card.Buttons[0].Line != fmt.Sprintf("schedule run tea at=%d", at9(23).UnixMilli()) {
		t.Fatalf("failed: got %+v", card)
	}
	// Run again, pressed twice, is one request, and reads as it would have then.
	w.mu.Lock()
	w.fails = false
	w.mu.Unlock()
	first, err := w.RunNow(t.Context(), cards.Person{ID: "UA1"}, one, ByHand{Of: at9(23), Once: "k1"})
	second, err2 := w.RunNow(t.Context(), alice, one, ByHand{Of: at9(23), Once: "k2"})
	if err != nil || err2 != nil || first != second {
		t.Fatalf("run again: got %d, %v and %d, %v, want one request", first, err, second, err2)
	}
	w.settled("tea")
	if len(w.sent) != 1 || w.sent[0] != "tea 2026-11-23 09:00 to o1" {
		t.Errorf("sent: got %v", w.sent)
	}
	// Resumed, it counts anew.
	if next, err := w.Resume(t.Context(), alice, one); err != nil || !next.Equal(at9(27)) {
		t.Errorf("resume: got %s, %v, want %s", next, err, at9(27))
	}
}

// A run whose request is no more has failed, and holds nobody up.
func TestARunWhoseRequestIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		w.at(at9(23))
		w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
		n := w.runsOf("tea")[0].Request
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(t.Context(), "delete from post where owner = 'request' and subject = $1", journal.Subject(n)); err != nil {
				return err
			}
			for _, statement := range []string{"delete from delivery_batch where request = $1", "delete from sending where request = $1", "delete from request where n = $1"} {
				if _, err := tx.Exec(t.Context(), statement, n); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := short(w.settled("tea")), "23T09:00 failed"; got != want {
			t.Errorf("runs: got %s, want %s", got, want)
		}
		card := w.told("schedule.failed")
		if why := card.Body[0].Args["why"].Text; why == nil || why.Key != "schedule.failed_unsaid" {
			t.Errorf("why: got %+v, want that nobody says", why)
		}
	})
}

// A failed run says why, by what its calls came to.
func TestAFailedRunSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 9 * * *"})
	w.fails = true
	w.at(at9(23))
	w.settled("tea")
	why := w.told("schedule.failed").Body[0].Args["why"].Text
	if why == nil || why.Key != "schedule.failed_request" || why.Args["why"].Text.Args["error"].String != "WeChat says no" {
		t.Errorf("got %+v, want what WeChat says", why)
	}
}

func TestTheOwnerHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 9 * * *"})
	w.gone["U1"] = true
	w.at(at9(23))
	if got, want := short(w.settled("tea")), "23T09:00 failed"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
	if one, err := w.Get(t.Context(), "wx1", "tea"); err != nil || one.State != Paused {
		t.Errorf("got %s, %v, want paused", one.State, err)
	}
	w.told("schedule.paused_gone")
}

func TestQuietHoursAndPauseAllHold(t *testing.T) {
	t.Parallel()
	quiet := func(o *Options) { o.Quiet = Quiet{From: 22 * time.Hour, To: 8 * time.Hour} }
	for _, test := range []struct{ missed, want string }{
		{"once", "23T23:00 done for 1"}, {"skip", "23T23:00 skipped for 1"}, {"ask", "23T23:00 asked for 1"},
	} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday, quiet)
			w.add(Draft{Name: "tea", When: "0 23 * * *", Missed: test.missed})
			night := daily(23)(23)
			w.at(night)
			w.at(night.Add(8*time.Hour + 59*time.Minute))
			if got := short(w.runsOf("tea")); got != "" {
				t.Fatalf("in quiet hours: got %s", got)
			}
			w.at(night.Add(9 * time.Hour))
			if got := short(w.settled("tea")); got != test.want {
				t.Errorf("quiet hours: got %s, want %s", got, test.want)
			}
		})
		t.Run("paused "+test.missed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday)
			w.add(Draft{Name: "tea", When: "0 23 * * *", Missed: test.missed})
			press := outbox.Press{Who: cards.Person{ID: "UX"}}
			if _, err := w.box.PauseAll(t.Context(), press); err != nil {
				t.Fatal(err)
			}
			w.at(daily(23)(23))
			w.at(daily(23)(23).Add(time.Minute))
			held, err := w.HeldBack(t.Context(), outbox.Accounts{"wx1"})
			if got := short(w.runsOf("tea")); got != "" || err != nil || len(held) != 1 {
				t.Fatalf("while everything is paused: got %s, held %v, %v", got, held, err)
			}
			if _, err := w.box.ResumeAll(t.Context(), press); err != nil {
				t.Fatal(err)
			}
			w.at(daily(23)(23).Add(time.Hour))
			if got := short(w.settled("tea")); got != test.want {
				t.Errorf("resumed: got %s, want %s", got, test.want)
			}
		})
	}
}

func TestApproveEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
	w.at(monday.Add(time.Second)) // an hour before
	w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
	n := w.runsOf("tea")[0].Request
	if _, err := w.box.Approve(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1"}}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	if w.mu.Lock(); len(w.sent) > 0 {
		t.Errorf("before its instant: sent %v", w.sent)
	}
	w.mu.Unlock()
	w.at(at9(23))
	w.until("it to be sent", func() bool {
		w.hurry()
		return short(w.runsOf("tea")) == "23T09:00 done"
	})
	if got, want := short(w.settled("tea")), "23T09:00 done"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
	// Nobody approves the next: it expires at its instant and is not sent.
	w.at(at9(24).Add(-time.Hour))
	w.until("the request", func() bool { return strings.HasSuffix(short(w.runsOf("tea")), "24T09:00 open") })
	w.at(at9(24))
	if got, want := short(w.settled("tea")), "23T09:00 done, 24T09:00 expired"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
}

func TestAnEditWaitsForItsApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send old to o1"})
	if _, err := w.ask(Draft{Name: "other", When: "0 9 * * *"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ask(Draft{Name: "OTHER", When: "0 9 * * *"}); keyOf(err) != "fault.schedule_taken" {
		t.Errorf("a name that is taken: got %v", err)
	}
	n, err := w.ask(Draft{Name: "tea", When: "0 10 * * *", Line: "send new to o1"})
	if err != nil {
		t.Fatal(err)
	}
	w.at(at9(23))
	w.settled("tea")
	w.approve(n, "UA2")
	one, err = w.Get(t.Context(), "wx1", "tea")
	if err != nil || one.Version != n || one.Pending != 0 || !one.Next.Equal(daily(10)(23)) {
		t.Fatalf("edited: got %+v, %v", one, err)
	}
	w.at(daily(10)(23))
	w.settled("tea")
	if got := strings.Join(w.sent, "; "); got != "old to o1; new to o1" {
		t.Errorf("sent: got %s", got)
	}
}

func TestAGrownAudienceAsksAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	n, err := w.ask(Draft{Name: "tea", When: "0 9 * * *", Line: "send tea to a,b,c"})
	if err != nil {
		t.Fatal(err)
	}
	w.box.Approve(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1"}})
	if state, _, _ := w.box.StateOf(t.Context(), n); state != outbox.Waiting {
		t.Errorf("three recipients need two: got %s after one", state)
	}
	w.approve(n, "UA2")
	w.add(Draft{Name: "few", When: "0 9 * * *", Line: "send tea to a,b"})
	w.say = func(ctx context.Context, l Line) (int64, error) {
		l.Text = strings.ReplaceAll(l.Text, "a,b", "a,b,d") // somebody has joined
		return w.door(ctx, l)
	}
	w.at(at9(23))
	runs := w.runsOf("few")
	w.until("the request", func() bool { runs = w.runsOf("few"); return short(runs) == "23T09:00 open" })
	if state, _, err := w.box.StateOf(t.Context(), runs[0].Request); err != nil || state != outbox.Waiting {
		t.Errorf("one more than one approval covers: got %s, %v, want waiting", state, err)
	}
}

func TestWhatIsPausedIsCalledOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
	w.at(monday.Add(time.Second))
	w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
	if err := w.Pause(t.Context(), alice, one); err != nil {
		t.Fatal(err)
	}
	if got, want := short(w.settled("tea")), "23T09:00 withdrawn"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
	n, err := w.ask(Draft{Name: "coffee", When: "0 9 * * *"})
	if err != nil {
		t.Fatal(err)
	}
	if one, err = w.Get(t.Context(), "wx1", "coffee"); err != nil || w.Remove(t.Context(), alice, one) != nil {
		t.Fatalf("remove %+v: %v", one, err)
	}
	if state, _, err := w.box.StateOf(t.Context(), n); err != nil || state != outbox.Withdrawn {
		t.Errorf("the request of one that is removed: got %s, %v, want withdrawn", state, err)
	}
}

func TestOnceThatNobodyApproves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	n, err := w.ask(Draft{Name: "tea", When: "today at 9", Once: true})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.set(at9(23))
	w.until("#1 to expire", func() bool {
		state, _, err := w.box.StateOf(t.Context(), n)
		return err == nil && state == outbox.Expired
	})
	if err := w.pendingOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Get(t.Context(), "wx1", "tea"); keyOf(err) != "fault.schedule_none" {
		t.Errorf("got %v, want its name free", err)
	}
}

func TestOnceWhilePaused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "today at 9", Once: true, Missed: "once"})
	if err := w.Pause(t.Context(), alice, one); err != nil {
		t.Fatal(err)
	}
	w.at(at9(23).Add(time.Hour))
	one, _ = w.Get(t.Context(), "wx1", "tea")
	if _, err := w.Resume(t.Context(), alice, one); err != nil {
		t.Fatal(err)
	}
	w.at(at9(23).Add(time.Hour))
	if got, want := short(w.settled("tea")), "23T09:00 done for 1"; got != want {
		t.Errorf("runs: got %s, want %s", got, want)
	}
	if one, _ = w.Get(t.Context(), "wx1", "tea"); one.State != Ended {
		t.Errorf("got %s, want ended", one.State)
	}
}

func TestTwoProcessesFireOnce(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	a := newWorld(t, url, monday)
	for i := range 20 {
		a.add(Draft{Name: fmt.Sprintf("s%d", i), When: "0 9 * * *"})
	}
	b := newWorld(t, url, monday)
	for day := 23; day < 26; day++ {
		a.clock.set(at9(day))
		b.clock.set(at9(day))
		done := make(chan error, 2)
		for _, w := range []*world{a, b} {
			go func() { done <- w.tick(t.Context()) }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for i := range 20 {
			if got := a.settled(fmt.Sprintf("s%d", i)); len(got) != day-22 {
				t.Errorf("s%d: got %s", i, short(got))
			}
		}
	}
	if got := len(a.sent) + len(b.sent); got != 60 {
		t.Errorf("sent: got %d, want 60", got)
	}
}
