package schedules

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// A process that lived on while its machine slept for 8 hours fires at most once.
func TestAProcessThatSlept(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ missed, want, key string }{
		{"skip", "23T16:00 skipped for 8", "schedule.missed_skipped"},
		{"ask", "23T16:00 asked for 8", "schedule.missed_ask"},
		{"once", "23T16:00 done for 8", "schedule.catch_up"},
	} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, monday)
				w.add(Draft{Name: "tea", When: "0 * * * *", Missed: test.missed})
				w.at(at9(23).Add(7*time.Hour + 30*time.Minute))
				for range 3 {
					w.settled("tea")
					w.at(w.clock.now().Add(time.Second))
				}
				if got := short(w.settled("tea")); got != test.want {
					t.Errorf("runs: got %s, want %s", got, test.want)
				}
				if test.missed == "once" {
					if card := w.said[0].Note; card.Key != test.key {
						t.Errorf("the run says %s, want %s", card.Key, test.key)
					}
					return
				}
				w.told(test.key)
				if len(w.sent) > 0 {
					t.Errorf("sent: got %v, want nothing", w.sent)
				}
			})
		})
	}
}

// Of what came due in a gap, the last is within the grace: it goes out, and is the only one.
func TestTheLastFireOfAGapIsInTime(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ missed, want, key string }{
		{"skip", "23T15:00 skipped for 7, 23T16:00 done", "schedule.late"},
		{"ask", "23T15:00 asked for 7, 23T16:00 done", "schedule.late"},
		{"once", "23T16:00 done for 8", "schedule.catch_up"},
	} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday)
			w.add(Draft{Name: "tea", When: "0 * * * *", Missed: test.missed})
			for range 3 {
				w.at(at9(23).Add(7*time.Hour + 10*time.Second))
				w.settled("tea")
			}
			if got := short(w.settled("tea")); got != test.want {
				t.Errorf("runs: got %s, want %s", got, test.want)
			}
			if len(w.said) != 1 || w.said[0].Note.Key != test.key {
				t.Errorf("said: got %+v, want one with %s", w.said, test.key)
			}
		})
	}
}

// The grace is SCHEDULE_GRACE, at most half the interval; a `once` has the whole.
func TestTheGrace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		when  string
		grace time.Duration
		late  time.Duration
		want  string // state
		note  string
	}{
		{"0 * * * *", 5 * time.Minute, 5 * time.Minute, "done", "schedule.late"},
		{"0 * * * *", 5 * time.Minute, 5*time.Minute + time.Millisecond, "skipped", ""},
		{"0 * * * *", 2 * time.Hour, 30 * time.Minute, "done", "schedule.late"},
		{"0 * * * *", 2 * time.Hour, 30*time.Minute + time.Millisecond, "skipped", ""},
		{"0 * * * *", time.Second, time.Second, "done", "schedule.fire"},
		{"0 * * * *", time.Second, 1001 * time.Millisecond, "skipped", ""},
		{"today at 9", 2 * time.Hour, 2 * time.Hour, "done", "schedule.late"},
		{"today at 9", 2 * time.Hour, 2*time.Hour + time.Millisecond, "skipped", ""},
		{"0 * * * *", 5 * time.Minute, 1500 * time.Millisecond, "done", "schedule.late"},
		{"0 * * * *", 5 * time.Minute, time.Second, "done", "schedule.fire"},
	} {
		w := newWorld(t, storetest.SQLite(t), monday.Add(30*time.Minute), func(o *Options) { o.Grace = test.grace })
		w.add(Draft{Name: "tea", When: test.when, Once: test.when[0] == 't', Missed: "skip"})
		w.at(at9(23).Add(test.late))
		runs := w.settled("tea")
		if len(runs) != 1 || runs[0].State != test.want {
			t.Errorf("%s, %s late with a grace of %s: got %s, want %s", test.when, test.late, test.grace, short(runs), test.want)
		}
		if test.note != "" && (len(w.said) != 1 || w.said[0].Note.Key != test.note) {
			t.Errorf("%s, %s late: said %+v, want %s", test.when, test.late, w.said, test.note)
		}
		w.ending()
	}
}

