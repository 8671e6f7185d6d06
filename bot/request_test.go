package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

const signingSecret = "shh-test"

// shelf is a Heard that several bots can share, as they share a database.
type shelf struct {
	mu   sync.Mutex
	keys map[string]bool // settled or not
}

func (s *shelf) First(_ context.Context, key string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if settled, known := s.keys[key]; known {
		if !settled {
			return false, context.DeadlineExceeded
		}
		return false, nil
	}
	s.keys[key] = false
	return true, nil
}

func (s *shelf) Settle(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[key] = true
	return nil
}

// byHTTP is a stage on which the pretend Slack posts to the bot.
func byHTTP(t *testing.T, o slacktest.Options, heard Heard) (*stage, string) {
	t.Helper()
	s := newStage(t, o)
	opt := s.bot.opt
	opt.SigningSecret, opt.Heard = signingSecret, heard
	s.bot = New(opt)
	mux := http.NewServeMux()
	mux.Handle("POST "+Path, s.bot.Handler())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.run()
	if err := s.PostTo(s.ctx, server.URL+Path); err != nil {
		t.Fatal(err)
	}
	<-s.bot.introduced
	return s, server.URL + Path
}

func newShelf() *shelf { return &shelf{keys: map[string]bool{}} }

// What is heard over a socket is heard by HTTP, and answered the same.
func TestByHTTP(t *testing.T) {
	t.Parallel()
	s, _ := byHTTP(t, slacktest.Options{ShouldEscape: true}, newShelf())
	if !s.bot.Ready() {
		t.Error("Ready is false without a socket")
	}
	if m := s.say(amy, general, "/wechat  help “T1” ").Message; m == nil || !m.Has("heard help “T1”") {
		t.Fatalf("a command is answered with %+v", m)
	}
	call := s.book.said()[0]
	if call.Line != "help “T1”" || call.Who.ID != amy || call.Where.Channel != general || !strings.HasPrefix(call.Once, "http:") {
		t.Errorf("call: got %+v", call)
	}
	teller := NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "UTC", nil)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, approvalCard())
	if err != nil {
		t.Fatal(err)
	}
	if ack, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: place.TS}, "Approve"); err != nil || ack.Payload != nil {
		t.Fatalf("press: %v, acknowledged with %s", err, ack.Payload)
	}
	s.sees(bo, "heard approve 17")
	if err := s.Mention(s.ctx, amy, general, "", "<@U0MAGPIE> requests"); err != nil {
		t.Fatal(err)
	}
	s.sees(amy, "heard requests")
	s.book.do = func(_ context.Context, call commands.Call) (commands.Answer, error) {
		if call.Form {
			r := cards.Refuse("bot.part", "n", 1, "of", 2, "title", "no")
			r.Field = "reason"
			return commands.Answer{}, r
		}
		return commands.Answer{Form: &cards.Form{Title: cards.Plain("Reject"), Line: "reject 17", Inputs: []cards.Input{{Key: "reason", Label: cards.Plain("Reason")}}}}, nil
	}
	s.say(amy, general, "/wechat reject 17")
	if err := s.WaitFor(s.ctx, func() bool { return len(s.Views(amy)) == 1 }); err != nil {
		t.Fatal(err)
	}
	_, err = s.Submit(s.ctx, amy, "", map[string]any{"reason": "x"})
	if wrong, ok := err.(slacktest.FieldErrors); !ok || wrong["reason"] == "" {
		t.Errorf("a form with a fault: got %v, want the fault at its field", err)
	}
	if log := s.log.text(); strings.Contains(log, signingSecret) {
		t.Errorf("the signing secret is in the log:\n%s", log)
	}
}

// post posts a body as it is, with headers of one's own.
func post(t *testing.T, address string, header http.Header, body string) (status int, answer, kind string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw), res.Header.Get("Content-Type")
}

func command(line, trigger string) string {
	return url.Values{
		"command": {"/wechat"}, "text": {line}, "user_id": {amy}, "team_id": {"T0MAGPIE"}, "channel_id": {general}, "trigger_id": {trigger},
	}.Encode()
}

