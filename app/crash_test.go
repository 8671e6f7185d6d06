package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

const bizsend = "/cgi-bin/message/subscribe/bizsend"

// kill ends the only magpie with SIGKILL and waits until Slack has seen it go.
func kill(t testing.TB, w *world, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if err := w.slack.WaitFor(t.Context(), func() bool { return w.slack.Connected() == 0 }); err != nil {
		t.Fatal(err)
	}
}

// A process killed in the midst of sending: what had not begun is sent by the next
// one, what was under way is unclear and asked about, and nobody is called twice.
func TestKilledInTheMidstOfSending(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		var openids []string
		for i := range 40 {
			openids = append(openids, fmt.Sprintf("oReader%02d", i))
		}
		first := w.process(t)
		w.wechat.Slow(150 * time.Millisecond)
		if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to="+strings.Join(openids, ",")+" thing1=Tea"); err != nil {
			t.Fatal(answer, err)
		}
		if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
			t.Fatal(err)
		}
		if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) >= 12 }); err != nil {
			t.Fatal(err)
		}
		kill(t, w, first)
		w.wechat.Slow(0)
		w.process(t)
		ended := time.Now()
		if _, err := w.shown(t.Context(), bob, "#1 ❓"); err != nil {
			t.Fatal(err)
		}
		t.Logf("ended %s after the start", time.Since(ended).Round(time.Millisecond))
		calls := callsTo(t, w)
		states := statesOf(t, url)
		unclear := 0
		for _, id := range openids {
			switch n, state := calls[id], states[id]; {
			case n > 1:
				t.Errorf("%s was called %d times", id, n)
			case state == "done" && n == 1:
			case state == "unclear":
				unclear++
			default:
				t.Errorf("%s: got %s after %d calls, want done after one or unclear", id, state, n)
			}
		}
		if unclear == 0 || unclear > 8 {
			t.Errorf("unclear: got %d, want those in flight, 1 to 8", unclear)
		}
		// Send again is for exactly those.
		if _, err := w.press(t.Context(), bob, "Send again"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.shown(t.Context(), bob, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
		if got := statesOf(t, url); slices.ContainsFunc(openids, func(id string) bool { return got[id] != "done" }) {
			t.Errorf("states: got %v, want all done", got)
		}
	})
}

// Creating an activity is harmless: what was under way is simply done again.
func TestAHarmlessCallIsRepeated(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		first := w.process(t)
		w.wechat.Slow(time.Minute)
		if _, err := w.say(t.Context(), alice, general, "/wechat activity create"); err != nil {
			t.Fatal(err)
		}
		// The token's request hangs: the delivery says sending by now.
		if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.Received()) > 0 }); err != nil {
			t.Fatal(err)
		}
		kill(t, w, first)
		w.wechat.Slow(0)
		w.process(t)
		if _, err := w.shown(t.Context(), alice, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
	})
}

// Killed again and again at random moments while people ask and approve: every line
// that was answered is kept, nothing is called twice, and all ends.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		const kills = 6
		w := newWorld(t, url, nil)
		w.wechat.Slow(20 * time.Millisecond)
		var answered atomic.Int64
		killed, saying := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(saying)
			number := regexp.MustCompile(`#(\d+) waits`)
			for i := 0; t.Context().Err() == nil; i++ { // each line once: it may be accepted and its answer lost
				select {
				case <-killed:
					return
				case <-time.After(20 * time.Millisecond):
				}
				answer, err := w.slack.Say(t.Context(), alice, general, fmt.Sprintf("/wechat subscribe send TPL to=oA%02d,oB%02d thing1=Tea", i, i))
				if err != nil || answer.Message == nil {
					continue // it was killed meanwhile
				}
				if m := number.FindStringSubmatch(answer.Message.PlainText()); m != nil {
					answered.Add(1)
					w.slack.Say(t.Context(), bob, general, "/wechat approve "+m[1])
				}
			}
		}()
		for range kills {
			cmd := w.process(t)
			// Each life sees at least one line answered, and ends at random after it.
			lived, before := time.Now(), answered.Load()
			for answered.Load() == before && time.Since(lived) < time.Minute {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
			kill(t, w, cmd)
		}
		close(killed)
		<-saying
		w.process(t)
		deadline := time.Now().Add(3 * time.Minute)
		for {
			open := countRequests(t, url, "state in ('approved', 'sending')")
			if open == 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d requests do not end", open)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if answered.Load() < kills {
			t.Errorf("lines answered: got %d through %d kills, want one in each life at least", answered.Load(), kills)
		}
		if got := countRequests(t, url, "1 = 1"); int64(got) < answered.Load() {
			t.Errorf("requests: got %d, want at least the %d that were answered", got, answered.Load())
		}
		calls := callsTo(t, w)
		for id, state := range statesOf(t, url) {
			if n := calls[id]; n > 1 || state == "done" && n != 1 || state == "waiting" && n != 0 {
				t.Errorf("%s: got %s after %d calls", id, state, n)
			}
		}
		t.Logf("%d kills, %d lines answered, %d people called", kills, answered.Load(), len(calls))
	})
}

