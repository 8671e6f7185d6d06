package bot

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
	"magpie/cards"
)

// A card with replies bears a thread_ts, its own ts. What it is answered stands in the
// channel; a button that stands in the thread is answered there.
func TestAnswerStandsWhereOnePressed(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	teller := newTestTeller(s)
	card := cards.Card{
		Body:    []cards.Text{cards.Plain("a card")},
		Buttons: []cards.Button{{Label: cards.Plain("Check"), Line: "check 1"}},
	}
	parent, err := teller.Post(s.ctx, cards.Place{Channel: general}, card)
	if err != nil {
		t.Fatal(err)
	}
	card.Buttons[0].Line = "check 2"
	reply, err := teller.Post(s.ctx, cards.Place{Channel: general, Thread: parent.TS}, card)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ ts, line, thread string }{
		{parent.TS, "check 1", ""},
		{reply.TS, "check 2", parent.TS},
	} {
		if _, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: test.ts}, "Check"); err != nil {
			t.Fatal(err)
		}
		if m := s.sees(bo, "heard "+test.line); m.ThreadTS != test.thread {
			t.Errorf("%s is answered in thread %q, want %q", test.line, m.ThreadTS, test.thread)
		}
	}
}

// A shortcut is answered in the channel unless its message stood in a thread; the line
// still names the thread that the message begins.
func TestShortcutIsAnsweredWhereItsMessageStands(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	for name, test := range map[string]struct{ message, thread, line string }{
		"alone":            {`{"ts":"1.1"}`, "", "article import thread=C1/1.1"},
		"begins a thread":  {`{"ts":"1.1","thread_ts":"1.1"}`, "", "article import thread=C1/1.1"},
		"stands in one":    {`{"ts":"1.2","thread_ts":"1.1"}`, "1.1", "article import thread=C1/1.1"},
		"alone, with file": {`{"ts":"1.1","files":[{"id":"F1"}]}`, "", "article import files=F1"},
	} {
		h, _ := s.bot.read(socketmode.Request{Type: "interactive", EnvelopeID: "E1", Payload: json.RawMessage(
			`{"type":"message_action","callback_id":"article_import","user":{"id":"U1"},"channel":{"id":"C1"},"message":` + test.message + `}`)})
		if h == nil {
			t.Fatalf("%s: nothing heard", name)
		}
		if h.call.Where.Thread != test.thread || h.call.Line != test.line {
			t.Errorf("%s: heard %q in thread %q, want %q in %q", name, h.call.Line, h.call.Where.Thread, test.line, test.thread)
		}
	}
}
