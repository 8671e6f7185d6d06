package schedules

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// leaving are the ways in which a schedule ceases to stand for what it asked for.
var leaving = map[string]func(w *world, one Schedule){
	"paused": func(w *world, one Schedule) {
		if err := w.Pause(w.t.Context(), alice, one); err != nil {
			w.t.Error(err)
		}
	},
	"removed": func(w *world, one Schedule) {
		if err := w.Remove(w.t.Context(), alice, one); err != nil {
			w.t.Error(err)
		}
	},
	"edited": func(w *world, one Schedule) {
		w.say = w.door
		w.add(Draft{Name: "tea", When: "0 10 * * *", Line: "send NEW to o1"})
	},
}

// A fire that waits for approval past its instant is called off with its schedule.
func TestWhatWaitsPastItsInstantIsCalledOff(t *testing.T) {
	t.Parallel()
	for verb, leave := range leaving {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, monday)
				one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to a,b"})
				w.say = func(ctx context.Context, l Line) (int64, error) {
					l.Text = strings.ReplaceAll(l.Text, "a,b", "a,b,d") // somebody has joined
					return w.door(ctx, l)
				}
				w.at(at9(23))
				w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
				n := w.runsOf("tea")[0].Request
				w.clock.set(at9(23).Add(30 * time.Minute))
				leave(w, one)
				_, err := w.box.Approve(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1"}})
				if keyOf(err) != "fault.not_waiting" {
					t.Errorf("approved afterwards: got %v, want fault.not_waiting", err)
				}
				w.mustEnd(n, outbox.Withdrawn)
			})
		})
	}
}

// What was approved ahead and is held by pause-all past its instant is called off too.
func TestWhatIsHeldPastItsInstantIsCalledOff(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"paused", "removed"} { // an edit is held as well
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				leave := leaving[verb]
				w := newWorld(t, url, monday)
				one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to o1", Each: true})
				w.at(at9(23).Add(-30 * time.Minute))
				w.approveAhead(1)
				n := w.runsOf("tea")[0].Request
				admin := outbox.Press{Who: cards.Person{ID: "UX"}}
				if _, err := w.box.PauseAll(t.Context(), admin); err != nil {
					t.Fatal(err)
				}
				w.clock.set(at9(23).Add(time.Minute))
				leave(w, one)
				if _, err := w.box.ResumeAll(t.Context(), admin); err != nil {
					t.Fatal(err)
				}
				w.hurry()
				w.mustEnd(n, outbox.Withdrawn)
			})
		})
	}
}

// Where the process died before it called them off, the next look does.
func TestTheLookCallsOffWhatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to a,b"})
	w.say = func(ctx context.Context, l Line) (int64, error) {
		l.Text = strings.ReplaceAll(l.Text, "a,b", "a,b,d")
		return w.door(ctx, l)
	}
	w.at(at9(23))
	w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
	n := w.runsOf("tea")[0].Request
	if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "update schedule set state = 'paused', next_at = 0, wake_at = 0 where id = $1", one.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.settled("tea")
	w.mustEnd(n, outbox.Withdrawn)
}

// mustEnd checks how a request ended, and that nothing was sent.
func (w *world) mustEnd(n int64, want outbox.State) {
	w.t.Helper()
	if state, _, err := w.box.StateOf(w.t.Context(), n); err != nil || state != want {
		w.t.Errorf("#%d: got %s, %v, want %s", n, state, err, want)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.sent) > 0 {
		w.t.Errorf("sent: got %v, want nothing", w.sent)
	}
}

// What has begun goes on while its schedule is paused, and so does what is run by hand.
func TestWhatIsNotCalledOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	one := w.add(Draft{Name: "tea", When: "0 9 * * *"})
	w.hold = make(chan struct{})
	w.at(at9(23))
	w.until("it to be called", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.begun == 1
	})
	leaving["paused"](w, one)
	one, err := w.Get(t.Context(), "wx1", "tea")
	if err != nil {
		t.Fatal(err)
	}
	byHand, err := w.RunNow(t.Context(), alice, one, ByHand{Anyway: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.runsOf("tea")
	}
	begun := w.runsOf("tea")[0].Request
	close(w.hold)
	w.settled("tea")
	for _, n := range []int64{begun, byHand} {
		if state, _, err := w.box.StateOf(t.Context(), n); err != nil || state != outbox.Done {
			t.Errorf("#%d: got %s, %v, want done", n, state, err)
		}
	}
}

