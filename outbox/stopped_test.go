package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// ended waits until a request has come to its end, and returns how.
func (w *world) ended(n int64) (outbox.State, outbox.Tally) {
	w.t.Helper()
	for range 1500 {
		all, err := w.Requests(w.t.Context(), outbox.Accounts{"wx1"}, "", 100)
		if err != nil {
			w.t.Fatal(err)
		}
		if i := slices.IndexFunc(all, func(r outbox.Request) bool { return r.N == n && !r.EndedAt.IsZero() }); i >= 0 {
			state, tally, err := w.StateOf(w.t.Context(), n)
			if err != nil {
				w.t.Fatal(err)
			}
			return state, tally
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatalf("request %d does not end", n)
	return "", outbox.Tally{}
}

// takeOver is a process that starts where this one is taken for dead.
func (w *world) takeOver() {
	w.t.Helper()
	other := outbox.New(w.process())
	done := func(context.Context, note, string) (outbox.Receipt, error) { return outbox.Receipt{}, nil }
	outbox.Register(other, outbox.Kind[note]{Name: "test.send", Approval: true, Reaches: outbox.ByRecipient[note](), Keeps: outbox.InTheLine[note](), Do: done, Content: func(note) []cards.Content { return nil }})
	if err := other.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = other.Stop(ctx)
	})
}

// unclearFor leaves every call for one recipient without an answer.
func unclearFor(id string) func(recipient string, calls int) error {
	return func(recipient string, _ int) error {
		if recipient == id {
			return callError{unclear: true}
		}
		return nil
	}
}

// What is stopped comes to its end, whatever becomes of the call under way.
func TestAStoppedRequestEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer error // of the call under way
		dies   bool  // the process, before the answer
		want   outbox.Tally
	}{
		"answered": {want: outbox.Tally{Done: 1}},
		"busy":     {answer: callError{again: 100 * time.Millisecond}, want: outbox.Tally{Stopped: 1}},
		"dead":     {dies: true, want: outbox.Tally{Unclear: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t))
			release := make(chan struct{})
			w.answers(func(string, int) error { <-release; return test.answer })
			n := w.mustAsk("test.send", "U1", "tea", "o1")
			w.mustApprove(n, "UA1")
			w.until("a call", func() bool { return len(w.calls) == 1 })
			w.must("stop", w.StopRequest, press(n, "U1"))
			if test.dies {
				defer close(release)
				w.takeOver()
			} else {
				close(release)
			}
			if state, tally := w.ended(n); state != outbox.Stopped || tally != test.want {
				t.Errorf("got %s, %+v, want it stopped with %+v", state, tally, test.want)
			}
			w.until("the result", func() bool { return slices.ContainsFunc(w.posts, func(p cards.Place) bool { return p.Thread != "" }) })
			if test.want.Unclear == 0 {
				return
			}
			// People are asked about it, as about any other.
			if _, err := w.SendAgain(t.Context(), press(n, "UA1")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Who may have been reached when a broadcast was stopped is unclear, and people decide.
func TestWhoMayHaveBeenReachedIsNotStopped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, f := newBroadcasts(t, url, &crowd{size: 3})
		w.answers(unclearFor("o3"))
		n := w.mustBegin("test.dedup", "tea")
		w.until("a second try", func() bool { return len(w.calls) >= 4 })
		w.must("stop", w.StopRequest, press(n, "U1"))
		if state, tally := w.ended(n); state != outbox.Stopped || tally != (outbox.Tally{Done: 2, Unclear: 1}) {
			t.Errorf("got %s, %+v, want it stopped with 2 done, 1 unclear", state, tally)
		}
		if line := w.account(f, n)["o3"]; line[1] != "unclear" {
			t.Errorf("account: got %v, want o3 unclear", line)
		}
		card, err := w.Show(t.Context(), n)
		if err != nil || !slices.Equal(linesOf(card.Buttons), []string{fmt.Sprintf("leave %d", n)}) {
			t.Errorf("buttons: got %+v, %v, want one to leave it", card.Buttons, err)
		}
		if _, err := w.SendAgain(t.Context(), press(n, "UA1")); refusal(err) != "fault.again_stopped" {
			t.Errorf("again: got %v", err)
		}
		if _, err := w.Leave(t.Context(), press(n, "UA1")); err != nil {
			t.Errorf("leave: %v", err)
		}
	})
}

// A broadcast that is sent again to those whose end nobody knows, and then not carried
// out, leaves them unclear.
func TestUnclearStaysUnclearWhenNobodyIsCalledAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3})
		w.answers(unclearFor("o3"))
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Unclear)
		if _, err := w.PauseAll(t.Context(), press(0, "UX")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SendAgain(t.Context(), press(n, "UA1")); err != nil {
			t.Fatal(err)
		}
		w.must("stop", w.StopRequest, press(n, "UA1"))
		if state, tally := w.ended(n); state != outbox.Stopped || tally != (outbox.Tally{Done: 2, Unclear: 1}) {
			t.Errorf("got %s, %+v, want o3 unclear as before", state, tally)
		}
	})
}