// Whoever does not sign, or not now, is answered 401 and nothing else, and not heard.
func TestSignatures(t *testing.T) {
	t.Parallel()
	s, address := byHTTP(t, slacktest.Options{}, newShelf())
	body := command("help", "1")
	now := time.Now()
	with := func(header http.Header, name, value string) http.Header {
		header = header.Clone()
		if value == "" {
			header.Del(name)
			return header
		}
		header.Set(name, value)
		return header
	}
	good := s.Sign([]byte(body), now)
	for name, test := range map[string]struct {
		header http.Header
		body   string
	}{
		"no headers":             {http.Header{}, body},
		"no signature":           {with(good, "X-Slack-Signature", ""), body},
		"no timestamp":           {with(good, "X-Slack-Request-Timestamp", ""), body},
		"another body":           {good, body + "x"},
		"another time":           {with(good, "X-Slack-Request-Timestamp", "1700000000"), body},
		"no number":              {with(good, "X-Slack-Request-Timestamp", "now"), body},
		"another version":        {with(good, "X-Slack-Signature", "v1"+good.Get("X-Slack-Signature")[2:]), body},
		"cut":                    {with(good, "X-Slack-Signature", good.Get("X-Slack-Signature")[:20]), body},
		"no hex":                 {with(good, "X-Slack-Signature", "v0=zz"), body},
		"301 s ago":              {s.Sign([]byte(body), now.Add(-301*time.Second)), body},
		"5 minutes ahead":        {s.Sign([]byte(body), now.Add(310*time.Second)), body},
		"a challenge of its own": {http.Header{}, `{"type":"url_verification","challenge":"c"}`},
	} {
		if status, answer, _ := post(t, address, test.header, test.body); status != http.StatusUnauthorized || answer != "" {
			t.Errorf("%s: got %d %q, want 401 and nothing", name, status, answer)
		}
	}
	if n := len(s.book.said()); n != 0 {
		t.Fatalf("%d lines were heard, want none", n)
	}
	for i, at := range []time.Duration{-290 * time.Second, 0, 290 * time.Second} {
		body := command("help", string(rune('a'+i)))
		status, answer, kind := post(t, address, s.Sign([]byte(body), now.Add(at)), body)
		var shown struct {
			Type string `json:"response_type"`
			Text string `json:"text"`
		}
		if err := json.Unmarshal([]byte(answer), &shown); status != http.StatusOK || err != nil || !strings.HasPrefix(kind, "application/json") || shown.Type != "ephemeral" || !strings.Contains(answer, "heard help") {
			t.Errorf("signed %v from now: got %d %s %q, %v", at, status, kind, answer, err)
		}
	}
	challenge := `{"token":"x","challenge":"3eZbrw1aBm2r","type":"url_verification"}`
	if status, answer, _ := post(t, address, s.Sign([]byte(challenge), now), challenge); status != http.StatusOK || answer != "3eZbrw1aBm2r" {
		t.Errorf("url_verification: got %d %q, want the challenge", status, answer)
	}
	for body, want := range map[string]int{
		"ssl_check=1&token=x": 200, `{"type":"app_rate_limited"}`: 200, "a=b": 400, "{": 400, "": 400, "%zz": 400,
		strings.Repeat("a", maxRequest+1): 413,
	} {
		if status, answer, _ := post(t, address, s.Sign([]byte(body), now), body); status != want || answer != "" {
			t.Errorf("%.30q: got %d %q, want %d", body, status, answer, want)
		}
	}
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %d, want 405", res.StatusCode)
	}
}

