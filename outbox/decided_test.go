package outbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store/storetest"
)

// named is who a text of a card names under an argument.
func named(arg cards.Arg) string {
	if arg.Text != nil {
		return arg.Text.Args["who"].User
	}
	return arg.User
}

// fieldBy is whom a card names in a field, such as "Rejected by".
func fieldBy(c cards.Card, label string) string {
	for _, f := range c.Fields {
		if f.Label.Key == "field."+label && !f.Value.Args["at"].Time.IsZero() {
			return named(f.Value.Args["by"])
		}
	}
	return ""
}

// reply is the first paragraph of a key in a thread, as it was posted; nil where none is.
func (w *world) reply(key string) *cards.Text {
	for at, place := range w.posts {
		card := w.cards[place.Channel+"/"+fmt.Sprint(at+1)]
		if i := slices.IndexFunc(card.Body, func(t cards.Text) bool { return t.Key == key }); i >= 0 && place.Thread != "" {
			return &card.Body[i]
		}
	}
	return nil
}

// Whoever rejected, withdrew, paused or stopped a request stands on its card and in its
// thread, with when and why.
func TestWhoDecidedStandsOnTheCardAndInTheThread(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		for _, test := range []struct {
			who, field, reply, by string
			act                   func(n int64) error
		}{
			{"UA1", "by_rejected", "result.rejected", "by", func(n int64) error {
				_, err := w.Reject(t.Context(), outbox.Press{N: n, Who: person("UA1"), Reason: "not today"})
				return err
			}},
			{"UX", "by_withdrawn", "result.withdrawn", "by", func(n int64) error {
				_, err := w.Withdraw(t.Context(), press(n, "UX"))
				return err
			}},
			{"UA2", "by_paused", "reply.paused", "who", func(n int64) error {
				w.answers(func(string, int) error { return callError{notSent: true, again: 1} })
				w.mustApprove(n, "UA1")
				w.must("pause", w.PauseRequest, press(n, "UA2"))
				return nil
			}},
			{"UX", "by_stopped", "result.stopped", "by", func(n int64) error {
				w.mustApprove(n, "UA1")
				w.must("stop", w.StopRequest, press(n, "UX"))
				return nil
			}},
		} {
			n := w.mustAsk("test.send", "U1", test.field, "o1")
			if err := test.act(n); err != nil {
				t.Fatalf("%s: %v", test.field, err)
			}
			w.until(test.field+" on the card that people see", func() bool {
				for _, c := range w.cards {
					if c.Title.Key == "card.title" && *c.Title.Args["n"].Number == n && fieldBy(c, test.field) == test.who {
						return true
					}
				}
				return false
			})
			w.until(test.reply+" in the thread", func() bool {
				said := w.reply(test.reply)
				return said != nil && named(said.Args[test.by]) == test.who && !said.Args["at"].Time.IsZero()
			})
			if card, err := w.Show(t.Context(), n); err != nil || fieldBy(card, test.field) != test.who {
				t.Errorf("show %d names %q, %v, want %s in %s", n, fieldBy(card, test.field), err, test.who, test.field)
			}
		}
	})
}

// What goes on again is no longer shown as paused by anybody, and the thread says who let
// it go on.
func TestWhoLetItGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.answers(func(string, int) error { return callError{notSent: true, again: 1} })
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	w.mustApprove(n, "UA1")
	w.must("pause", w.PauseRequest, press(n, "U1"))
	w.must("resume", w.ResumeRequest, press(n, "UA2"))
	w.until("both replies", func() bool {
		paused, resumed := w.reply("reply.paused"), w.reply("reply.resumed")
		return paused != nil && resumed != nil && named(paused.Args["who"]) == "U1" && named(resumed.Args["who"]) == "UA2"
	})
	if card, err := w.Show(t.Context(), n); err != nil || fieldBy(card, "by_paused") != "" {
		t.Errorf("show: paused by %q, %v, want nobody", fieldBy(card, "by_paused"), err)
	}
}

