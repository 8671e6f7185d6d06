package schedules

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// Run by hand, a schedule whose fires ask each time asks too.
func TestByHandAsksWhereEachFireWould(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday.Add(-5*time.Hour))
	one := w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
	n, err := w.RunNow(t.Context(), alice, one, ByHand{})
	if err != nil {
		t.Fatal(err)
	}
	if state, _, err := w.box.StateOf(t.Context(), n); err != nil || state != outbox.Waiting {
		t.Errorf("run by hand: got %s, %v, want waiting", state, err)
	}
	w.approve(n, "UA1")
	if len(w.sent) != 1 {
		t.Errorf("approved: sent %v, want one", w.sent)
	}
}

// Run by hand, a `once` is done: by hand and by the clock it goes out no second time.
func TestByHandAOnceIsDone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		one := w.add(Draft{Name: "tea", When: "2099-01-01 09:00", Once: true})
		n, err := w.RunNow(t.Context(), alice, one, ByHand{})
		if err != nil {
			t.Fatal(err)
		}
		w.settled("tea")
		for _, who := range []string{"U1", "UA1"} {
			one, err = w.Get(t.Context(), "wx1", "tea")
			if err != nil || one.State != Ended || !one.Next.IsZero() {
				t.Errorf("after a run by hand: got %s, next %s, %v, want ended", one.State, one.Next, err)
			}
			_, err = w.RunNow(t.Context(), cards.Person{ID: who}, one, ByHand{})
			var refusal *cards.Refusal
			if !errors.As(err, &refusal) || refusal.Text.Key != "fault.schedule_once_had" {
				t.Errorf("again by %s: got %v, want fault.schedule_once_had", who, err)
			}
		}
		if requests, err := w.box.Requests(t.Context(), outbox.Accounts{"wx1"}, "", 10); err != nil || len(requests) != 2 {
			t.Errorf("requests: got %d, %v, want the schedule's and one run's", len(requests), err)
		}
		w.at(time.Date(2099, 1, 1, 9, 0, 1, 0, time.UTC))
		if runs := w.settled("tea"); len(runs) != 1 || runs[0].Request != n || runs[0].Who != "U1" || len(w.sent) != 1 {
			t.Errorf("runs: got %+v, sent %v, want the one by hand", runs, w.sent)
		}
	})
}

// What was left undone is run by hand, once.
func TestByHandAOnceThatWasSkipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "today at 9", Once: true})
	w.at(at9(23).Add(time.Hour))
	one, err := w.Get(t.Context(), "wx1", "tea")
	if got := short(w.settled("tea")); err != nil || got != "23T09:00 asked for 1" {
		t.Fatalf("missed: got %s, %v", got, err)
	}
	if _, err := w.RunNow(t.Context(), alice, one, ByHand{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(23), Decision{Run: true}); keyOf(err) != "fault.missed_decided" {
		t.Errorf("decided after that: got %v", err)
	}
	if _, err := w.RunNow(t.Context(), alice, one, ByHand{}); keyOf(err) != "fault.schedule_once_had" {
		t.Errorf("again: got %v", err)
	}
	w.settled("tea")
	if len(w.sent) != 1 {
		t.Errorf("sent: got %v, want one", w.sent)
	}
}

// Two people may mean the same run: the second is asked, while the first has not ended.
func TestByHandTwice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		one := w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		n, err := w.RunNow(t.Context(), alice, one, ByHand{Once: "first"})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.RunNow(t.Context(), alice, one, ByHand{Once: "first"}); err != nil || again != n {
			t.Errorf("the same line again: got %d, %v, want %d", again, err, n)
		}
		approver := cards.Person{ID: "UA1"}
		if _, err := w.RunNow(t.Context(), approver, one, ByHand{Once: "second"}); keyOf(err) != "fault.schedule_open" {
			t.Errorf("somebody else: got %v", err)
		}
		if _, err := w.RunNow(t.Context(), approver, one, ByHand{Once: "third", Anyway: true}); err != nil {
			t.Errorf("anyway: got %v", err)
		}
	})
}

