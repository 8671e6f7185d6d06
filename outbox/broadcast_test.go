package outbox_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/store/storetest"
)

// crowd is one audience in memory: people o2, o3… by their rows.
type crowd struct {
	mu      sync.Mutex
	size    int
	columns []string
	left    map[string]bool // unsubscribed
	own     []string
	other   string // what everybody's columns say instead
	away    bool   // it cannot be read
}

func (c *crowd) member(row int64) outbox.Member {
	m := outbox.Member{Row: row, OpenID: fmt.Sprintf("o%d", row)}
	for _, column := range c.columns {
		m.Values = append(m.Values, column+fmt.Sprint(row))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.other != "" {
		m.Values = []string{c.other}
	}
	m.Unsubscribed = c.left[m.OpenID]
	return m
}

// set changes what the crowd is.
func (c *crowd) set(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

func (c *crowd) isAway() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.away
}

func (c *crowd) Audience(_ context.Context, _ store.Queryer, _, name string) (outbox.Audience, error) {
	if name != "all" {
		return outbox.Audience{}, cards.Refuse("fault.no_audience")
	}
	return outbox.Audience{Version: 1, Name: name, Columns: c.columns, Size: c.size,
		Skipped: []outbox.Skipped{{Why: cards.Plain("twice"), Count: 2, Rows: []int64{7, 8}}}}, nil
}

func (c *crowd) Members(_ context.Context, _ store.Queryer, _, after int64, limit int) ([]outbox.Member, error) {
	if c.isAway() {
		return nil, errors.New("the audience is away")
	}
	var found []outbox.Member
	for row := max(after+1, 2); row < int64(c.size+2) && len(found) < limit; row++ {
		found = append(found, c.member(row))
	}
	return found, nil
}

func (c *crowd) Row(_ context.Context, _ store.Queryer, _ int64, openid string) (row int64, err error) {
	_, err = fmt.Sscanf(openid, "o%d", &row)
	return row, err
}

func (c *crowd) Unsubscribed(_ context.Context, _ store.Queryer, _ string, openids []string) (left []string, _ error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range openids {
		if c.left[id] {
			left = append(left, id)
		}
	}
	return left, nil
}

func (c *crowd) Trial(context.Context, store.Queryer, string, cards.Person) ([]string, error) {
	return c.own, nil
}

// files keeps what is shared.
type files struct {
	mu     sync.Mutex
	bytes  map[string][]byte
	shared func(at cards.Place) // called at each, where it is set
}

func (f *files) ShareFile(_ context.Context, at cards.Place, name, _ string, data io.Reader, size int64) error {
	all, err := io.ReadAll(data)
	if err == nil && (int64(len(all)) != size || at.Thread == "") {
		err = fmt.Errorf("%s: %d bytes of %d in thread %q", name, len(all), size, at.Thread)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bytes[name] = all
	if f.shared != nil {
		f.shared(at)
	}
	return err
}

func (f *files) of(name string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes[name]
}

// newBroadcasts is a world with an audience.
func newBroadcasts(t *testing.T, url string, c *crowd, set ...func(*outbox.Options)) (*world, *files) {
	f := &files{bytes: map[string][]byte{}}
	w := newWorld(t, url, append([]func(*outbox.Options){func(o *outbox.Options) {
		o.Audiences, o.Sharer = c, f
		o.Say = func(t cards.Text) string { return t.Key + t.Words[""] }
		o.Policy, _ = outbox.ParsePolicy("*=1,*>5000=2", kinds, nil)
	}}, set...)...)
	return w, f
}

// answers sets what calls end in from now on.
func (w *world) answers(answer func(recipient string, calls int) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

// later sets the clock on by d.
func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.skew = d
}

func (w *world) mustBroadcast(kind, text string) int64 {
	w.t.Helper()
	said, err := patiently(func() (outbox.Said, error) {
		return w.Ask(w.t.Context(), outbox.Ask{Account: "wx1", Kind: kind, Payload: note{text}, Audience: "all", Line: "send " + text, Who: person("U1"), Where: cards.Place{Channel: "C1"}})
	})
	if err != nil {
		w.t.Fatalf("ask: %v", err)
	}
	return said.N
}

// mustBegin asks for a broadcast and has it approved.
func (w *world) mustBegin(kind, text string) int64 {
	w.t.Helper()
	n := w.mustBroadcast(kind, text)
	w.state(n, outbox.Waiting)
	w.mustApprove(n, "UA1")
	return n
}

// account reads the file of outcomes once it is shared.
func (w *world) account(f *files, n int64) map[string][]string {
	w.t.Helper()
	name := fmt.Sprintf("magpie-%d.csv", n)
	for range 1500 {
		if f.of(name) != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	lines, err := csv.NewReader(bytes.NewReader(f.of(name))).ReadAll()
	if err != nil || len(lines) == 0 || strings.Join(lines[0], ",") != "openid,state,errcode,reason,at,row" {
		w.t.Fatalf("account: got %v, %v", lines, err)
	}
	by := map[string][]string{}
	for _, line := range lines[1:] {
		by[line[0]] = line
	}
	return by
}

// In the thread the file stands below the result, however late Slack takes that.
func TestTheFileFollowsTheResult(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, f := newBroadcasts(t, url, &crowd{size: 3})
		refusals := 3
		w.slack = func(at cards.Place) error {
			if at.Thread != "" && refusals > 0 {
				refusals--
				return slackError{after: 400 * time.Millisecond}
			}
			return nil
		}
		f.shared = func(at cards.Place) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if !slices.ContainsFunc(w.posts, func(p cards.Place) bool { return p.Thread == at.Thread }) {
				t.Errorf("a file was shared with %d refusals to come and no result; posts: %v", refusals, w.posts)
			}
		}
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Done)
		if account := w.account(f, n); len(account) != 3 {
			t.Errorf("account: got %v", account)
		}
		w.until("the refusals", func() bool { return refusals == 0 })
	})
}

func TestBroadcastReachesEverybodyOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		c := &crowd{size: 1203, columns: []string{"name"}, left: map[string]bool{"o9": true}}
		w, f := newBroadcasts(t, url, c)
		w.answers(func(recipient string, _ int) error {
			switch recipient {
			case "o10":
				return callError{unclear: true}
			case "o11", "o12":
				return callError{}
			}
			return nil
		})
		n := w.mustBegin("test.send", "tea for {{name}}")
		w.state(n, outbox.Unclear)
		calls := map[string]int{}
		for _, call := range w.seen() {
			calls[call]++
		}
		if len(calls) != 1202 || calls["o2:tea for name2"] != 1 || calls["o9:tea for name9"] != 0 {
			t.Errorf("calls: got %d different ones, %d for o2, %d for o9", len(calls), calls["o2:tea for name2"], calls["o9:tea for name9"])
		}
		for call, count := range calls {
			if count != 1 {
				t.Errorf("%s: got %d calls, want 1", call, count)
			}
		}
		_, tally, err := w.StateOf(t.Context(), n)
		if want := (outbox.Tally{Done: 1199, Failed: 2, Unclear: 1}); err != nil || tally != want {
			t.Errorf("tally: got %+v, %v, want %+v", tally, err, want)
		}
		account := w.account(f, n)
		if len(account) != 1202 || account["o2"][1] != "done" || account["o2"][5] != "2" || account["o10"][1] != "unclear" || account["o12"][1] != "failed" {
			t.Errorf("account: got %d lines, %v, %v, %v", len(account), account["o2"], account["o10"], account["o12"])
		}
		w.until("a chart", func() bool {
			for _, card := range w.cards {
				if len(card.Charts) == 1 && card.Charts[0].Words.Args["n"].Number != nil && *card.Charts[0].Words.Args["n"].Number == n {
					return *card.Charts[0].Words.Args["count"].Number == 1202
				}
			}
			return false
		})

		w.answers(nil)
		if _, err := w.SendAgain(t.Context(), press(n, "UA1")); err != nil {
			t.Fatal(err)
		}
		w.state(n, outbox.Partly)
		again, err := w.AskFailed(t.Context(), press(n, "U1"))
		if err != nil {
			t.Fatal(err)
		}
		w.state(again.N, outbox.Waiting)
		w.mustApprove(again.N, "UA1")
		w.state(again.N, outbox.Done)
		_, tally, err = w.StateOf(t.Context(), again.N)
		if want := (outbox.Tally{Done: 2}); err != nil || tally != want {
			t.Errorf("tally of those who had failed: got %+v, %v, want %+v", tally, err, want)
		}
		if got := len(w.seen()); got != 1205 {
			t.Errorf("calls in all: got %d, want 1205", got)
		}
	})
}