// The same body is heard once: by the bot that heard it, after a restart, and by another
// one, with and without Slack's headers of a repetition.
func TestRepeatedBodies(t *testing.T) {
	t.Parallel()
	shared := newShelf()
	s, address := byHTTP(t, slacktest.Options{}, shared)
	other, elsewhere := byHTTP(t, slacktest.Options{}, shared)
	mention := `{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U0AMY","text":"<@U0MAGPIE> help","channel":"C0GENERAL","ts":"1.2"}}`
	for i, body := range []string{command("help", "1"), mention} {
		status, first, _ := post(t, address, s.Sign([]byte(body), time.Now()), body)
		if status != http.StatusOK {
			t.Fatalf("%q: got %d", body, status)
		}
		for n, at := range []string{address, address, elsewhere} {
			header := s.Sign([]byte(body), time.Now().Add(time.Duration(n)*time.Second))
			if n > 0 {
				header.Set("X-Slack-Retry-Num", "1")
				header.Set("X-Slack-Retry-Reason", "http_timeout")
			}
			status, again, _ := post(t, at, header, body)
			if status != http.StatusOK || at == address && again != first || at == elsewhere && again != "" {
				t.Errorf("%q again: got %d %q, the first was %q", body, status, again, first)
			}
		}
		if got := len(s.book.said()) + len(other.book.said()); got != i+1 {
			t.Errorf("%d lines were heard, want %d", got, i+1)
		}
	}
	// What another process is still at is not acknowledged here, for that one may die.
	shared.keys["Ev2"] = false
	body := strings.ReplaceAll(mention, "Ev1", "Ev2")
	if status, answer, _ := post(t, address, s.Sign([]byte(body), time.Now()), body); status != http.StatusServiceUnavailable || answer != "" {
		t.Errorf("at work elsewhere: got %d %q, want 503", status, answer)
	}
	delete(shared.keys, "Ev2") // it has died
	if status, _, _ := post(t, address, s.Sign([]byte(body), time.Now()), body); status != http.StatusOK || len(s.book.said()) != 3 {
		t.Errorf("once that has died: got %d and %d lines, want it heard", status, len(s.book.said()))
	}
}

// A line that takes longer than Slack waits is acknowledged, and answered later.
func TestLateByHTTP(t *testing.T) {
	t.Parallel()
	s, _ := byHTTP(t, slacktest.Options{}, newShelf())
	release := make(chan struct{})
	s.book.do = func(ctx context.Context, call commands.Call) (commands.Answer, error) {
		<-release
		return answering(ctx, call)
	}
	if ack := s.say(amy, general, "/wechat help"); ack.Payload != nil || ack.Took > 3*time.Second {
		t.Errorf("acknowledged after %v with %s", ack.Took, ack.Payload)
	}
	close(release)
	s.sees(amy, "heard help")
}

// What cannot be taken in hand is said so at once; events are not acknowledged, for Slack
// posts them again.
func TestTooManyByHTTP(t *testing.T) {
	t.Parallel()
	s, _ := byHTTP(t, slacktest.Options{EventRetries: slices.Repeat([]time.Duration{10 * time.Millisecond}, 500)}, newShelf())
	for range atOnce {
		s.bot.slots <- struct{}{}
	}
	if m := s.say(amy, general, "/wechat help").Message; m == nil || !m.Has("Too much is going on") {
		t.Errorf("with all hands full: %+v", m)
	}
	if err := s.Mention(s.ctx, amy, general, "", "help"); !errors.Is(err, slacktest.ErrHTTPStatus) {
		t.Errorf("a mention with all hands full: got %v, want it not acknowledged", err)
	}
	for range atOnce {
		<-s.bot.slots
	}
	s.sees(amy, "heard help")
}

// Nobody is heard before it is known who the bot is: mentions need its name.
func TestNotIntroducedByHTTP(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	opt := s.bot.opt
	opt.SigningSecret, opt.Heard = signingSecret, newShelf()
	s.bot = New(opt)
	if s.bot.Ready() {
		t.Error("ready before it is known who the bot is")
	}
	body := command("help", "1")
	req := httptest.NewRequest(http.MethodPost, Path, bytes.NewReader([]byte(body)))
	req.Header = s.Sign([]byte(body), time.Now())
	got := httptest.NewRecorder()
	s.bot.Handler().ServeHTTP(got, req)
	if got.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", got.Code)
	}
}