// Two people run it in the same moment: whoever comes second is asked, though their own line
// began first.
func TestByHandInTheSameMoment(t *testing.T) {
	t.Parallel()
	for _, of := range []time.Time{{}, at9(23)} {
		storetest.Each(t, func(t *testing.T, url string) {
			w := newWorld(t, url, monday)
			one := w.add(Draft{Name: "tea", When: "0 9 * * *"})
			w.fails = true
			w.at(at9(23))
			w.settled("tea")
			w.mu.Lock()
			w.fails, w.hold = false, make(chan struct{})
			hold := w.hold
			w.mu.Unlock()
			other := int64(0)
			w.say = func(ctx context.Context, l Line) (int64, error) {
				if other == 0 { // the other's line is said while this one is looked up
					other = -1
					w.clock.set(w.clock.now().Add(time.Second))
					var err error
					if other, err = w.RunNow(t.Context(), cards.Person{ID: "UA1"}, one, ByHand{}); err != nil {
						t.Errorf("the other: got %v", err)
					}
				}
				return w.door(ctx, l)
			}
			_, err := w.RunNow(t.Context(), alice, one, ByHand{Of: of})
			if keyOf(err) != "fault.schedule_open" {
				t.Errorf("run of %s at the same time: got %v, want fault.schedule_open", of, err)
			}
			if _, err := w.RunNow(t.Context(), alice, one, ByHand{Of: of, Anyway: true}); err != nil {
				t.Errorf("anyway: got %v", err)
			}
			close(hold)
			w.settled("tea")
			if len(w.sent) != 2 {
				t.Errorf("sent: got %v, want the other's and the one said anyway", w.sent)
			}
		})
	}
}

// A `once` that failed is run by one of them.
func TestByHandAFailedOnceInTheSameMoment(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		w.add(Draft{Name: "tea", When: "today at 9", Once: true})
		w.fails = true
		w.at(at9(23))
		w.settled("tea")
		w.mu.Lock()
		w.fails = false
		w.mu.Unlock()
		one, err := w.Get(t.Context(), "wx1", "tea")
		if err != nil {
			t.Fatal(err)
		}
		begun := false
		w.say = func(ctx context.Context, l Line) (int64, error) {
			if !begun {
				begun = true
				if _, err := w.RunNow(t.Context(), cards.Person{ID: "UA1"}, one, ByHand{}); err != nil {
					t.Errorf("the other: got %v", err)
				}
				w.settled("tea")
			}
			return w.door(ctx, l)
		}
		if _, err := w.RunNow(t.Context(), alice, one, ByHand{Of: at9(23)}); keyOf(err) != "fault.schedule_no_failure" {
			t.Errorf("run again: got %v, want fault.schedule_no_failure", err)
		}
		w.settled("tea")
		if len(w.sent) != 1 {
			t.Errorf("sent: got %v, want one", w.sent)
		}
	})
}

// What an approver has paused, its owner neither runs nor resumes; an approver does.
func TestByHandWhilePaused(t *testing.T) {
	t.Parallel()
	approver := cards.Person{ID: "UA1"}
	w := newWorld(t, storetest.SQLite(t), monday)
	paused := func(by cards.Person) Schedule {
		t.Helper()
		one, err := w.Get(t.Context(), "wx1", "tea")
		if err != nil || w.Pause(t.Context(), by, one) != nil {
			t.Fatalf("pause %+v: %v", one, err)
		}
		one, _ = w.Get(t.Context(), "wx1", "tea")
		return one
	}
	w.add(Draft{Name: "tea", When: "0 9 * * *", Missed: "ask"})
	w.at(at9(24).Add(time.Hour)) // two are missed, and asked about
	one := paused(approver)
	if _, err := w.RunNow(t.Context(), alice, one, ByHand{}); keyOf(err) != "fault.schedule_paused_by" {
		t.Errorf("the owner runs it: got %v", err)
	}
	if _, err := w.Resume(t.Context(), alice, one); keyOf(err) != "fault.schedule_paused_by" {
		t.Errorf("the owner resumes it: got %v", err)
	}
	if err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(24), Decision{Run: true}); keyOf(err) != "fault.schedule_paused_by" {
		t.Errorf("the owner makes up for it: got %v", err)
	}
	if len(w.sent) > 0 {
		t.Errorf("sent: got %v", w.sent)
	}
	if _, err := w.RunNow(t.Context(), approver, one, ByHand{}); err != nil {
		t.Errorf("an approver runs it: got %v", err)
	}
	if _, err := w.Resume(t.Context(), approver, one); err != nil {
		t.Errorf("an approver resumes it: got %v", err)
	}
	w.settled("tea")
	one = paused(alice)
	if _, err := w.RunNow(t.Context(), alice, one, ByHand{}); err != nil {
		t.Errorf("the owner runs what the owner paused: got %v", err)
	}
}