// What magpie takes back is not said to be its owner's doing.
func TestWhatMagpieWithdraws(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	n := w.mustAsk("test.send", "U1", "tea", "o1")
	if _, err := w.Withdraw(t.Context(), outbox.Press{N: n, Who: person("U1"), ByMagpie: cards.Plain("its schedule was paused")}); err != nil {
		t.Fatal(err)
	}
	card, err := w.Show(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(card.Body, func(t cards.Text) bool { return t.Key == "result.delivery" }) {
		t.Errorf("show tells of deliveries that were never to be called: %+v", card.Body)
	}
	raw, err := json.Marshal(card.Fields)
	if err != nil || fieldBy(card, "by_withdrawn") != "" || !strings.Contains(string(raw), "act.magpie") || !strings.Contains(string(raw), "its schedule was paused") {
		t.Errorf("fields: got %s, %v, want magpie and why", raw, err)
	}
}

// Everything being held is told where cards wait, stands on them while it lasts, and the
// answers to acts say that they wait for its end.
func TestPauseAllIsToldWhereCardsWait(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		ask := func(channel, text string) int64 {
			t.Helper()
			said, err := w.Ask(t.Context(), outbox.Ask{Account: "wx1", Kind: "test.send", Payload: note{text}, Recipients: []string{"o1"}, Line: text, Who: person("U1"), Where: cards.Place{Channel: channel}})
			if err != nil {
				t.Fatal(err)
			}
			return said.N
		}
		one, two, over := ask("C1", "a"), ask("C2", "b"), ask("C3", "c")
		w.must("withdraw", w.Withdraw, press(over, "U1"))
		w.until("the cards and the end of one", func() bool { return len(w.posts) == 4 })
		w.must("pause-all", w.PauseAll, press(0, "UX"))
		// told are the channels in which a text was posted.
		told := func(key string) (in []string) {
			for at, place := range w.posts {
				if c := w.cards[place.Channel+"/"+fmt.Sprint(at+1)]; len(c.Body) == 1 && c.Body[0].Key == key && named(c.Body[0].Args["who"]) == "UX" {
					in = append(in, place.Channel)
				}
			}
			slices.Sort(in)
			return in
		}
		held := func(c cards.Card) bool {
			return slices.ContainsFunc(c.Body, func(t cards.Text) bool {
				return t.Key == "card.held" && named(t.Args["who"]) == "UX" && !t.Args["at"].Time.IsZero()
			})
		}
		cardsHeld := func() (count int) {
			for _, c := range w.cards {
				if held(c) {
					count++
				}
			}
			return count
		}
		w.until("a post in each channel where a card waits", func() bool { return slices.Equal(told("hold.paused_all"), []string{"C1", "C2"}) })
		w.until("both cards say it", func() bool { return cardsHeld() == 2 })
		if h, err := w.HeldFor(t.Context(), "wx1"); err != nil || h == nil || h.Who != "UX" || h.Since.IsZero() {
			t.Errorf("held: got %+v, %v, want it by UX", h, err)
		}
		if said := w.must("approve", w.Approve, press(one, "UA1")); said.Text.Key != "answer.approved_held" {
			t.Errorf("approved meanwhile: told %s", said.Text.Key)
		}
		w.must("pause", w.PauseRequest, press(one, "U1"))
		if said := w.must("resume", w.ResumeRequest, press(one, "U1")); said.Text.Key != "answer.goes_on_held" {
			t.Errorf("resumed meanwhile: told %s", said.Text.Key)
		}
		if state, _, err := w.StateOf(t.Context(), one); err != nil || state != outbox.Approved {
			t.Errorf("while everything is held it is %s, %v, want approved", state, err)
		}
		if calls := w.seen(); len(calls) != 0 {
			t.Errorf("calls while everything is held: %v", calls)
		}
		w.must("resume-all", w.ResumeAll, press(0, "UX"))
		w.until("that it goes on is posted where cards wait", func() bool { return slices.Equal(told("hold.resumed_all"), []string{"C1", "C2"}) })
		w.until("no card says that it is held", func() bool { return cardsHeld() == 0 })
		w.state(one, outbox.Done)
		w.state(two, outbox.Waiting)
		if h, err := w.HeldFor(t.Context(), "wx1"); err != nil || h != nil {
			t.Errorf("held: got %+v, %v, want nobody to hold it", h, err)
		}
	})
}

// What somebody wanted of a number before there was a request is not on its record.
func TestARecordBeginsWithTheRequest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.refused("reject", w.Reject, press(1, "UA1"), "fault.no_request")
		w.refused("ask anyway", w.AskAnyway, press(1, "U1"), "fault.no_request")
		if err := w.Refused(t.Context(), person("U1"), outbox.Tried{Line: "approve 1", N: 1}, cards.Refuse("fault.role_approver"), "k"); err != nil {
			t.Fatal(err)
		}
		n := w.mustAsk("test.send", "U1", "tea", "oA")
		if n != 1 {
			t.Fatalf("the first request is %d", n)
		}
		if count, acts := w.record(n); !strings.HasPrefix(acts, "asked ") || strings.Contains(acts, "refused") || strings.Contains(acts, "tried") {
			t.Errorf("%d acts: %s", count, acts)
		}
	})
}
