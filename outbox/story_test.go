package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

func TestApprovedBySomebodyElseThenSentOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
		if calls := w.seen(); len(calls) != 0 {
			t.Fatalf("calls before the approval: got %v, want none", calls)
		}
		for _, c := range []struct{ who, want string }{{"U1", "fault.role"}, {"U2", "fault.role"}} {
			if _, err := w.Approve(t.Context(), press(n, c.who)); refusal(err) != c.want {
				t.Errorf("approve as %s: got %v, want %s", c.who, err, c.want)
			}
		}
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		calls := w.seen()
		slices.Sort(calls)
		if !slices.Equal(calls, []string{"o1:tea", "o2:tea"}) {
			t.Fatalf("calls: got %v, want one for each recipient", calls)
		}
		if _, err := w.Approve(t.Context(), press(n, "UA2")); refusal(err) != "fault.not_waiting" {
			t.Errorf("approve what is done: got %v", err)
		}
		w.until("the result in the card's thread", func() bool {
			return len(w.posts) == 2 && w.posts[1].Channel == "C1" && w.posts[1].Thread == "1"
		})
		card, err := w.Show(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		var verbs []string
		for _, b := range card.Body {
			switch v := b.Args["verb"].Text; {
			case v != nil:
				verbs = append(verbs, strings.TrimPrefix(v.Key, "verb."))
			case b.Key == "act.refused_act" && b.Args["wanted"].Text.Key == "wanted.approved":
				verbs = append(verbs, "refused")
			}
		}
		want := []string{"asked", "refused", "refused", "approved", "sending", "sent", "refused"}
		got := slices.DeleteFunc(slices.Clone(verbs), func(v string) bool { return v == "told" })
		if !slices.Equal(got, want) {
			t.Errorf("record: got %v, want %v (and told)", verbs, want)
		}
		if !slices.Contains(verbs, "told") {
			t.Errorf("record: got %v, want told in it", verbs)
		}
	})
}

func TestAsManyApproversAsThePolicySays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.send", "UA1", "tea", "o1", "o2", "o3", "o4")
		if _, err := w.Approve(t.Context(), press(n, "UA1")); refusal(err) != "fault.own_request" {
			t.Errorf("approve one's own: got %v", err)
		}
		w.mustApprove(n, "UA2")
		if _, err := w.Approve(t.Context(), press(n, "UA2")); refusal(err) != "fault.approved_already" {
			t.Errorf("approve twice: got %v", err)
		}
		w.state(n, outbox.Waiting)
		w.mustApprove(n, "UX")
		w.state(n, outbox.Done)
	})
}

func TestAskIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), func(o *outbox.Options) {
		o.Policy, _ = outbox.ParsePolicy("test.file=3,test.create=0", kinds, nil)
	})
	if _, err := w.ask("test.send", "UGUEST", "tea", "o1"); refusal(err) != "fault.role" {
		t.Errorf("a guest: got %v", err)
	}
	if _, err := w.ask("test.file", "UA1", "tea"); refusal(err) != "fault.too_few_approvers" {
		t.Errorf("three approvers where two others are: got %v", err)
	}
	if rs, _ := w.Requests(t.Context(), outbox.Accounts{"wx1"}, "", 9); len(rs) != 0 {
		t.Errorf("requests: got %v, want none written", rs)
	}
}

func TestRejectWithdrawExpire(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		rejected, withdrawn, expired := w.mustAsk("test.send", "U1", "a", "o1"), w.mustAsk("test.send", "U1", "b", "o1"), w.mustAsk("test.send", "U1", "c", "o1")
		if _, err := w.Reject(t.Context(), outbox.Press{N: rejected, Who: person("UA1"), Reason: "not today"}); err != nil {
			t.Fatal(err)
		}
		w.state(rejected, outbox.Rejected)
		if _, err := w.Withdraw(t.Context(), press(withdrawn, "U2")); refusal(err) != "fault.withdraw_not_yours" {
			t.Errorf("withdraw another's: got %v", err)
		}
		if _, err := w.Withdraw(t.Context(), press(withdrawn, "U1")); err != nil {
			t.Fatal(err)
		}
		w.state(withdrawn, outbox.Withdrawn)
		w.mu.Lock()
		w.skew = 31 * time.Minute
		w.mu.Unlock()
		w.until("a reminder at half the time", func() bool {
			return slices.ContainsFunc(slices.Collect(valuesOf(w.cards)), func(c cards.Card) bool { return len(c.Body) > 0 && c.Body[0].Key == "remind.own" })
		})
		w.mu.Lock()
		w.skew = 61 * time.Minute
		w.mu.Unlock()
		if _, err := w.Approve(t.Context(), press(expired, "UA1")); refusal(err) != "fault.expired" {
			t.Errorf("approve what is past its time: got %v", err)
		}
		w.state(expired, outbox.Expired)
		if calls := w.seen(); len(calls) != 0 {
			t.Errorf("calls: got %v, want none", calls)
		}
	})
}