// A `once` whose fire was taken back by a pause is offered again when it is resumed after
// its instant, as one that was paused before it is.
func TestAOnceThatWasPausedAwayIsOfferedAgain(t *testing.T) {
	t.Parallel()
	for _, each := range []bool{true, false} {
		w := newWorld(t, storetest.SQLite(t), monday)
		one := w.add(Draft{Name: "tea", When: "today at 9", Once: true, Line: "send OLD to o1", Each: each})
		w.at(at9(23).Add(-30 * time.Minute))
		if each {
			w.approveAhead(1)
		}
		leaving["paused"](w, one)
		w.at(at9(23).Add(time.Minute))
		w.settled("tea")
		one, err := w.Get(t.Context(), "wx1", "tea")
		if err == nil {
			_, err = w.Resume(t.Context(), alice, one)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.at(at9(23).Add(2 * time.Minute))
		w.told("schedule.missed_ask")
		if got := short(w.runsOf("tea")); got != "23T09:00 asked for 1" || len(w.sent) > 0 {
			t.Errorf("approve each %v: runs %s, sent %v, want one that is asked about", each, got, w.sent)
		}
	}
}

// What was approved ahead and somebody paused is taken back with its schedule all the same.
func TestWhatSomebodyPausedIsCalledOff(t *testing.T) {
	t.Parallel()
	for verb, leave := range leaving {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, monday)
				one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to o1", Each: true})
				w.at(at9(23).Add(-30 * time.Minute))
				w.approveAhead(1)
				n := w.runsOf("tea")[0].Request
				if _, err := w.box.PauseRequest(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1"}}); err != nil {
					t.Fatal(err)
				}
				leave(w, one)
				w.settled("tea")
				w.mustEnd(n, outbox.Withdrawn)
				if _, err := w.box.ResumeRequest(t.Context(), outbox.Press{N: n, Who: cards.Person{ID: "UA1"}}); err == nil {
					t.Error("it was let go on")
				}
			})
		})
	}
}

// What could not be taken back in time still stands: it is not taken for over.
func TestWhatCouldNotBeTakenBackStillStands(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		w.at(at9(23))
		w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
		n := w.runsOf("tea")[0].Request
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(t.Context(), "update request set n = n where n = $1", n); err != nil {
				return err
			}
			within, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := w.withdraw(within, n, "U1", cards.T("schedule.called_off")); !cards.IsRefused(err, cards.NotAccepted) {
				t.Errorf("while another writes: got %v, want %s", err, cards.NotAccepted)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing left to take back
			if err := w.patiently(func() error { return w.withdraw(t.Context(), n, "U1", cards.T("schedule.called_off")) }); err != nil {
				t.Errorf("afterwards: got %v", err)
			}
		}
		w.mustEnd(n, outbox.Withdrawn)
		if err := w.withdraw(t.Context(), 999, "U1", cards.T("schedule.called_off")); err != nil {
			t.Errorf("of none: got %v", err)
		}
	})
}

// Where a schedule is paused or removed, and a fault holds up the rest, nobody is told that
// nothing was done.
func TestAFaultAfterAPauseSaysThatItMayBeDone(t *testing.T) {
	t.Parallel()
	for verb, leave := range map[string]func(*world, Schedule) error{
		"paused":  func(w *world, one Schedule) error { return w.Pause(w.t.Context(), alice, one) },
		"removed": func(w *world, one Schedule) error { return w.Remove(w.t.Context(), alice, one) },
	} {
		w := newWorld(t, storetest.SQLite(t), monday)
		one := w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		w.at(at9(23))
		w.until("the request", func() bool { return short(w.runsOf("tea")) == "23T09:00 open" })
		if err := w.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update request set size = 'none' where n = $1", w.runsOf("tea")[0].Request)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		err := leave(w, one)
		var unsure interface{ MaybeDone() bool }
		if !errors.As(err, &unsure) || !unsure.MaybeDone() {
			t.Errorf("%s: got %v, want an error that says that it may be done", verb, err)
		}
		var state string
		if err := w.DB.QueryRow(t.Context(), "select state from schedule where id = $1", one.ID).Scan(&state); err != nil || state != verb {
			t.Errorf("the schedule: got %s, %v, want %s", state, err, verb)
		}
	}
}
