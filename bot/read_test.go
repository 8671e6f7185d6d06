package bot

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
	"magpie/cards"
)

// What Slack adds, leaves out or writes oddly costs nobody the line; what is not
// said to the bot is not heard.
func TestRead(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.bot.self = self{team: "T0MAGPIE", user: "U0MAGPIE"}
	for name, test := range map[string]struct {
		kind, payload string
		line, key     string // line "-": nothing is heard
		where         cards.Place
	}{
		"slash, bare":     {"slash_commands", `{"command":"/wechat","user_id":"U1"}`, "", "", cards.Place{}},
		"slash, odd":      {"slash_commands", `{"command":"/WeChat","user_id":"U1","text":" help\u00a0","channel_id":"C1","is_enterprise_install":[1]}`, "help", "", cards.Place{Channel: "C1"}},
		"another command": {"slash_commands", `{"command":"/weather","user_id":"U1","text":"help"}`, "-", "", cards.Place{}},
		"no user":         {"slash_commands", `{"command":"/wechat","text":"help"}`, "-", "", cards.Place{}},
		"press with a block nobody knows": {"interactive",
			`{"type":"block_actions","user":{"id":"U1"},"container":{"channel_id":"C1","message_ts":"1.2"},"message":{"thread_ts":"1.1","blocks":[{"type":7}]},"actions":[{"type":"button","value":"approve 17","block_id":3}]}`,
			"approve 17", "", cards.Place{Channel: "C1", Thread: "1.1", TS: "1.2"}},
		"press in a form": {"interactive",
			`{"type":"block_actions","user":{"id":"U1"},"view":{"id":"V1","private_metadata":"{\"line\":\"x\",\"channel\":\"C2\"}"},"actions":[{"type":"button","value":"show 1"}]}`,
			"show 1", "", cards.Place{Channel: "C2"}},
		"a link pressed":   {"interactive", `{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button"}]}`, "-", "", cards.Place{}},
		"a choice made":    {"interactive", `{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"static_select","value":"x"}]}`, "-", "", cards.Place{}},
		"nothing pressed":  {"interactive", `{"type":"block_actions","user":{"id":"U1"}}`, "-", "", cards.Place{}},
		"closed":           {"interactive", `{"type":"view_closed","user":{"id":"U1"}}`, "-", "", cards.Place{}},
		"another's form":   {"interactive", `{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","private_metadata":"hello"}}`, "-", "", cards.Place{}},
		"form":             {"interactive", `{"type":"view_submission","user":{"id":"U1"},"view":{"private_metadata":"{\"line\":\"reject 1\",\"channel\":\"C1\"}","state":{"values":{"reason":{"value":{"type":"plain_text_input","value":"no"}},"note":{"value":{"value":null}}}}}}`, `reject 1 reason="no"`, "", cards.Place{Channel: "C1"}},
		"mention":          {"events_api", `{"event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"<@U0MAGPIE> help","channel":"C1","ts":"1.2","thread_ts":"1.1","blocks":[7]}}`, "help", "Ev1", cards.Place{Channel: "C1", Thread: "1.1"}},
		"mention, no id":   {"events_api", `{"event":{"type":"app_mention","user":"U1","text":"help","channel":"C1","ts":"1.2"}}`, "help", "C1 1.2", cards.Place{Channel: "C1"}},
		"mention, edited":  {"events_api", `{"event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"help","edited":{"user":"U1"}}}`, "-", "", cards.Place{}},
		"a bot's mention":  {"events_api", `{"event_id":"Ev1","event":{"type":"app_mention","user":"U2","bot_id":"B2","text":"help"}}`, "-", "", cards.Place{}},
		"own message":      {"events_api", `{"event_id":"Ev1","event":{"type":"message","channel_type":"im","user":"U0MAGPIE","text":"help"}}`, "-", "", cards.Place{}},
		"in a channel":     {"events_api", `{"event_id":"Ev1","event":{"type":"message","channel_type":"channel","user":"U1","text":"help"}}`, "-", "", cards.Place{}},
		"somebody changed": {"events_api", `{"event_id":"Ev1","event":{"type":"user_change","user":{"id":"U1"}}}`, "-", "", cards.Place{}},
		"deleted":          {"events_api", `{"event_id":"Ev1","event":{"type":"message","subtype":"message_deleted","channel_type":"im"}}`, "-", "", cards.Place{}},
		"no object":        {"interactive", `"x"`, "-", "", cards.Place{}},
		"nothing":          {"slash_commands", ``, "-", "", cards.Place{}},
		"another sort":     {"new_things", `{}`, "-", "", cards.Place{}},
	} {
		h, key := s.bot.read(socketmode.Request{Type: test.kind, EnvelopeID: "E1", Payload: json.RawMessage(test.payload)})
		switch {
		case h == nil && test.line != "-":
			t.Errorf("%s: nothing heard, want %q", name, test.line)
		case h != nil && test.line == "-":
			t.Errorf("%s: heard %q, want nothing", name, h.call.Line)
		case h != nil && (h.call.Line != test.line || h.call.Where != test.where || key != test.key || h.call.Who.ID != "U1"):
			t.Errorf("%s: got %q at %+v, key %q, by %q; want %q at %+v, key %q", name, h.call.Line, h.call.Where, key, h.call.Who.ID, test.line, test.where, test.key)
		}
	}
}

// slack-go gives an envelope up whose payload it cannot decode; we read it ourselves.
func TestEnvelopeThatSlackGoRefuses(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	raw := `{"envelope_id":"E1","type":"interactive","payload":{"type":"block_actions","user":{"id":"U0AMY"},` +
		`"channel":{"id":"C0GENERAL"},"message":{"blocks":[{"type":7}]},"actions":[{"type":"button","value":"show 9"}]}}`
	s.bot.now.Load().client.Events <- socketmode.Event{
		Type: socketmode.EventTypeErrorBadMessage,
		Data: &socketmode.ErrorBadMessage{Cause: errors.New("odd block"), Message: json.RawMessage(raw)},
	}
	s.sees(amy, "heard show 9")
}

// Slack sends an event again in a new envelope; its event_id stays.
func TestRepeatedEvent(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	events := s.bot.now.Load().client.Events
	for _, envelope := range []string{"E1", "E2", "E3"} {
		events <- socketmode.Event{Type: socketmode.EventTypeEventsAPI, Request: &socketmode.Request{
			Type: "events_api", EnvelopeID: envelope,
			Payload: json.RawMessage(`{"event_id":"Ev1","event":{"type":"app_mention","user":"U0AMY","text":"help","channel":"C0GENERAL"}}`),
		}}
	}
	s.sees(amy, "heard help")
	if err := s.stop(); err != nil { // everything in hand is finished
		t.Fatal(err)
	}
	if calls := s.book.said(); len(calls) != 1 || calls[0].Once != "Ev1" {
		t.Errorf("calls: got %+v, want one, once by its event_id", calls)
	}
	if got := len(s.Ephemerals(amy)); got != 1 {
		t.Errorf("amy is answered %d times, want once", got)
	}
}