func valuesOf(m map[string]cards.Card) func(func(cards.Card) bool) {
	return func(yield func(cards.Card) bool) {
		for _, c := range m {
			if !yield(c) {
				return
			}
		}
	}
}

func TestTheSameLineTwice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		ask := outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"tea"}, Recipients: []string{"o1"}, Line: "l", Who: person("U1"), Where: cards.Place{Channel: "C1"}, Once: "envelope-1"}
		// A repeated envelope, at the same instant on many machines, is one request.
		answers := make(chan outbox.Said, 8)
		for range cap(answers) {
			go func() {
				said, err := w.Ask(context.Background(), ask)
				if err != nil {
					t.Errorf("ask: %v", err)
				}
				answers <- said
			}()
		}
		first := <-answers
		for range cap(answers) - 1 {
			if said := <-answers; said.N != first.N || said.Text.Key != first.Text.Key {
				t.Errorf("the same envelope: got %v, want %v", said, first)
			}
		}
		// Said once more, it is asked about; another person's is not.
		ask.Once = "envelope-2"
		_, err := w.Ask(t.Context(), ask)
		if refusal(err) != "fault.alike" {
			t.Fatalf("the same line again: got %v", err)
		}
		if _, again := w.Ask(t.Context(), ask); refusal(again) != "fault.alike" {
			t.Errorf("its envelope repeated: got %v, want the same answer", again)
		}
		w.mustAsk("test.send", "U2", "tea", "o1")
		w.mustAsk("test.file", "U1", "tea")
		w.mustAsk("test.file", "U1", "tea") // reaches nobody
		said, err := w.AskAnyway(t.Context(), press(first.N, "U1"))
		if err != nil || said.N == first.N {
			t.Errorf("ask anyway: got %v, %v, want a new request", said, err)
		}
		if _, err := w.AskAnyway(t.Context(), press(first.N, "U2")); refusal(err) != "fault.anyway_not_yours" {
			t.Errorf("ask another's anyway: got %v", err)
		}
	})
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
		w.answer = func(to string, n int) error {
			switch {
			case strings.HasPrefix(to, "refused"):
				return callError{}
			case to == "busy" && n < 3, to == "down" && n < 3:
				return callError{again: time.Millisecond, notSent: to == "down"}
			case to == "always-busy":
				return callError{again: time.Millisecond}
			case to == "cut":
				return callError{unclear: true}
			}
			return nil
		}
		send := func(to ...string) int64 {
			n := w.mustAsk("test.send", "U1", strings.Join(to, ","), to...)
			w.mustApprove(n, "UA1")
			return n
		}
		partly, failed, done, given, unclear := send("ok", "refused1"), send("refused2"), send("busy", "down"), send("always-busy"), send("fine", "cut", "refused3")
		w.state(partly, outbox.Partly)
		w.state(failed, outbox.Failed)
		w.state(done, outbox.Done)
		w.state(given, outbox.Failed)
		w.state(unclear, outbox.Unclear)
		count := map[string]int{}
		for _, c := range w.seen() {
			to, _, _ := strings.Cut(c, ":")
			count[to]++
		}
		for to, want := range map[string]int{"ok": 1, "refused1": 1, "busy": 3, "down": 3, "always-busy": 5, "cut": 1, "fine": 1} {
			if count[to] != want {
				t.Errorf("calls for %s: got %d, want %d", to, count[to], want)
			}
		}
	})
}

func TestUnclearIsDecidedByAnApprover(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
		w.answer = func(to string, n int) error {
			if strings.HasPrefix(to, "cut") && n == 1 {
				return callError{unclear: true}
			}
			return nil
		}
		again, left := w.mustAsk("test.send", "UA2", "a", "o1", "cut1"), w.mustAsk("test.send", "UA2", "b", "cut2")
		w.mustApprove(again, "UA1")
		w.mustApprove(left, "UA1")
		w.state(again, outbox.Unclear)
		w.state(left, outbox.Unclear)
		if _, err := w.SendAgain(t.Context(), press(again, "UA2")); refusal(err) != "fault.own_unclear" {
			t.Errorf("send one's own again: got %v", err)
		}
		if _, err := w.SendAgain(t.Context(), press(again, "U1")); refusal(err) != "fault.role" {
			t.Errorf("send again as a sender: got %v", err)
		}
		if _, err := w.SendAgain(t.Context(), press(again, "UX")); err != nil {
			t.Fatal(err)
		}
		w.state(again, outbox.Done)
		if _, err := w.Leave(t.Context(), press(left, "UA1")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SendAgain(t.Context(), press(left, "UA1")); refusal(err) != "fault.nothing_unclear" {
			t.Errorf("send again what was left: got %v", err)
		}
		calls := w.seen()
		slices.Sort(calls)
		if want := []string{"cut1:a", "cut1:a", "cut2:b", "o1:a"}; !slices.Equal(calls, want) {
			t.Errorf("calls: got %v, want %v", calls, want)
		}
	})
}