// A fire that was claimed in time and not said before the machine slept is missed, and
// stands in one run with all that was due since, whoever comes first on waking.
func TestASleepBetweenClaimAndLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ missed, want string }{
		{"skip", "23T17:00 skipped for 9"}, {"ask", "23T17:00 asked for 9"}, {"once", "23T17:00 done for 9"},
	} {
		for _, first := range []string{"clock", "line"} {
			t.Run(test.missed+" "+first, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, storetest.SQLite(t), monday)
				standing, gate := make(chan struct{}), make(chan struct{})
				var once sync.Once
				w.say = func(ctx context.Context, l Line) (int64, error) {
					once.Do(func() { close(standing) })
					<-gate
					return w.door(ctx, l)
				}
				w.add(Draft{Name: "tea", When: "0 * * * *", Missed: test.missed})
				w.at(at9(23))
				<-standing
				w.clock.set(at9(23).Add(8*time.Hour + 30*time.Minute))
				if first == "clock" {
					w.at(w.clock.now())
				}
				close(gate)
				w.until("one run for all", func() bool {
					w.hurry()
					w.at(w.clock.now())
					return short(w.runsOf("tea")) == test.want
				})
				w.mu.Lock()
				defer w.mu.Unlock()
				if want := map[string]int{"once": 1}[test.missed]; len(w.sent) != want {
					t.Errorf("sent: got %v, want %d", w.sent, want)
				}
			})
		}
	}
}

// What waited for the fire before it is only late; where the machine slept meanwhile, it
// is missed.
func TestASleepWhileWaitingForOnesTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 * * * *", Missed: "skip", Overlap: "wait"})
	w.hold = make(chan struct{})
	w.at(at9(23))
	w.until("the first to be called", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.begun == 1
	})
	for minute := range 9 {
		w.at(at9(23).Add(time.Hour + time.Duration(minute)*time.Minute))
	}
	close(w.hold)
	w.settled("tea")
	w.at(at9(23).Add(time.Hour + 9*time.Minute))
	if got, want := short(w.settled("tea")), "23T09:00 done, 23T10:00 done"; got != want {
		t.Fatalf("it had its turn: got %s, want %s", got, want)
	}
	w.mu.Lock()
	w.hold = make(chan struct{})
	hold := w.hold
	w.mu.Unlock()
	w.at(at9(23).Add(2 * time.Hour))
	w.until("the third to be called", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.begun == 3
	})
	w.at(at9(23).Add(3 * time.Hour))
	w.clock.set(at9(23).Add(6*time.Hour + 30*time.Minute))
	close(hold)
	w.at(w.clock.now())
	w.settled("tea")
	if got, want := short(w.settled("tea")), "23T09:00 done, 23T10:00 done, 23T11:00 done, 23T15:00 skipped for 4"; got != want {
		t.Errorf("slept: got %s, want %s", got, want)
	}
}

// A fire whose request stands already, under the schedule's approval, and that nobody called
// in the grace, is missed like one that was not said; a little later it goes out and says so.
func TestASleepBetweenRequestAndCall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		missed, want string
		slept        time.Duration
		sent         int
	}{
		{"skip", "23T09:00 skipped for 1", 20 * time.Minute, 0},
		{"ask", "23T09:00 asked for 1", 20 * time.Minute, 0},
		{"once", "23T09:00 done for 1", 20 * time.Minute, 1},
		{"skip", "23T09:00 done", 2 * time.Minute, 1},
		{"once", "23T09:00 done", 5 * time.Second, 1},
	} {
		t.Run(test.missed+" "+test.slept.String(), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, monday)
				w.add(Draft{Name: "tea", When: "0 * * * *", Missed: test.missed})
				w.clock.set(at9(23).Add(-time.Minute))
				w.asked = sync.OnceFunc(func() { w.clock.set(at9(23).Add(test.slept)) })
				w.at(at9(23))
				w.until("the run to end", func() bool {
					w.hurry()
					w.at(w.clock.now())
					return short(w.runsOf("tea")) == test.want
				})
				if test.slept == 2*time.Minute {
					w.told("reply.late")
				}
				w.mu.Lock()
				defer w.mu.Unlock()
				if len(w.sent) != test.sent {
					t.Errorf("sent %v, want %d", w.sent, test.sent)
				}
			})
		})
	}
}

// Of a gap that begins between request and call comes one run at most, and all is told.
func TestALongSleepBetweenRequestAndCall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		missed string
		sent   int
	}{{"skip", 0}, {"ask", 0}, {"once", 1}} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday)
			w.add(Draft{Name: "tea", When: "0 * * * *", Missed: test.missed})
			w.clock.set(at9(23).Add(-time.Minute))
			w.asked = sync.OnceFunc(func() { w.clock.set(at9(23).Add(7*time.Hour + 30*time.Minute)) })
			w.at(at9(23))
			w.until("all eight to be accounted for", func() bool {
				w.hurry()
				w.at(w.clock.now())
				fires := 0
				for _, r := range w.runsOf("tea") {
					fires += r.Missed
				}
				return fires == 8
			})
			w.settled("tea")
			if len(w.sent) != test.sent {
				t.Errorf("sent %v, want %d", w.sent, test.sent)
			}
		})
	}
}

