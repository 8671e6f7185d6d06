package outbox_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// Whoever has lost their role since may nothing more, of their own requests neither.
func TestEveryActChecksTheRoleOfToday(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 200}, func(o *outbox.Options) { o.UndoWindow = time.Hour })
		waiting, paused := w.mustAsk("test.send", "U1", "cake", "o1"), w.mustBegin("test.send", "tea")
		w.must("pause", w.PauseRequest, press(paused, "U1"))
		w.answers(func(string, int) error { return errors.New("no") })
		failed := w.mustAsk("test.file", "U1", "file")
		w.mustApprove(failed, "UA1")
		w.state(failed, outbox.Failed)
		w.answers(nil)
		w.has("U1", outbox.Everyone)
		w.refused("withdraw", w.Withdraw, press(waiting, "U1"), "fault.role")
		w.refused("resume", w.ResumeRequest, press(paused, "U1"), "fault.role")
		w.refused("stop", w.StopRequest, press(paused, "U1"), "fault.role")
		w.refused("again", w.SendAgain, press(failed, "U1"), "fault.role")
		w.refused("again failed", w.AskFailed, press(paused, "U1"), "fault.none_failed")
		own := press(waiting, "U1")
		own.ByMagpie = cards.Plain("its schedule was paused")
		w.must("a schedule calls off", w.Withdraw, own)
		w.has("U1", outbox.Sender)
		w.refused("again by another who may ask", w.SendAgain, press(failed, "U2"), "fault.hold_not_yours")
		w.must("again", w.SendAgain, press(failed, "U1"))
		w.state(failed, outbox.Done)
		w.must("stop", w.StopRequest, press(paused, "U1"))
	})
}

func TestWhatAnApproverPausedAnApproverResumes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 5000}, func(o *outbox.Options) { o.UndoWindow = time.Hour })
		w.answers(func(string, int) error { time.Sleep(100 * time.Millisecond); return nil }) // it is under way for some time
		n := w.mustBegin("test.send", "tea")
		w.must("pause", w.PauseRequest, press(n, "U1"))
		w.must("resume of one's own pause", w.ResumeRequest, press(n, "U1"))
		w.must("pause", w.PauseRequest, press(n, "UA1"))
		w.refused("resume", w.ResumeRequest, press(n, "U1"), "fault.resume_approver")
		w.must("resume", w.ResumeRequest, press(n, "UA2"))
		w.must("stop", w.StopRequest, press(n, "U1"))
	})
}

func TestTheFailureLimitIsAnApproversToOverride(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 300}, func(o *outbox.Options) { o.FailureLimit = outbox.FailureLimit{Percent: 20, After: 50} })
		w.answers(func(string, int) error {
			time.Sleep(5 * time.Millisecond)
			return callError{}
		})
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Paused)
		w.answers(nil)
		w.refused("resume", w.ResumeRequest, press(n, "U1"), "fault.own_failures")
		w.has("U1", outbox.Approver)
		w.refused("resume of one's own", w.ResumeRequest, press(n, "U1"), "fault.own_failures")
		w.refused("resume by somebody else", w.ResumeRequest, press(n, "U2"), "fault.hold_not_yours")
		w.must("resume", w.ResumeRequest, press(n, "UA2"))
		w.state(n, outbox.Partly)
	})
}

func TestApprovalsGrowOld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 200}, func(o *outbox.Options) {
			o.UndoWindow, o.Valid, o.TTL = time.Hour, 7*24*time.Hour, 30*24*time.Hour
			o.Policy, _ = outbox.ParsePolicy("*=1,test.dedup=2", kindsWith("test.dedup"), nil)
		})
		paused := w.mustBegin("test.send", "tea")
		w.must("pause", w.PauseRequest, press(paused, "U1"))
		two := w.mustAsk("test.dedup", "U1", "two", "o1")
		w.mustApprove(two, "UA1")
		w.answers(func(string, int) error { return errors.New("no") })
		failed := w.mustAsk("test.file", "U1", "file")
		w.mustApprove(failed, "UA1")
		w.state(failed, outbox.Failed)
		w.answers(nil)
		held := w.mustAsk("test.send", "U1", "held", "o1")
		w.must("pause-all", w.PauseAll, press(0, "UX"))
		w.mustApprove(held, "UA1")

		w.later(6 * 24 * time.Hour)
		w.must("resume within a week", w.ResumeRequest, press(paused, "U1"))
		w.must("pause", w.PauseRequest, press(paused, "U1"))
		w.later(8 * 24 * time.Hour)
		w.refused("resume after it", w.ResumeRequest, press(paused, "U1"), "fault.approval_old")
		w.refused("again after it", w.SendAgain, press(failed, "U1"), "fault.approval_old")
		w.must("resume-all", w.ResumeAll, press(0, "UX"))
		w.state(held, outbox.Failed)
		w.mustApprove(two, "UA2") // UA1's counts no more
		w.state(two, outbox.Waiting)
		w.mustApprove(two, "UA1")
		w.state(two, outbox.Done)
		if calls := w.seen(); len(calls) != 2 {
			t.Errorf("calls: got %v, want the failed one and that of the two fresh approvals", calls)
		}
	})
}

func kindsWith(more ...string) []string { return append(more, kinds...) }