func TestNothingIsSentThatDiffersFromWhatWasApproved(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]string{
		"content":  `update request set payload = '{"Text":"coffee"}'`,
		"audience": "update delivery_batch set named = replace(named, 'o1', 'o9')",
		"hash too": `update request set payload = '{"Text":"coffee"}', hash = 'x'`,
		"approver": "update approval set who = 'U1'",
		"fewer":    "delete from approval",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url)
				n := w.mustAsk("test.send", "U1", "tea", "o1", "o2")
				// The change comes in the transaction of the approval's end, before any call.
				w.stop()
				db := storetest.Open(t, w.url)
				if err := db.Update(t.Context(), func(tx *store.Tx) error {
					for _, q := range []string{
						"insert into approval (request, who, at, hash) select n, 'UA1', 1, hash from request",
						"update request set state = 'approved', approved_at = asked_at", "update sending set phase = 'going'", tamper,
					} {
						if _, err := tx.Exec(t.Context(), q); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				db.Close()
				w.open()
				if err := outbox.WakeAll(w.Outbox); err != nil {
					t.Fatal(err)
				}
				w.state(n, outbox.Failed)
				if calls := w.seen(); len(calls) != 0 {
					t.Errorf("calls: got %v, want none", calls)
				}
			})
		})
	}
}

func TestWhatBeginsTooLateIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.answer = func(to string, n int) error { return callError{notSent: true, again: time.Millisecond} }
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	w.mustApprove(n, "UA1")
	w.until("a call that never left", func() bool { return len(w.calls) > 0 })
	w.mu.Lock()
	w.skew = 2 * time.Hour
	w.mu.Unlock()
	w.state(n, outbox.Failed)
}

func TestWhatWaitsForItsTimeGoesByASteppedClock(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		said, err := w.Ask(t.Context(), outbox.Ask{
			Account: "wx1",
			Kind:    "test.send", Payload: note{"tea"}, Recipients: []string{"o1"}, Line: "test.send tea", Who: person("U1"),
			Where: cards.Place{Channel: "C1"}, Due: w.now().Add(24 * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.mustApprove(said.N, "UA1")
		time.Sleep(time.Second) // its job has seen that it is too early
		if calls := w.seen(); len(calls) != 0 {
			t.Fatalf("calls a day ahead: got %v, want none", calls)
		}
		w.mu.Lock()
		w.skew = 24*time.Hour + time.Second
		w.mu.Unlock()
		w.state(said.N, outbox.Done)
	})
}

func TestAProcessThatDied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1,test.create=0", kinds, nil) })
		n := w.mustAsk("test.send", "U1", "tea", "o1", "o2", "o3")
		made := w.mustAsk("test.file", "U1", "file")
		w.stop()
		// It died with one delivery under way, one done and one not begun.
		db := storetest.Open(t, w.url)
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			for _, q := range []string{
				"insert into approval (request, who, at, hash) select n, 'UA1', 1, hash from request",
				"update request set state = 'sending', approved_at = asked_at, kind = kind",
				"update sending set phase = 'going', sending = 1, done = calls / 3, begun_at = 1",
			} {
				if _, err := tx.Exec(t.Context(), q); err != nil {
					return err
				}
			}
			for n, marks := range map[int64][]byte{n: {0: 1, 1: 1, 8: 2, 9: 1, 23: 0}, made: {0: 1, 1: 1, 7: 0}} {
				if _, err := tx.Exec(t.Context(), "update delivery_batch set outcomes = $2 where request = $1", n, marks); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		db.Close()
		w.open()
		if err := outbox.WakeAll(w.Outbox); err != nil {
			t.Fatal(err)
		}
		w.state(n, outbox.Unclear)
		w.state(made, outbox.Unclear)
		if calls := w.seen(); !slices.Equal(calls, []string{"o3:tea"}) {
			t.Errorf("calls: got %v, want only the one not begun", calls)
		}
	})
}

