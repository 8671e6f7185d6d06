package outbox_test

import (
	"context"
	"errors"
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

// unserved reports whether request n's card says that its account is not served.
func (w *world) unserved(n int64) bool {
	w.t.Helper()
	card, err := w.Show(w.t.Context(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.ContainsFunc(card.Body, func(t cards.Text) bool { return t.Key == "account.unserved" })
}

// Work of an account that is not configured is held where it is, refused to whoever would
// have it go on, and goes on when the account is back.
func TestWorkOfAnotherAccountIsHeld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		waits, approved, paused, unclear := w.mustAsk("test.send", "U1", "waits", "o1"), w.mustAsk("test.send", "U1", "approved", "o2"),
			w.mustAsk("test.send", "U1", "paused", "o3"), w.mustAsk("test.send", "U1", "unclear", "o4")
		w.answer = func(recipient string, n int) error {
			if recipient == "o4" && n == 1 {
				return callError{unclear: true}
			}
			return nil
		}
		w.mustApprove(unclear, "UA1")
		w.state(unclear, outbox.Unclear)
		w.must("pause-all", w.PauseAll, press(0, "UX"))
		w.mustApprove(approved, "UA1")
		w.mustApprove(paused, "UA1")
		w.must("pause", w.PauseRequest, press(paused, "UA1"))
		w.stop()

		w.options.Accounts = outbox.Accounts{"wx12345678cdef"}
		w.open()
		w.must("resume-all", w.ResumeAll, press(0, "UX"))
		w.refused("approve", w.Approve, press(waits, "UA1"), "account.unserved")
		w.refused("resume", w.ResumeRequest, press(paused, "UA1"), "account.unserved")
		w.refused("again", w.SendAgain, press(unclear, "UA1"), "account.unserved")
		w.refused("anyway", w.AskAnyway, press(waits, "U1"), "account.unserved")
		said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx12345678cdef", Kind: "test.send", Payload: note{"theirs"}, Recipients: []string{"o5"}, Line: "l", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
		if err != nil {
			t.Fatal(err)
		}
		w.mustApprove(said.N, "UA1")
		w.state(said.N, outbox.Done)
		for n, want := range map[int64]outbox.State{waits: outbox.Waiting, approved: outbox.Approved, paused: outbox.Paused} {
			w.state(n, want)
			if !w.unserved(n) {
				t.Errorf("request %d does not say that its account is not served", n)
			}
			if _, acts := w.record(n); !strings.Contains(acts, "act.unserved") {
				t.Errorf("the record of request %d does not say that it is held: %s", n, acts)
			}
		}
		if got := w.seen(); !slices.Equal(got, []string{"o4:unclear", "o5:theirs"}) {
			t.Errorf("called %v", got)
		}
		mine, err := w.Requests(t.Context(), outbox.Accounts{"wx12345678cdef"}, "", 9)
		others, _, err2 := w.Elsewhere(t.Context(), outbox.Accounts{"wx12345678cdef"}, "")
		if err := errors.Join(err, err2); err != nil || len(mine) != 1 || others != 4 {
			t.Errorf("%d requests are listed and %d counted: %v", len(mine), others, err)
		}
		w.stop()

		w.options.Accounts = outbox.Accounts{"wx1"}
		w.open()
		w.state(approved, outbox.Done)
		if w.unserved(waits) {
			t.Error("what is served again says that it is not")
		}
		w.mustApprove(waits, "UA1")
		w.state(waits, outbox.Done)
		w.must("resume", w.ResumeRequest, press(paused, "UA1"))
		w.state(paused, outbox.Done)
		w.must("again", w.SendAgain, press(unclear, "UA2"))
		w.state(unclear, outbox.Done)
	})
}

