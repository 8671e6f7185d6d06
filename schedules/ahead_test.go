package schedules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// approveAhead approves all that waits for approval and is for an instant.
func (w *world) approveAhead(want int) {
	w.t.Helper()
	var ahead []Run
	w.until("what is asked ahead", func() bool {
		ahead = ahead[:0]
		for _, r := range w.runsOf("tea") {
			if r.State == "open" {
				ahead = append(ahead, r)
			}
		}
		return len(ahead) == want
	})
	for _, r := range ahead {
		if err := w.patiently(func() error {
			_, err := w.box.Approve(w.t.Context(), outbox.Press{N: r.Request, Who: cards.Person{ID: "UA1"}})
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// Fires that were approved ahead of their instants, and that nobody could begin in their
// grace, are missed like any other: the policy holds, and one run stands for all.
func TestFiresApprovedAheadAreMissed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ missed, want string }{
		{"skip", "23T08:50 skipped for 5, 23T09:00 open"}, {"ask", "23T08:50 asked for 5, 23T09:00 open"}, {"once", "23T08:50 open for 5, 23T09:00 open"},
	} {
		t.Run(test.missed, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t), monday, func(o *Options) { o.Least = time.Minute })
			w.add(Draft{Name: "tea", When: "*/10 * * * *", Missed: test.missed, Overlap: "together", Each: true})
			w.until("the fires of the next hour to be asked about", func() bool {
				w.at(monday)
				return len(w.runsOf("tea")) == 6
			})
			w.approveAhead(6)
			w.clock.set(monday.Add(56 * time.Minute)) // nobody looked
			w.until("one run for all", func() bool {
				w.hurry()
				w.at(w.clock.now())
				return strings.HasPrefix(short(w.runsOf("tea")), test.want)
			})
			if len(w.sent) > 0 {
				t.Errorf("sent: got %v, want nothing", w.sent)
			}
		})
	}
}

// In its grace it begins, and says how late.
func TestAFireApprovedAheadIsALittleLate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		w.add(Draft{Name: "tea", When: "0 9 * * *", Each: true})
		w.at(at9(23).Add(-30 * time.Minute))
		w.approveAhead(1)
		w.clock.set(at9(23).Add(90 * time.Second))
		w.until("it to be sent", func() bool {
			w.hurry()
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.sent) == 1
		})
		w.told("reply.late")
	})
}

// What was asked ahead and called off, by an edit or a pause, is asked again for the same
// instant and sent once, whether or not the run of before has been settled by then.
func TestAFireThatWasCalledOffIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		overlap string
		settled bool
		again   func(w *world, one Schedule)
		want    string
	}{
		{"edited", "wait", true, edited, "NEW to o1"},
		{"edited", "wait", false, edited, "NEW to o1"},
		{"edited", "skip", false, edited, "NEW to o1"},
		{"edited", "together", false, edited, "NEW to o1"},
		{"edited, asks no more", "wait", true, askingNoMore, "NEW to o1"},
		{"paused", "wait", true, pausedAndResumed(true), "OLD to o1"},
		{"paused", "skip", false, pausedAndResumed(false), "OLD to o1"},
	} {
		t.Run(fmt.Sprint(test.name, " ", test.overlap, " ", test.settled), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, monday)
				one := w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to o1", Overlap: test.overlap, Each: true})
				w.at(at9(23).Add(-30 * time.Minute))
				w.approveAhead(1)
				before := w.runsOfQuietly("tea")[0].Request
				test.again(w, one)
				if test.settled {
					w.settled("tea")
				}
				var each bool
				w.until("the fire to be taken up", func() bool {
					w.at(w.clock.now())
					now, err := w.Get(t.Context(), "wx1", "tea")
					each = now.Terms.Each
					return err == nil && (!each || now.Next.After(at9(23)))
				})
				if each {
					w.until("the fire to be asked about again", func() bool {
						w.hurry()
						runs := w.runsOf("tea")
						return len(runs) == 1 && runs[0].State == "open" && runs[0].Request != before
					})
					w.approveAhead(1)
				}
				w.until("it to be sent", func() bool {
					w.at(at9(23))
					w.hurry()
					return short(w.runsOf("tea")) == "23T09:00 done"
				})
				w.at(at9(23).Add(time.Minute))
				if got := strings.Join(w.sent, ", "); got != test.want {
					t.Errorf("sent: got %q, want %q", got, test.want)
				}
				for _, body := range w.bodies() {
					if body == "schedule.skipped_overlap" {
						t.Error("the fire that was called off counts as one that is under way")
					}
				}
			})
		})
	}
}

func edited(w *world, one Schedule) {
	w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send NEW to o1", Overlap: one.Terms.Overlap, Each: true})
}

func askingNoMore(w *world, one Schedule) {
	w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send NEW to o1", Overlap: one.Terms.Overlap})
}

func pausedAndResumed(settled bool) func(w *world, one Schedule) {
	return func(w *world, one Schedule) {
		w.t.Helper()
		if err := w.Pause(w.t.Context(), alice, one); err != nil {
			w.t.Fatal(err)
		}
		if settled {
			w.settled("tea")
		}
		one, err := w.Get(w.t.Context(), "wx1", "tea")
		if err == nil {
			_, err = w.Resume(w.t.Context(), alice, one)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// bodies are the keys of all that was told.
func (w *world) bodies() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var keys []string
	for _, card := range w.posts {
		for _, body := range card.Body {
			keys = append(keys, body.Key)
		}
	}
	return keys
}

// What was asked ahead under the terms of before an edit is taken back, approved or not,
// and what was missed under them is not run any more.
func TestAnEditTakesBackWhatWasAskedBefore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, monday)
		w.add(Draft{Name: "tea", When: "0 9 * * *", Line: "send OLD to o1", Each: true})
		w.at(at9(23).Add(4 * time.Hour)) // the one of today is missed
		w.told("schedule.missed_ask")
		w.at(at9(24).Add(-30 * time.Minute))
		w.approveAhead(1)
		one := w.add(Draft{Name: "tea", When: "1 9 * * *", Line: "send NEW to o2"})
		w.until("what was asked before to be taken back", func() bool {
			return strings.Contains(short(w.runsOf("tea")), "24T09:00 withdrawn")
		})
		err := w.Decide(t.Context(), cards.Person{ID: "U1"}, cards.Place{}, one, at9(23), Decision{Run: true})
		if keyOf(err) != "fault.schedule_edited" {
			t.Errorf("to run what was missed before the edit: got %v", err)
		}
		w.at(at9(24).Add(time.Minute))
		w.settled("tea")
		if got := strings.Join(w.sent, ", "); got != "NEW to o2" {
			t.Errorf("sent: got %s, want NEW to o2", got)
		}
		if err := w.Decide(t.Context(), cards.Person{ID: "U1"}, cards.Place{}, one, at9(23), Decision{}); err != nil {
			t.Errorf("to leave it: %v", err)
		}
	})
}