func TestWhatWeChatDeduplicatesIsRepeatedInsideItsWindow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
		w.answer = func(to string, n int) error {
			if to == "late" && n == 1 {
				w.mu.Lock()
				w.skew = 11 * time.Minute // the call took beyond the window
				w.mu.Unlock()
				return callError{unclear: true}
			}
			if to == "cut" && n < 3 || to == "doubt" && n == 1 {
				return callError{unclear: true}
			}
			if to == "doubt" {
				return callError{} // refused now, which says nothing of the call before
			}
			return nil
		}
		doubt := w.mustAsk("test.dedup", "U1", "c", "doubt")
		w.mustApprove(doubt, "UA1")
		w.state(doubt, outbox.Unclear)
		w.mu.Lock()
		w.ids = nil
		w.mu.Unlock()
		cut := w.mustAsk("test.dedup", "U1", "a", "cut")
		w.mustApprove(cut, "UA1")
		w.state(cut, outbox.Done)
		w.mu.Lock()
		if len(w.ids) != 3 || w.ids[0] != w.ids[1] || w.ids[0] != w.ids[2] || len(w.ids[0]) != 24 {
			t.Errorf("ids: got %q, want the same of 24 characters three times", w.ids)
		}
		w.mu.Unlock()
		late := w.mustAsk("test.dedup", "U1", "b", "late")
		w.mustApprove(late, "UA1")
		w.state(late, outbox.Unclear)
	})
}

func TestWeChatsFinalWord(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
		n := w.mustAsk("test.dedup", "U1", "a", "o1", "o2")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		w.until("the card and the result", func() bool { return len(w.posts) == 2 })
		for _, r := range []struct {
			kind, ref string
			want      outbox.State
		}{
			{"test.send", "M-o1", outbox.Done}, {"test.dedup", "M-other", outbox.Done},
			{"test.dedup", "M-o1", outbox.Partly}, {"test.dedup", "M-o1", outbox.Partly}, {"test.dedup", "M-o2", outbox.Failed},
		} {
			if err := w.Engine.Report(t.Context(), "wx1", r.kind, r.ref, false, cards.Both("blocked", "已拒收")); err != nil {
				t.Fatal(err)
			}
			if got, _, err := w.StateOf(t.Context(), n); err != nil || got != r.want {
				t.Errorf("after %s %s: got %s, %v, want %s", r.kind, r.ref, got, err, r.want)
			}
		}
		// Each change is told once, the repeated word not at all.
		w.until("two further results", func() bool { return len(w.posts) == 4 })
	})
}

func TestWeChatsFinalWordOvertakesTheAnswer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		called, answered := make(chan struct{}), make(chan struct{})
		w.answer = func(string, int) error {
			close(called)
			<-answered
			return nil
		}
		n := w.mustAsk("test.dedup", "U1", "a", "o1")
		w.mustApprove(n, "UA1")
		<-called
		if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-o1", false, cards.Both("blocked", "已拒收")); err != nil {
			t.Fatal(err)
		}
		close(answered)
		w.state(n, outbox.Failed)
	})
}

func TestAGoodWordIsShown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.dedup", "U1", "a", "o1")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		for range 2 { // the second changes nothing
			if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-o1", true, cards.Both("2 reached", "到达 2 人")); err != nil {
				t.Fatal(err)
			}
		}
		w.until("the word, wherever it is posted", func() bool {
			body, err := json.Marshal(w.cards)
			return err == nil && strings.Contains(string(body), "2 reached")
		})
	})
}

// Words with words inside are the same words for everybody.
func TestReasonsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), func(o *outbox.Options) { o.Policy, _ = outbox.ParsePolicy("*=1", kinds, nil) })
	var openids []string
	for i := range 12 {
		openids = append(openids, fmt.Sprintf("o%d", i))
	}
	n := w.mustAsk("test.dedup", "U1", "a", openids...)
	w.mustApprove(n, "UA1")
	w.state(n, outbox.Done)
	for _, id := range openids {
		if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-"+id, false, cards.T("heard.why", "what", cards.T("heard.blocked"), "own", cards.Code("user block"))); err != nil {
			t.Fatal(err)
		}
	}
	card, err := w.Show(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []cards.Text
	for _, b := range card.Body {
		if b.Key == "result.reason" {
			reasons = append(reasons, b)
		}
	}
	if len(reasons) != 1 || *reasons[0].Args["count"].Number != 12 {
		t.Errorf("reasons: got %d of them, want one for all 12", len(reasons))
	}
}
