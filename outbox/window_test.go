package outbox_test

import (
	"fmt"
	"testing"
	"time"
	"unsafe"

	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// stepped is a moment at which the wall clock has gone on by so much more than the
// monotonic one, in whole seconds, as after a step or a sleep; the time package keeps the
// wall clock's seconds from bit 30 on where a time has a monotonic reading.
func stepped(t time.Time, by time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(int64(by/time.Second)) << 30
	return t
}

// step steps the wall clock by so much, and no time goes by.
func (w *world) step(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.by = by
}

// The time to undo a broadcast neither shrinks when the clock is set on or the machine
// sleeps, nor grows when it is set back.
func TestTheTimeToUndoGoesByNoClockThatIsStepped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		const window = 3 * time.Second
		for _, by := range []time.Duration{30 * time.Minute, -time.Hour} {
			w, _ := newBroadcasts(t, url, &crowd{size: 300}, func(o *outbox.Options) { o.UndoWindow = window })
			before := time.Now()
			n := w.mustBegin("test.send", "tea "+by.String())
			w.step(by)
			var took time.Duration
			w.until("the first call", func() bool {
				took = time.Since(before)
				return len(w.calls) > 0
			})
			if took < window-100*time.Millisecond || took > window+6*time.Second {
				t.Errorf("the clock stepped by %s: the first call came after %s, want %s", by, took, window)
			}
			w.state(n, outbox.Done)
			w.stop()
		}
	})
}

// Another process, whose clock is 90 s off, gives the time to undo by the database's
// clock.
func TestTheTimeToUndoWithClocksApart(t *testing.T) {
	t.Parallel()
	const window = 4 * time.Second
	for _, off := range []time.Duration{90 * time.Second, -90 * time.Second} {
		url := storetest.Postgres(t)
		gives, _ := newBroadcasts(t, url, &crowd{size: 300}, func(o *outbox.Options) { o.UndoWindow = window })
		before := time.Now()
		n := gives.mustBegin("test.send", "tea")
		gives.stop()
		takes, _ := newBroadcasts(t, url, &crowd{size: 300}, func(o *outbox.Options) {
			o.UndoWindow, o.Now = window, func() time.Time { return time.Now().Add(off) }
		})
		var took time.Duration
		takes.until("the first call", func() bool {
			took = time.Since(before)
			return len(takes.calls) > 0
		})
		if took < window-100*time.Millisecond {
			t.Errorf("a clock %s off: the first call came after %s, want %s", off, took, window)
		}
		takes.state(n, outbox.Done)
		takes.stop()
	}
}

// What was noted by a clock that was set back since holds nothing up: neither a card that
// is being drawn, nor the next call of a kind that has a rate.
func TestNothingWaitsForAClockThatWasSetBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": time.Millisecond} })
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.until("its card", func() bool { return len(w.posts) > 0 })
		ahead := time.Now().Add(time.Hour)
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(t.Context(), "update post set drawing_until = $1", ahead.UnixMilli()); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "insert into rate (account, api, next_at, slow, slow_until) values ('wx1', 'test.send', $1, 1000, $1)", ahead.UnixMicro())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		w.until("the card to show it", func() bool {
			for _, card := range w.cards {
				if len(linesOf(card.Buttons)) == 0 {
					return true
				}
			}
			return false
		})
		if late := w.count(fmt.Sprintf("select count(*) from rate where slow_until > %d", time.Now().Add(2*time.Minute).UnixMicro())); late > 0 {
			t.Error("calls stay slowed for an hour")
		}
	})
}

// An approval that is pressed after the request's time is refused, though nobody has come
// to expire it: the machine slept.
func TestAnApprovalPressedAfterASleep(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.step(25 * time.Hour)
		if _, err := w.Approve(t.Context(), press(n, "UA1")); refusal(err) != "fault.expired" {
			t.Errorf("approve: got %v, want fault.expired", err)
		}
		w.state(n, outbox.Expired)
		if got := w.count("select count(*) from post where role = 'remind'"); got != 0 {
			t.Errorf("reminders of what has expired: got %d", got)
		}
	})
}

// Calls that are tried again go on when the clock is set back before their time, those of
// a broadcast too.
func TestTriesGoOnWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3})
		busy := func(_ string, n int) error {
			if n < 2 {
				return callError{again: 2 * time.Second}
			}
			return nil
		}
		w.answers(busy)
		one := w.mustAsk("test.send", "U1", "tea", "p1")
		w.mustApprove(one, "UA1")
		many := w.mustBegin("test.send", "coffee")
		w.until("the first tries", func() bool { return len(w.calls) == 4 })
		w.step(-time.Hour)
		w.state(one, outbox.Done)
		w.state(many, outbox.Done)
	})
}
