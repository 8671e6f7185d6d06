package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// count is what a query of ours counts.
func (w *world) count(query string) (n int) {
	w.t.Helper()
	if err := w.db.QueryRow(w.t.Context(), query).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// However often a broadcast is held and goes on, it has no more lanes than at first.
func TestLanesDoNotMultiply(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3600}, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": time.Millisecond} })
		n := w.mustBegin("test.send", "tea")
		w.until("a call", func() bool { return len(w.calls) > 0 })
		for i := range 10 {
			w.must("pause", w.PauseRequest, outbox.Press{N: n, Who: person("U1"), Once: fmt.Sprint("pause", i)})
			w.must("resume", w.ResumeRequest, outbox.Press{N: n, Who: person("U1"), Once: fmt.Sprint("resume", i)})
			if jobs := w.count("select count(*) from river_job where kind = 'lane' and state in ('available', 'scheduled')"); jobs > 16 {
				t.Fatalf("lanes to come after it went on %d times: got %d, want 16 at the most", i+1, jobs)
			}
		}
		w.state(n, outbox.Done)
		if calls := len(w.seen()); calls != 3600 {
			t.Errorf("calls: got %d, want 3600", calls)
		}
	})
}

// A broadcast that is called slowly leaves others their turns.
func TestASlowBroadcastLeavesOthersTheirTurn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 600}, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 50 * time.Millisecond} })
		slow := w.mustBegin("test.send", "slow")
		w.until("a call", func() bool { return len(w.calls) > 0 })
		quick := w.mustBegin("test.file", "quick")
		w.state(quick, outbox.Done)
		if state, tally, err := w.StateOf(t.Context(), slow); err != nil || state != outbox.Sending || tally.Waiting < 200 {
			t.Errorf("the slow one once the other is done: got %s, %+v, %v", state, tally, err)
		}
	})
}

// Who is to be called again is called no sooner for it that the lane's turn ends.
func TestATurnsEndKeepsWhenAMemberIsDue(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 1})
	var at []time.Time
	w.answers(func(string, int) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if at = append(at, time.Now()); len(at) < 4 {
			return callError{again: time.Millisecond}
		}
		return nil
	})
	n := w.mustBegin("test.send", "tea")
	w.state(n, outbox.Done)
	if took := at[3].Sub(at[0]); took < 3400*time.Millisecond { // 0.5 s, 1 s and 2 s
		t.Errorf("four calls: got %s", took)
	}
}

// Where calls of a kind have more to wait for than is looked ahead, they wait on.
func TestWithoutASlotNothingIsCalled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 10 * time.Minute} })
		for i := range 3 {
			w.mustApprove(w.mustAsk("test.send", "U1", fmt.Sprint("tea", i), "o1", "o2", "o3"), "UA1")
		}
		time.Sleep(time.Second)
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("calls at one in ten minutes: got %v", calls)
		}
		w.later(10*time.Minute + time.Second)
		w.until("the second call", func() bool { return len(w.calls) == 2 })
		time.Sleep(time.Second)
		if calls := w.seen(); len(calls) != 2 {
			t.Errorf("calls ten minutes later: got %v", calls)
		}
	})
}

// Whether it is too late is asked once more when the call may begin.
func TestWhatIsLateByItsSlotIsNotSent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 2 * time.Second} })
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
		w.mustApprove(n, "UA1")
		w.until("the first call", func() bool { return len(w.calls) == 1 })
		w.later(2 * time.Hour) // while the second waits for its slot
		w.state(n, outbox.Partly)
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("calls: got %v, want one", calls)
		}
	})
}

// The hour in which a broadcast may begin runs from the end of the time to undo it.
func TestTheTimeToUndoMayBeLong(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 300}, func(o *outbox.Options) { o.UndoWindow = 2 * time.Hour })
		n := w.mustBegin("test.send", "tea")
		w.later(2*time.Hour + time.Minute)
		w.state(n, outbox.Done)
	})
}

// Who leaves between the asking and the call is not called.
func TestWhoLeftBeforeTheCallIsNotCalled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		c := &crowd{left: map[string]bool{}}
		w, _ := newBroadcasts(t, url, c)
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
		c.mu.Lock()
		c.left["o2"] = true
		c.mu.Unlock()
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Partly)
		if calls := w.seen(); len(calls) != 1 || calls[0] != "o1:tea" {
			t.Errorf("calls: got %v, want one to o1", calls)
		}
		if told := w.count("select count(*) from delivery_reason where why like '%skipped.unsubscribed%'"); told != 1 {
			t.Error("o2: got another reason, want that they want nothing more")
		}
	})
}

// A payload that somebody changes while it is sent goes to nobody whose batch is taken
// up from then on.
func TestAPayloadThatChangesIsNotSentOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 2500}, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 2 * time.Millisecond} })
		n := w.mustBegin("test.send", "tea")
		w.until("a call", func() bool { return len(w.calls) > 0 })
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update request set payload = '{\"Text\":\"other\"}' where n = $1", n)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.state(n, outbox.Partly)
		for _, call := range w.seen() {
			if strings.HasSuffix(call, ":other") {
				t.Fatalf("called with what nobody approved: %s", call)
			}
		}
	})
}