func TestBroadcastIsHeldAndStopped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, f := newBroadcasts(t, url, &crowd{size: 4000}, func(o *outbox.Options) { o.UndoWindow = time.Minute })
		w.answers(func(string, int) error {
			time.Sleep(10 * time.Millisecond)
			return nil
		})
		n := w.mustBegin("test.send", "tea")
		time.Sleep(200 * time.Millisecond)
		if calls := w.seen(); len(calls) != 0 {
			t.Fatalf("calls in the time to undo it: got %d", len(calls))
		}
		w.later(time.Minute)
		w.until("some calls", func() bool { return len(w.calls) > 100 })
		if _, err := patiently(func() (outbox.Said, error) { return w.PauseRequest(t.Context(), press(n, "U2")) }); refusal(err) != "fault.hold_not_yours" {
			t.Errorf("pause by somebody else: got %v", err)
		}
		w.must("pause", w.PauseRequest, press(n, "U1"))
		time.Sleep(500 * time.Millisecond)
		held := len(w.seen())
		time.Sleep(500 * time.Millisecond)
		if now := len(w.seen()); now != held {
			t.Errorf("calls while it is paused: got %d more", now-held)
		}
		w.must("resume", w.ResumeRequest, press(n, "UA1"))
		w.until("it goes on", func() bool { return len(w.calls) > held+100 })
		if _, err := w.PauseAll(t.Context(), press(0, "UX")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		held = len(w.seen())
		time.Sleep(300 * time.Millisecond)
		if now := len(w.seen()); now != held {
			t.Errorf("calls while everything is held: got %d more", now-held)
		}
		if _, err := w.ResumeAll(t.Context(), press(0, "UX")); err != nil {
			t.Fatal(err)
		}
		w.until("it goes on", func() bool { return len(w.calls) > held+100 })
		w.must("stop", w.StopRequest, press(n, "U1"))
		w.state(n, outbox.Stopped)
		account := w.account(f, n)
		states := map[string]int{}
		for _, line := range account {
			states[line[1]]++
		}
		calls := len(w.seen())
		_, tally, err := w.StateOf(t.Context(), n)
		if want := (outbox.Tally{Done: calls, Stopped: 4000 - calls}); err != nil || tally != want || states["done"] != calls || states["stopped"] != 4000-calls {
			t.Errorf("stopped after %d calls: got %+v, %v in the account, %v", calls, tally, states, err)
		}
	})
}

func TestBroadcastThatFailsIsHeld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 3000}, func(o *outbox.Options) { o.FailureLimit = outbox.FailureLimit{Percent: 20, After: 50} })
		w.answers(func(string, int) error {
			time.Sleep(5 * time.Millisecond)
			return callError{}
		})
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Paused)
		time.Sleep(300 * time.Millisecond)
		if calls := len(w.seen()); calls < 50 || calls > 700 {
			t.Errorf("calls before it is held: got %d", calls)
		}
		w.answers(nil)
		w.must("resume", w.ResumeRequest, press(n, "UA1"))
		w.state(n, outbox.Partly)
		if calls := len(w.seen()); calls != 3000 {
			t.Errorf("calls: got %d, want 3000", calls)
		}
	})
}

// obstacle is a refusal of everybody.
type obstacle struct{ outbox.Obstacle }

func (obstacle) Error() string { return "refused" }

func (o obstacle) RetryAfter() (time.Duration, bool) {
	return time.Minute, o.Obstacle == outbox.TooFast
}

func (o obstacle) is() outbox.Obstacle { return o.Obstacle }

type told struct{ obstacle }

func (t told) Obstacle() outbox.Obstacle { return t.is() }

func TestTheDaysCallsAreUsedUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 500})
		var mu sync.Mutex
		left := 120
		w.answers(func(string, int) error {
			mu.Lock()
			defer mu.Unlock()
			if left == 0 {
				return told{obstacle{outbox.QuotaSpent}}
			}
			left--
			return nil
		})
		n := w.mustBegin("test.send", "tea")
		w.state(n, outbox.Paused)
		time.Sleep(300 * time.Millisecond)
		_, tally, err := w.StateOf(t.Context(), n)
		if want := (outbox.Tally{Done: 120, Waiting: 380}); err != nil || tally != want {
			t.Errorf("tally: got %+v, %v, want %+v", tally, err, want)
		}
		mu.Lock()
		left = 1000
		mu.Unlock()
		w.later(24 * time.Hour) // past midnight in Shanghai
		w.state(n, outbox.Done)
	})
}