// callsTo counts what WeChat was sent, by openid.
func callsTo(t *testing.T, w *world) map[string]int {
	t.Helper()
	calls := map[string]int{}
	for _, r := range w.wechat.ReceivedOn(bizsend) {
		var body struct {
			ToUser string `json:"touser"`
		}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatal(err)
		}
		calls[body.ToUser]++
	}
	return calls
}

// statesOf reads the deliveries by openid, beside the magpie that runs.
func statesOf(t *testing.T, url string) map[string]string {
	t.Helper()
	states := map[string]string{}
	rows, err := storetest.Peek(t, url).Query("select named, outcomes from delivery_batch where named <> ''")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var list, outcomes []byte
		var named []string
		if err := errors.Join(rows.Scan(&list, &outcomes), json.Unmarshal(list, &named)); err != nil {
			t.Fatal(err)
		}
		for i, id := range named { // 8 bytes each, the state first
			states[id] = []string{"waiting", "sending", "done", "failed", "unclear"}[outcomes[8*i]]
		}
	}
	return states
}

func countRequests(t *testing.T, url, where string) (n int) {
	t.Helper()
	if err := storetest.Peek(t, url).QueryRow("select count(*) from request where " + where).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two machines share a PostgreSQL: a line reaches one of them, either carries it out,
// and when one is killed the other takes up what it left.
func TestOneOfTwoMachinesDies(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	w := newWorld(t, url, nil)
	first, second := w.process(t), w.process(t)
	w.wechat.Slow(100 * time.Millisecond)
	var openids []string
	for i := range 60 {
		openids = append(openids, fmt.Sprintf("oReader%02d", i))
	}
	if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to="+strings.Join(openids, ",")+" thing1=Tea"); err != nil {
		t.Fatal(answer, err)
	}
	if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
		t.Fatal(err)
	}
	if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) >= 16 }); err != nil {
		t.Fatal(err)
	}
	// Whichever of them sends: one dies now, the other soon after it has been replaced.
	for _, cmd := range []*exec.Cmd{first, second} {
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		w.process(t)
	}
	began := time.Now()
	waiting, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(waiting, func() bool {
		_, ok := w.find(bob, func(m slacktest.Message) bool { return m.Has("#1 ❓") || m.Has("#1 ✅") })
		return ok
	}); err != nil {
		t.Fatalf("what the dead machines left is not taken up: %v\n%s", err, w.everything(bob))
	}
	t.Logf("taken up and ended %s after the last kill", time.Since(began).Round(time.Millisecond))
	calls := callsTo(t, w)
	for id, state := range statesOf(t, url) {
		if n := calls[id]; n > 1 || state == "done" && n != 1 || state != "done" && state != "unclear" {
			t.Errorf("%s: got %s after %d calls", id, state, n)
		}
	}
}

// SIGTERM begins no new call, waits for those under way, and exits 0; what had not
// begun is sent by the next process.
func TestAPoliteEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		cmd := w.process(t)
		w.wechat.Slow(300 * time.Millisecond)
		var openids []string
		for i := range 30 {
			openids = append(openids, fmt.Sprintf("oReader%02d", i))
		}
		if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to="+strings.Join(openids, ",")+" thing1=Tea"); err != nil {
			t.Fatal(answer, err)
		}
		if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
			t.Fatal(err)
		}
		if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(bizsend)) > 0 }); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("after SIGTERM: got %v, want exit 0", err)
		}
		if n := len(w.wechat.ReceivedOn(bizsend)); n == 0 || n >= len(openids) {
			t.Errorf("calls by the end: got %d, want some and not all", n)
		}
		for id, state := range statesOf(t, url) {
			if state != "done" && state != "waiting" {
				t.Errorf("%s: got %s, want done or waiting", id, state)
			}
		}
		w.wechat.Slow(0)
		if err := w.slack.WaitFor(t.Context(), func() bool { return w.slack.Connected() == 0 }); err != nil {
			t.Fatal(err)
		}
		w.process(t)
		if _, err := w.shown(t.Context(), alice, "#1 ✅", "Sent to 30"); err != nil {
			t.Fatal(err)
		}
		if calls := callsTo(t, w); len(calls) != len(openids) || len(w.wechat.ReceivedOn(bizsend)) != len(openids) {
			t.Errorf("calls: got %d to %d people, want one for each of %d", len(w.wechat.ReceivedOn(bizsend)), len(calls), len(openids))
		}
	})
}