func TestApprovalsCountByTodaysRoles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 200}, func(o *outbox.Options) {
			o.UndoWindow = time.Hour
			o.Policy, _ = outbox.ParsePolicy("*=1,test.file=2", kinds, nil)
		})
		n := w.mustAsk("test.file", "U1", "tea")
		w.mustApprove(n, "UA1")
		w.has("UA1", outbox.Sender)
		w.mustApprove(n, "UA2")
		w.state(n, outbox.Waiting)
		w.mustApprove(n, "UX")
		w.state(n, outbox.Done)

		w.has("UA1", outbox.Approver)
		n = w.mustBegin("test.send", "coffee") // by UA1, who is dismissed before it begins
		w.has("UA1", outbox.Sender)
		w.later(time.Hour + time.Minute)
		w.state(n, outbox.Failed)
		if calls := w.seen(); len(calls) != 1 {
			t.Errorf("calls: got %v, want the file's alone", calls)
		}
	})
}

// A stricter policy holds for what still waits.
func TestAStricterPolicyHoldsForWhatWaits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.stop()
		w.options.Policy, _ = outbox.ParsePolicy("*=2", kinds, nil)
		w.open()
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Waiting)
		w.mustApprove(n, "UA2")
		w.state(n, outbox.Done)
	})
}

// Whom a request failed to reach belongs to one follow-up at a time, whoever asks.
func TestSendAgainToTheFailedByTwo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 250})
		w.answers(func(recipient string, _ int) error {
			if recipient == "o3" || recipient == "o230" || recipient == "o231" {
				return callError{}
			}
			return nil
		})
		first := w.mustBegin("test.send", "tea")
		w.state(first, outbox.Partly)
		var pressed sync.WaitGroup
		var mu sync.Mutex
		var taken []int64
		for _, who := range []string{"U1", "U2", "U3"} {
			pressed.Go(func() {
				if said, err := w.AskFailed(t.Context(), press(first, who)); err == nil {
					mu.Lock()
					taken = append(taken, said.N)
					mu.Unlock()
				} else if refusal(err) != "fault.followed" {
					t.Errorf("again failed by %s: got %v", who, err)
				}
			})
		}
		pressed.Wait()
		if len(taken) != 1 {
			t.Fatalf("follow-ups of three presses: got %v, want one", taken)
		}
		w.state(taken[0], outbox.Waiting)
		w.followed(first, taken[0])
		w.must("reject", w.Reject, press(taken[0], "UA1")) // and they are free again
		w.followed(first, 0)
		second := w.must("again failed", w.AskFailed, press(first, "U2")).N
		w.state(second, outbox.Waiting)
		w.refused("ask anyway", w.AskAnyway, press(second, "U2"), "fault.followed")
		w.answers(func(recipient string, _ int) error {
			if recipient == "o230" {
				return callError{}
			}
			return nil
		})
		w.mustApprove(second, "UA1")
		w.state(second, outbox.Partly)
		w.refused("again failed of the first", w.AskFailed, press(first, "U1"), "fault.followed_all")
		w.followed(first, second)
		w.followed(second, 0)
		w.answers(nil)
		third := w.must("again failed of the second", w.AskFailed, press(second, "U1")).N
		w.state(third, outbox.Waiting)
		w.mustApprove(third, "UA1")
		w.state(third, outbox.Done)
		calls := map[string]int{}
		for _, call := range w.seen() {
			calls[call]++
		}
		if calls["o3:tea"] != 2 || calls["o230:tea"] != 3 || calls["o231:tea"] != 2 || len(w.seen()) != 254 {
			t.Errorf("calls: got %d of o3, %d of o230, %d of o231, %d in all", calls["o3:tea"], calls["o230:tea"], calls["o231:tea"], len(w.seen()))
		}
	})
}

// followed waits until the cards of a request that people see name a follow-up of it in
// the stead of the button that asks for one; by 0 is the button itself, which stands on
// one of them at least.
func (w *world) followed(n, by int64) {
	w.t.Helper()
	w.until(fmt.Sprintf("the cards of %d naming %d", n, by), func() bool {
		asks, named := false, map[int64]bool{}
		for _, c := range w.cards {
			if c.Title.Key != "card.title" || *c.Title.Args["n"].Number != n {
				continue
			}
			asks = asks || slices.Contains(linesOf(c.Buttons), fmt.Sprintf("again failed %d", n))
			for _, t := range c.Body {
				if t.Key == "broadcast.followed" {
					named[*t.Args["n"].Number] = true
				}
			}
		}
		if by == 0 {
			return asks && len(named) == 0
		}
		return !asks && len(named) == 1 && named[by]
	})
}

// Whom a follow-up that was stopped never called is free for another.
func TestAStoppedFollowUpFreesWhomItDidNotCall(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 120}, func(o *outbox.Options) { o.UndoWindow = time.Hour })
		w.answers(func(string, int) error { return callError{} })
		first := w.mustBegin("test.send", "tea")
		w.later(time.Hour)
		w.state(first, outbox.Failed)
		second := w.must("again failed", w.AskFailed, press(first, "U1")).N
		w.state(second, outbox.Waiting)
		w.mustApprove(second, "UA1")
		w.must("stop in the time to undo it", w.StopRequest, press(second, "U1"))
		w.state(second, outbox.Stopped)
		w.answers(nil)
		third := w.must("again failed", w.AskFailed, press(first, "U2")).N
		w.state(third, outbox.Waiting)
		w.mustApprove(third, "UA1")
		w.later(2*time.Hour + time.Minute)
		w.state(third, outbox.Done)
	})
}