func TestTooFastIsSlowedDown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 300})
		var mu sync.Mutex
		refused := 0
		w.answers(func(string, int) error {
			mu.Lock()
			defer mu.Unlock()
			if refused < 20 {
				refused++
				return told{obstacle{outbox.TooFast}}
			}
			return nil
		})
		n := w.mustBroadcast("test.send", "tea")
		w.state(n, outbox.Waiting)
		begun := time.Now()
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		if took := time.Since(begun); took < time.Second {
			t.Errorf("300 calls after WeChat said that they are too many: got %s, want them slowed", took)
		}
	})
}

func TestRatesAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 150}, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": 10 * time.Millisecond} })
		n := w.mustBroadcast("test.send", "tea")
		w.state(n, outbox.Waiting)
		begun := time.Now()
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		if took := time.Since(begun); took < 1400*time.Millisecond {
			t.Errorf("150 calls at 100 a second: got %s", took)
		}
	})
}

func TestAudiencesThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 3, columns: []string{"name"}, left: map[string]bool{"oGone": true}})
	for _, c := range []struct {
		ask  outbox.Ask
		want string
	}{
		{outbox.Ask{Account: "wx1", Payload: note{"{{price}}"}, Audience: "all"}, "fault.merge_column"},
		{outbox.Ask{Account: "wx1", Payload: note{"x"}, Audience: "nobody"}, "fault.no_audience"},
		{outbox.Ask{Account: "wx1", Payload: note{"x"}, Recipients: []string{"o1", "oGone"}}, "fault.unsubscribed"},
	} {
		c.ask.Kind, c.ask.Who, c.ask.Where = "test.send", person("U1"), cards.Place{Channel: "C1"}
		if _, err := w.Ask(t.Context(), c.ask); refusal(err) != c.want {
			t.Errorf("ask %v to %q: got %v, want %s", c.ask.Payload, c.ask.Audience, err, c.want)
		}
	}
}

func TestTrialGoesToOnesOwn(t *testing.T) {
	t.Parallel()
	c := &crowd{size: 3, columns: []string{"name"}}
	w, _ := newBroadcasts(t, storetest.SQLite(t), c)
	n := w.mustBroadcast("test.send", "tea for {{name}}")
	w.state(n, outbox.Waiting)
	if _, err := w.AskTrial(t.Context(), press(n, "U2")); refusal(err) != "fault.no_trial_openids" {
		t.Errorf("trial without openids: got %v", err)
	}
	c.own = []string{"oMe"}
	said, err := w.AskTrial(t.Context(), press(n, "U2"))
	if err != nil {
		t.Fatal(err)
	}
	w.mustApprove(said.N, "UA1")
	w.state(said.N, outbox.Done)
	if calls := w.seen(); len(calls) != 1 || calls[0] != "oMe:tea for name2" {
		t.Errorf("calls: got %v", calls)
	}
}

func TestWordsOnMembersOfABroadcast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, f := newBroadcasts(t, url, &crowd{size: 450})
		w.answers(func(recipient string, calls int) error {
			if recipient == "o9" && calls == 1 {
				return callError{unclear: true}
			}
			return nil
		})
		n := w.mustBegin("test.dedup", "tea")
		w.state(n, outbox.Done) // the id is honoured, so o9 is tried again
		w.account(f, n)
		for range 2 {
			if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-o300", false, cards.Plain("blocked")); err != nil {
				t.Fatal(err)
			}
			if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-o301", true, cards.Plain("reached")); err != nil {
				t.Fatal(err)
			}
			if err := w.Engine.Report(t.Context(), "wx1", "test.dedup", "M-nobody", false, cards.Plain("blocked")); err != nil {
				t.Fatal(err)
			}
		}
		w.state(n, outbox.Partly)
		_, tally, err := w.StateOf(t.Context(), n)
		if want := (outbox.Tally{Done: 449, Failed: 1}); err != nil || tally != want {
			t.Errorf("tally: got %+v, %v, want %+v", tally, err, want)
		}
		f.mu.Lock()
		clear(f.bytes)
		f.mu.Unlock()
		w.later(2 * time.Minute)
		if account := w.account(f, n); account["o300"][1] != "failed" || account["o300"][3] != "blocked" || account["o301"][1] != "done" {
			t.Errorf("account: got %v, %v", account["o300"], account["o301"])
		}
	})
}