// A broadcast that is being sent stands still under another account, and goes on where it
// was.
func TestABroadcastOfAnotherAccountIsHeld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w, _ := newBroadcasts(t, url, &crowd{size: 1000})
		w.answers(func(string, int) error {
			time.Sleep(5 * time.Millisecond)
			return nil
		})
		n := w.mustBegin("test.send", "tea")
		w.until("some calls", func() bool { return len(w.calls) > 50 })
		w.stop()
		called := len(w.seen())

		w.options.Accounts = outbox.Accounts{"wx2"}
		w.open()
		w.standsStill("lane", n, outbox.Sending)
		if now := len(w.seen()); now != called {
			t.Errorf("%d were called for another account", now-called)
		}
		w.stop()

		w.options.Accounts = outbox.Accounts{"wx1"}
		w.open()
		w.state(n, outbox.Done)
		calls := w.seen()
		slices.Sort(calls)
		if twice := len(calls) - len(slices.Compact(slices.Clone(calls))); twice > 0 || len(calls) != 1000 {
			t.Errorf("%d calls, %d of them twice, want 1000", len(calls), twice)
		}
	})
}

// One that is being prepared is not put before approvers under another account.
func TestABroadcastIsNotPreparedForAnotherAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		people := &crowd{size: 10, away: true}
		w, _ := newBroadcasts(t, url, people)
		n := w.mustBroadcast("test.send", "tea")
		w.stop()
		w.options.Accounts = outbox.Accounts{"wx2"}
		people.set(func() { people.away = false })
		w.open()
		w.standsStill("prepare", n, outbox.Preparing)
		w.stop()
		w.options.Accounts = outbox.Accounts{"wx1"}
		w.open()
		w.state(n, outbox.Waiting)
	})
}

// standsStill waits until a broadcast's job has looked and is to look again later, and
// wants its card to say why.
func (w *world) standsStill(job string, n int64, state outbox.State) {
	w.t.Helper()
	w.until(job+" is put off", func() bool {
		defer time.AfterFunc(10*time.Millisecond, w.changed.Broadcast)
		return w.count("select count(*) from river_job where kind = '"+job+"' and cast(metadata as text) like '%snoozes%'") > 0
	})
	w.state(n, state)
	if !w.unserved(n) {
		w.t.Errorf("request %d does not say that its account is not served", n)
	}
}

// Nobody is reminded of what nobody can approve now.
func TestNoReminderForAnotherAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		clock, set := byHand(8 * time.Hour)
		w := newWorld(t, url, set)
		w.mustAsk("test.send", "U1", "tea", "o1")
		w.mustTell(map[string]int{"C1 card": 1})
		w.stop()
		w.options.Accounts = outbox.Accounts{"wx2"}
		w.open()
		clock.on(4 * time.Hour)
		w.settled("remind_at <= " + fmt.Sprint(store.Millis(w.options.Now())))
		w.stop()
		w.options.Accounts = outbox.Accounts{"wx1"}
		w.open()
		w.mustTell(map[string]int{"C1 card": 1})
		clock.on(3 * time.Hour)
		w.mustTell(map[string]int{"C1 card": 1, "DUA1 remind.own": 1, "DUA2 remind.own": 1, "DU1 remind.nobody": 1})
	})
}

// record is a request's record: how many entries, and their verbs with the keys of their
// notes.
func (w *world) record(n int64) (count int, acts string) {
	w.t.Helper()
	notes, err := store.Column[string](w.db.Query(w.t.Context(), "select verb || ' ' || note from journal where room = 'request' and subject = $1 order by id", fmt.Sprint(n)))
	if err != nil {
		w.t.Fatal(err)
	}
	return len(notes), strings.Join(notes, "\n")
}

// A request that was given to another account behind magpie's back is not what was
// approved.
func TestTheHashCoversTheAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Accounts = outbox.Accounts{"wx1", "wx2"} })
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		other, err := w.Ask(t.Context(), outbox.Ask{Account: "wx2", Kind: "test.send", Payload: note{"tea"}, Recipients: []string{"o1"}, Line: "l", Who: person("U1"), Where: cards.Place{Channel: "C1"}})
		if err != nil {
			t.Fatalf("the same for another account is not alike: %v", err)
		}
		if a, b := w.hash(n), w.hash(other.N); a == b {
			t.Errorf("for two accounts there is one hash, %s", a)
		}
		w.exec("update request set account = 'wx2' where n = $1", n)
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Failed)
		if got := w.seen(); len(got) > 0 {
			t.Errorf("called %v", got)
		}
	})
}