// In the quiet hours a run by hand is asked about.
func TestByHandInTheQuietHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), daily(23)(23), func(o *Options) { o.Quiet = Quiet{From: 22 * time.Hour, To: 8 * time.Hour} })
	one := w.add(Draft{Name: "tea", When: "0 9 * * *"})
	_, err := w.RunNow(t.Context(), alice, one, ByHand{})
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) || refusal.Text.Key != "fault.schedule_quiet" || len(refusal.Buttons) != 1 || refusal.Buttons[0].Line != "schedule run tea anyway=yes" {
		t.Fatalf("got %+v, want fault.schedule_quiet with a button", err)
	}
	if _, err := w.RunNow(t.Context(), alice, one, ByHand{Anyway: true}); err != nil {
		t.Error(err)
	}
	w.settled("tea")
	if len(w.sent) != 1 {
		t.Errorf("sent: got %v, want one", w.sent)
	}
}

// In the quiet hours a missed fire is made up for as a run by hand is: once somebody has said
// that it is really meant. Leaving it undone asks nothing.
func TestAMissedFireInTheQuietHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday, func(o *Options) { o.Quiet = Quiet{From: 22 * time.Hour, To: 8 * time.Hour} })
	one := w.add(Draft{Name: "tea", When: "0 9 * * *", Missed: "ask"})
	w.at(at9(23).Add(time.Hour))
	if got := short(w.settled("tea")); got != "23T09:00 asked for 1" {
		t.Fatalf("missed: got %s", got)
	}
	w.clock.set(daily(23)(23))
	err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(23), Decision{Run: true})
	var refusal *cards.Refusal
	anyway := fmt.Sprintf("schedule missed tea %d run anyway=yes", at9(23).UnixMilli())
	if !errors.As(err, &refusal) || refusal.Text.Key != "fault.schedule_quiet" || len(refusal.Buttons) != 1 || refusal.Buttons[0].Line != anyway {
		t.Fatalf("got %+v, want fault.schedule_quiet with the button %q", err, anyway)
	}
	if err := w.Decide(t.Context(), alice, cards.Place{Channel: "C1", TS: "7"}, one, at9(23), Decision{Run: true}); keyOf(err) != "fault.schedule_quiet_card" {
		t.Errorf("pressed on the card: got %v, want fault.schedule_quiet_card", err)
	}
	card := w.told("fault.schedule_quiet")
	if len(card.Buttons) != 2 || card.Buttons[0].Line != anyway {
		t.Errorf("the card: got the buttons %+v, want %q and one that leaves it", card.Buttons, anyway)
	}
	if got := short(w.settled("tea")); got != "23T09:00 asked for 1" || len(w.sent) > 0 {
		t.Errorf("before it is said: got %s, sent %v", got, w.sent)
	}
	if err := w.Decide(t.Context(), alice, cards.Place{}, one, at9(23), Decision{Run: true, Anyway: true}); err != nil {
		t.Error(err)
	}
	w.settled("tea")
	if len(w.sent) != 1 {
		t.Errorf("sent: got %v, want one", w.sent)
	}
}

// A recurring schedule that has ended is not run by hand.
func TestByHandAfterItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), monday)
	w.add(Draft{Name: "tea", When: "0 9 * * *", Until: "2026-11-23"})
	w.at(at9(23))
	w.settled("tea")
	one, err := w.Get(t.Context(), "wx1", "tea")
	if err != nil || one.State != Ended {
		t.Fatalf("after its last fire: got %s, %v, want ended", one.State, err)
	}
	if n, err := w.RunNow(t.Context(), alice, one, ByHand{}); keyOf(err) != "fault.schedule_state" {
		t.Errorf("run by hand: got %s, want fault.schedule_state", fmt.Sprint(n, err))
	}
}