// A form that opens a form of more than an acknowledgement holds: it comes by itself. So do
// complaints and answers that are too long for one, in both modes.
func TestAnswersTooLargeForAnAcknowledgement(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"socket", "http"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			var s *stage
			if mode == "http" {
				s, _ = byHTTP(t, slacktest.Options{}, newShelf())
			} else {
				s = started(t, slacktest.Options{})
			}
			long := strings.Repeat("<&>", 900) // three times as much once it is written
			large := &cards.Form{Title: cards.Plain("Second"), Line: "second"}
			for i := range 5 {
				large.Inputs = append(large.Inputs, cards.Input{Key: "note" + string(rune('a'+i)), Label: cards.Plain("Note"), Value: long})
			}
			s.book.do = func(_ context.Context, call commands.Call) (commands.Answer, error) {
				switch {
				case call.Form && strings.HasPrefix(call.Line, "first"):
					return commands.Answer{Form: large}, nil
				case call.Form:
					r := cards.Refuse("bot.part", "n", 1, "of", 2, "title", strings.Repeat(long, 3)+"END")
					r.Field = "notea"
					return commands.Answer{}, r
				}
				return commands.Answer{Form: &cards.Form{Title: cards.Plain("First"), Line: "first", Inputs: []cards.Input{{Key: "reason", Label: cards.Plain("Reason")}}}}, nil
			}
			s.say(amy, general, "/wechat first")
			open := func(title string) slacktest.View {
				t.Helper()
				var found slacktest.View
				if err := s.WaitFor(s.ctx, func() bool {
					views := s.Views(amy)
					if len(views) == 1 {
						found = views[0]
					}
					return found.Title == title && strings.Contains(found.PlainText(), "Note") == (title == "Second")
				}); err != nil {
					t.Fatalf("%s is not open: %v, %+v\n%s", title, err, found.PlainText(), s.log.text())
				}
				return found
			}
			open("First")
			if _, err := s.Submit(s.ctx, amy, "", map[string]any{"reason": "x"}); err != nil {
				t.Fatal(err)
			}
			if v := open("Second"); !strings.Contains(string(v.State), "notee") {
				t.Errorf("the second form holds %s", v.State)
			}
			_, err := s.Submit(s.ctx, amy, "", nil)
			if wrong, ok := err.(slacktest.FieldErrors); !ok || wrong["notea"] == "" {
				t.Errorf("a long complaint: got %.200v, want it at its field", err)
			}
			s.sees(amy, "END")
		})
	}
}

// A command that is posted is answered in the response, whatever its answer is: a list before
// any table was taken, and what is larger than an acknowledgement may be.
func TestCommandsAreAnsweredInTheResponse(t *testing.T) {
	t.Parallel()
	s, _ := byHTTP(t, slacktest.Options{}, newShelf())
	s.bot.tables.taken.Store(false)
	answer := cards.Card{}
	s.book.do = func(context.Context, commands.Call) (commands.Answer, error) {
		return commands.Answer{Card: answer}, nil
	}
	for name, c := range map[string]struct {
		card        cards.Card
		first, last string
	}{
		"a list":          {tableCard(3), "#16 · ✅", "#16 · ✅"},
		"too long":        {cards.Card{Title: cards.Plain("Long"), Body: slices.Repeat([]cards.Text{cards.Plain(strings.Repeat("<&>", 300))}, 10), Notes: []cards.Text{cards.Plain("the end")}}, "Long", "the end"},
		"too long a list": {manyRows(40), "#17 · ", "#-22 · ✅"},
	} {
		answer = c.card
		if ack := s.say(amy, general, "/wechat requests"); ack.Message == nil || !ack.Message.Has(c.first) {
			t.Errorf("%s: answered with %s, want %q", name, ack.Payload, c.first)
		}
		s.sees(amy, c.last)
	}
}

// manyRows is a list that no acknowledgement has room for.
func manyRows(count int) cards.Card {
	card := tableCard(count)
	for i := range card.Rows {
		card.Rows[i].Text.Args["what"] = cards.T("column.is", "value", strings.Repeat("<", 90)).Args["value"]
	}
	return card
}