// An answer that comes after another process held the member as unclear, and says only
// that WeChat was busy, clears nothing up.
func TestALateBusyClearsNothingUp(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 3})
	release := make(chan struct{})
	w.answers(func(recipient string, calls int) error {
		if recipient == "o2" && calls == 1 {
			<-release
			return callError{again: 100 * time.Millisecond}
		}
		return nil
	})
	n := w.mustBegin("test.send", "tea")
	w.until("three calls", func() bool { return len(w.calls) == 3 })
	w.takeOver()
	if state, tally := w.ended(n); state != outbox.Unclear || tally != (outbox.Tally{Done: 2, Unclear: 1}) {
		t.Fatalf("taken over: got %s, %+v", state, tally)
	}
	close(release)
	if _, err := w.SendAgain(t.Context(), press(n, "UA1")); err != nil {
		t.Fatal(err)
	}
	if state, tally := w.ended(n); state != outbox.Done || tally.Done != 3 {
		t.Errorf("sent again: got %s, %+v, want 3 done", state, tally)
	}
}

// An intent whose commit went through without an answer is begun all the same.
func TestAnIntentWithoutAnAnswerIsBegun(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3}, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 500 * time.Millisecond} })
		n := w.mustBegin("test.send", "tea")
		w.until("a call", func() bool { return len(w.calls) == 1 })
		// The last member's intent, as a commit leaves it that the process knows nothing of.
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
			var marks []byte
			if err := tx.QueryRow(t.Context(), "select outcomes from delivery_batch where request = $1", n).Scan(&marks); err != nil {
				return err
			}
			marks[16], marks[17] = 1, 1
			if _, err := tx.Exec(t.Context(), "update delivery_batch set outcomes = $2, waiting = waiting - 1, version = version + 1 where request = $1", n, marks); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "update sending set sending = sending + 1 where request = $1", n)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if state, tally := w.ended(n); state != outbox.Done || tally != (outbox.Tally{Done: 3}) {
			t.Errorf("got %s, %+v, want 3 done", state, tally)
		}
		if calls := w.seen(); len(calls) != 3 {
			t.Errorf("calls: got %v, want each once", calls)
		}
	})
}

// A person's pause holds what magpie would have gone on with by itself.
func TestAPauseOutlastsTheQuota(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 5})
		w.answers(func(string, int) error { return told{obstacle{outbox.QuotaSpent}} })
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Paused)
		w.must("pause", w.PauseRequest, press(n, "U1"))
		calls := len(w.seen())
		w.answers(nil)
		w.later(25 * time.Hour)
		time.Sleep(1500 * time.Millisecond) // the clock looks every second
		if state, _, err := w.StateOf(t.Context(), n); err != nil || state != outbox.Paused || len(w.seen()) != calls {
			t.Errorf("a day later: got %s, %v, %d calls more, want it paused", state, err, len(w.seen())-calls)
		}
	})
}

// A word that overtakes the answer of the call that it is about waits for it.
func TestAWordOvertakesTheAnswerInABroadcast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3})
		w.answers(func(recipient string, _ int) error {
			if recipient != "o3" {
				return nil
			}
			return w.Engine.Report(context.Background(), "wx1", "test.dedup", "M-o3", false, cards.Plain("blocked"))
		})
		n := w.mustBegin("test.dedup", "tea")
		w.state(n, outbox.Partly)
		if _, tally, err := w.StateOf(t.Context(), n); err != nil || tally != (outbox.Tally{Done: 2, Failed: 1}) {
			t.Errorf("got %+v, %v, want 2 done, 1 failed", tally, err)
		}
	})
}

// The same for people named by their openids: sent again, and then too late, they are as
// unclear as before.
func TestUnclearStaysUnclearWhenItIsTooLate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.answers(func(string, int) error { return callError{unclear: true} })
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Unclear)
		if _, err := w.PauseAll(t.Context(), press(0, "UX")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SendAgain(t.Context(), press(n, "UA1")); err != nil {
			t.Fatal(err)
		}
		w.later(2 * time.Hour)
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error { // as after two hours down
			_, err := tx.Exec(t.Context(), "delete from setting where name = 'paused'")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := outbox.WakeAll(w.Outbox); err != nil {
			t.Fatal(err)
		}
		if state, tally := w.ended(n); state != outbox.Unclear || tally.Unclear != 1 || len(w.seen()) != 1 {
			t.Errorf("got %s, %+v after %d calls, want it unclear after one", state, tally, len(w.seen()))
		}
	})
}