// A fire that is asked about ahead, and waited for the one before it then, has its grace
// after its instant all the same.
func TestAFireAskedAheadThatWaitedForItsTurnHasItsGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 * * * *", Each: true, Missed: "skip"})
	w.hold = make(chan struct{})
	w.at(at9(23).Add(-30 * time.Minute))
	w.approveAhead(1)
	w.until("the fire of nine to be called", func() bool {
		w.at(at9(23))
		w.hurry()
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.begun == 1
	})
	w.at(at9(23).Add(time.Second)) // that of ten waits for it
	close(w.hold)
	w.until("the fire of ten to be asked about", func() bool {
		w.at(w.clock.now().Add(time.Second))
		return short(w.runsOf("tea")) == "23T09:00 done, 23T10:00 open"
	})
	w.approveLast()
	w.clock.set(at9(23).Add(time.Hour + 30*time.Minute)) // it slept
	w.until("the fire of ten to be missed", func() bool {
		w.hurry()
		w.at(w.clock.now())
		return strings.HasPrefix(short(w.runsOf("tea")), "23T09:00 done, 23T10:00 skipped for 1")
	})
	if len(w.sent) != 1 {
		t.Errorf("sent: got %v, want that of nine alone", w.sent)
	}
}

// approveLast approves what the last run has asked for.
func (w *world) approveLast() {
	w.t.Helper()
	runs := w.runsOf("tea")
	if err := w.patiently(func() error {
		_, err := w.box.Approve(w.t.Context(), outbox.Press{N: runs[len(runs)-1].Request, Who: cards.Person{ID: "UA1"}})
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
}

// What could not be called before the quiet hours is not made up for in them.
func TestNoCatchUpInTheQuietHours(t *testing.T) {
	t.Parallel()
	quiet, err := ParseQuiet("22:00-08:00")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, storetest.SQLite(t), monday, func(o *Options) { o.Quiet = quiet })
	w.add(Draft{Name: "tea", When: "55 21 * * *", Missed: "once"})
	evening := at9(23).Add(12*time.Hour + 55*time.Minute)
	w.clock.set(evening.Add(-time.Minute))
	w.asked = sync.OnceFunc(func() { w.clock.set(evening.Add(5 * time.Hour)) })
	w.at(evening)
	w.until("its request to end", func() bool {
		w.hurry()
		w.at(w.clock.now())
		runs := w.runsOf("tea")
		return len(runs) == 1 && (runs[0].Request > 0 && runs[0].State == "firing" || runs[0].Missed > 0)
	})
	for range 5 {
		w.at(w.clock.now().Add(time.Minute))
	}
	if got := short(w.runsOf("tea")); got != "23T21:55 firing" || len(w.sent) > 0 {
		t.Errorf("in the quiet hours: got %s, sent %v, want it to wait", got, w.sent)
	}
	w.until("it to be made up for in the morning", func() bool {
		w.at(at9(24).Add(-55 * time.Minute))
		w.hurry()
		return short(w.runsOf("tea")) == "23T21:55 done for 1"
	})
}

// A process that sleeps right after it has said a fire's line leaves what became of it
// alone: another run may stand at its instant by then.
func TestASleepAfterTheRequestIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 9 * * *", Missed: "once"})
	w.clock.set(at9(23).Add(-time.Minute))
	w.asked = sync.OnceFunc(func() { w.clock.set(at9(23).Add(5 * time.Hour)) })
	var first sync.Once
	w.Schedules.say = func(ctx context.Context, l Line) (int64, error) {
		n, err := w.door(ctx, l)
		if err == nil {
			first.Do(func() {
				w.until("the fire to be missed, and made up for", func() bool {
					w.hurry()
					w.at(w.clock.now())
					runs := w.runsOf("tea")
					return len(runs) == 1 && runs[0].Missed == 1
				})
			})
		}
		return n, err
	}
	w.at(at9(23))
	w.until("what makes up for it to be sent", func() bool {
		w.hurry()
		return short(w.runsOf("tea")) == "23T09:00 done for 1"
	})
}