func TestWhatWasNotApprovedIsNotSent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		c := &crowd{size: 300, columns: []string{"name"}}
		w, f := newBroadcasts(t, url, c, func(o *outbox.Options) { o.UndoWindow = time.Second })
		n := w.mustBegin("test.send", "tea for {{name}}")
		c.mu.Lock()
		c.other = "somebody else" // the stored rows are no longer those that were approved
		c.mu.Unlock()
		w.state(n, outbox.Failed)
		if calls := w.seen(); len(calls) != 0 {
			t.Errorf("calls: got %d", len(calls))
		}
		if line := w.account(f, n)["o2"]; line[1] != "failed" || line[3] != "reason.differs" {
			t.Errorf("account: got %v", line)
		}
	})
}

func TestWhoLeftAfterTheApprovalIsNotCalled(t *testing.T) {
	t.Parallel()
	c := &crowd{size: 300, left: map[string]bool{}}
	w, f := newBroadcasts(t, storetest.SQLite(t), c, func(o *outbox.Options) { o.UndoWindow = time.Second })
	n := w.mustBegin("test.send", "tea")
	c.mu.Lock()
	c.left["o7"] = true
	c.mu.Unlock()
	w.state(n, outbox.Partly)
	if line := w.account(f, n)["o7"]; line[1] != "failed" || line[3] != "skipped.unsubscribed" || len(w.seen()) != 299 {
		t.Errorf("account of who left: got %v after %d calls", line, len(w.seen()))
	}
}

func TestABroadcastThatCouldNotBeginInTimeIsLate(t *testing.T) {
	t.Parallel()
	w, f := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 300}, func(o *outbox.Options) { o.UndoWindow = time.Minute })
	n := w.mustBegin("test.send", "tea")
	w.later(2 * time.Hour)
	w.state(n, outbox.Failed)
	if line := w.account(f, n)["o7"]; line[1] != "failed" || line[3] != "reason.late" || len(w.seen()) != 0 {
		t.Errorf("account: got %v after %d calls", line, len(w.seen()))
	}
}

func TestABroadcastIsStoppedWhileItIsPrepared(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 400_000})
	n := w.mustBroadcast("test.send", "tea")
	w.must("stop", w.StopRequest, press(n, "U1"))
	w.state(n, outbox.Stopped)
	if _, err := w.Approve(t.Context(), press(n, "UA1")); refusal(err) != "fault.not_waiting" {
		t.Errorf("approve what is stopped: got %v", err)
	}
}

// More approvals than the policy asks for are needed once the audience is counted, too.
func TestABroadcastNeedsAtLeast(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 3})
	said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"tea"}, Audience: "all", AtLeast: outbox.Quorum{People: 2}, Line: "send tea", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
	if err != nil {
		t.Fatal(err)
	}
	w.state(said.N, outbox.Waiting)
	w.mustApprove(said.N, "UA1")
	w.state(said.N, outbox.Waiting)
	w.mustApprove(said.N, "UA2")
	w.state(said.N, outbox.Done)
}

// A fire whose audience has grown past what its schedule was approved for is not left to
// wait where fewer people may approve than it needs by now: it fails, with the reason.
func TestAFireThatNobodyCanApprove(t *testing.T) {
	t.Parallel()
	w, _ := newBroadcasts(t, storetest.SQLite(t), &crowd{size: 3}, func(o *outbox.Options) {
		o.Policy, _ = outbox.ParsePolicy("*=1,test.send=9", kinds, nil)
	})
	grant := w.mustAsk("test.file", "U1", "the schedule")
	w.mustApprove(grant, "UA1")
	w.state(grant, outbox.Done)
	ask := outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{"tea"}, Audience: "all", Grant: grant, Line: "send tea", Who: person("U1"), Where: cards.Place{Channel: "C1"}}
	look, err := w.Look(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	ask.Granted = look.Kept
	said, err := w.Ask(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	w.state(said.N, outbox.Failed)
	card, err := w.Show(t.Context(), said.N)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(card.Body, func(t cards.Text) bool {
		return t.Key == "result.reason" && t.Args["why"].Text.Key == "fault.too_few_approvers"
	}) {
		t.Errorf("show: got %+v, want why nobody can approve it", card.Body)
	}
	if calls := w.seen(); len(calls) != 1 {
		t.Errorf("calls: got %v, want the schedule alone", calls)
	}
}