func (w *world) hash(n int64) (hash string) {
	w.t.Helper()
	if err := w.db.QueryRow(w.t.Context(), "select hash from request where n = $1", n).Scan(&hash); err != nil {
		w.t.Fatal(err)
	}
	return hash
}

func (w *world) exec(statement string, args ...any) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(w.t.Context(), statement, args...)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
}

// What was written before requests bore an account is given to the one that is configured:
// approvals stay, the record says so, and what differed before is not made good.
func TestRequestsOfBeforeAreAdopted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Accounts = outbox.Accounts{""} })
		ask := func(text string) int64 {
			t.Helper()
			said, err := w.Ask(t.Context(), outbox.Ask{Kind: "test.send", Payload: note{text}, Recipients: []string{"o1"}, Line: text, Who: person("U1"), Where: cards.Place{Channel: "C1"}})
			if err != nil {
				t.Fatal(err)
			}
			return said.N
		}
		waits, approved, differs := ask("waits"), ask("approved"), ask("differs")
		w.must("pause-all", w.PauseAll, press(0, "UX"))
		w.mustApprove(approved, "UA1")
		w.mustApprove(differs, "UA1")
		w.exec("update request set payload = '{\"Text\":\"another\"}' where n = $1", differs)
		was := w.hash(waits)
		w.stop()

		w.options.Accounts = outbox.Accounts{"wx1"}
		w.before = func(o *outbox.Outbox) {
			for range 2 { // each start
				if err := o.Adopt(context.Background(), "wx1"); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.open()
		if is := w.hash(waits); is == was {
			t.Errorf("the hash of what waits does not cover the account: %s", is)
		}
		if _, acts := w.record(waits); strings.Count(acts, "adopted") != 2 { // the verb and its note
			t.Errorf("the record does not say once that it was adopted: %s", acts)
		}
		w.must("resume-all", w.ResumeAll, press(0, "UX"))
		w.state(approved, outbox.Done)
		w.state(differs, outbox.Failed)
		w.mustApprove(waits, "UA1")
		w.state(waits, outbox.Done)
	})
}

// What WeChat tells of one account is nothing about another's delivery of the same id.
func TestReportsAreOfOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		n := w.mustAsk("test.dedup", "U1", "tea", "o1")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		for _, of := range []struct {
			account string
			want    outbox.State
		}{{"wx2", outbox.Done}, {"wx1", outbox.Failed}} {
			if err := w.Engine.Report(t.Context(), of.account, "test.dedup", "M-o1", false, cards.Plain("blocked")); err != nil {
				t.Fatal(err)
			}
			w.state(n, of.want)
		}
	})
}

// How fast one account is called is nothing to another.
func TestRatesAreOfOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, func(o *outbox.Options) { o.Rates = outbox.Rates{"test.send": time.Millisecond} })
		w.exec("insert into rate (account, api, next_at) values ('wx2', 'test.send', $1)", time.Now().Add(20*time.Second).UnixMicro())
		n := w.mustAsk("test.send", "U1", "tea", "o1")
		w.mustApprove(n, "UA1")
		w.state(n, outbox.Done)
		accounts, err := store.Column[string](w.db.Query(t.Context(), "select account from rate where api = 'test.send' order by account"))
		if err != nil || !slices.Equal(accounts, []string{"wx1", "wx2"}) {
			t.Errorf("rates are kept of %v: %v", accounts, err)
		}
	})
}

func TestShortAccount(t *testing.T) {
	t.Parallel()
	for account, want := range map[string]string{"wx1234567890abcdef": "wx12…ef", "wx1": "wx1", "wxabcde": "wxab…de", "": ""} {
		if got := outbox.ShortAccount(account); got != want {
			t.Errorf("ShortAccount(%q) = %q, want %q", account, got, want)
		}
	}
	for _, accounts := range []outbox.Accounts{nil, {"wx1"}, {"wx1", "wx2"}} {
		condition, args := accounts.In("account", 3)
		if len(args) != len(accounts) || strings.Count(condition, "$") != len(args) {
			t.Errorf("In of %v is %s with %v", accounts, condition, args)
		}
		if err := accounts.Must("wx9"); !strings.Contains(fmt.Sprint(err), "wx9") {
			t.Errorf("Must of %v: %v", accounts, err)
		}
	}
}
