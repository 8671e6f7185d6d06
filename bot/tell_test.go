package bot

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
)

func newTestTeller(s *stage) *Teller {
	return NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "Asia/Shanghai", nil)
}

func longCard() cards.Card {
	card := approvalCard()
	card.Content = many(12, func(i int) cards.Content {
		return cards.Content{Label: "part", Text: strings.Repeat(string(rune('a'+i)), 2500)}
	})
	return card
}

func TestPostAndUpdate(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller := newTestTeller(s)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, longCard())
	if err != nil || place.Channel != general || place.TS == "" {
		t.Fatalf("Post: got %+v, %v", place, err)
	}
	thread := s.Thread(general, place.TS)
	if len(thread) < 3 {
		t.Fatalf("the card has %d messages, want its content in the thread", len(thread)-1)
	}
	all := strings.Join(texts(thread), "")
	for i := range 12 {
		if want := strings.Repeat(string(rune('a'+i)), 2500); !strings.Contains(all, want) {
			t.Errorf("part %d is not shown whole", i)
		}
	}
	card := longCard()
	card.Title = cards.Plain("#17 is done")
	card.Buttons = nil
	if err := teller.Update(s.ctx, place, card); err != nil {
		t.Fatal(err)
	}
	m, _ := s.Message(general, place.TS)
	if !m.Has("#17 is done") || len(m.Buttons()) != 0 || len(s.Thread(general, place.TS)) != len(thread) {
		t.Errorf("updated: %q, %d buttons, %d in the thread, want %d", m.PlainText(), len(m.Buttons()), len(s.Thread(general, place.TS)), len(thread))
	}
	reply, err := teller.Post(s.ctx, cards.Place{Channel: general, Thread: place.TS}, cards.Card{Body: []cards.Text{cards.Plain("3 done")}})
	if err != nil || reply.TS == place.TS {
		t.Fatalf("reply: %+v, %v", reply, err)
	}
	if m, _ := s.Message(general, reply.TS); m.ThreadTS != place.TS {
		t.Errorf("the reply stands in thread %q, want %q", m.ThreadTS, place.TS)
	}
}

func TestPostToPerson(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	for name, fault := range map[string]slacktest.Fault{
		"opened":          {Delay: time.Millisecond},
		"not to be had":   {Status: 404},
		"without a scope": {Error: "missing_scope"},
	} {
		teller := newTestTeller(s)
		s.Fail("conversations.open", 1, fault)
		place, err := teller.Post(s.ctx, cards.Place{User: amy}, cards.Card{Body: []cards.Text{cards.Plain("for you")}})
		if err != nil || place.Channel != s.DM(amy) {
			t.Errorf("%s: got %+v, %v, want the conversation %s", name, place, err, s.DM(amy))
		}
	}
}

func TestTellErrors(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	card := approvalCard()
	for name, test := range map[string]struct {
		fault        slacktest.Fault
		retry        time.Duration
		cannot, gone bool
	}{
		"429":                 {fault: slacktest.Fault{Status: 429, RetryAfter: 7 * time.Second}, retry: 7 * time.Second},
		"429 without a word":  {fault: slacktest.Fault{Status: 429}, retry: retryLater},
		"ratelimited":         {fault: slacktest.Fault{Error: "ratelimited"}, retry: retryLater},
		"503":                 {fault: slacktest.Fault{Status: 503}, retry: retryLater},
		"dropped":             {fault: slacktest.Fault{Drop: true}, retry: retrySoon},
		"not in channel":      {fault: slacktest.Fault{Error: "not_in_channel"}, cannot: true},
		"archived":            {fault: slacktest.Fault{Error: "is_archived"}, cannot: true},
		"message gone":        {fault: slacktest.Fault{Error: "message_not_found"}, gone: true},
		"refused for good":    {fault: slacktest.Fault{Error: "invalid_blocks"}},
		"refused with a page": {fault: slacktest.Fault{Status: 403}},
	} {
		t.Run(name, func(t *testing.T) {
			teller := newTestTeller(s)
			for method, call := range map[string]func() error{
				"chat.postMessage": func() error { _, err := teller.Post(s.ctx, cards.Place{Channel: general}, card); return err },
				"chat.update":      func() error { return teller.Update(s.ctx, cards.Place{Channel: general, TS: "1.2"}, card) },
			} {
				s.Fail(method, 1, test.fault)
				err := call()
				var told *TellError
				if !errors.As(err, &told) {
					t.Fatalf("%s: got %v, want a *TellError", method, err)
				}
				if told.RetryAfter() != test.retry || told.CannotPost() != test.cannot || told.Gone() != test.gone {
					t.Errorf("%s: %v: RetryAfter %v CannotPost %v Gone %v, want %v %v %v", method, err,
						told.RetryAfter(), told.CannotPost(), told.Gone(), test.retry, test.cannot, test.gone)
				}
			}
		})
	}
	if _, err := newTestTeller(s).Post(s.ctx, cards.Place{Channel: secret}, card); !isBarred(err) {
		t.Errorf("a private channel: got %v, want CannotPost", err)
	}
}

// When the rest of a card cannot be posted, the card is taken back: the next try
// must not show it twice.
func TestPostIsWholeOrNot(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller := newTestTeller(s)
	s.Fail("chat.postMessage", 1, slacktest.Fault{Delay: time.Millisecond})
	s.Fail("chat.postMessage", 1, slacktest.Fault{Error: "msg_blocks_too_long"})
	if place, err := teller.Post(s.ctx, cards.Place{Channel: general}, longCard()); err == nil || place.TS != "" {
		t.Errorf("Post: got %+v, %v, want an error and no place", place, err)
	}
	if got := texts(s.Messages(general)); len(got) != 0 {
		t.Errorf("the channel shows %q", got)
	}
	// Where Slack asks for a pause, the same turn goes on with the rest, and with what the
	// card has become.
	s.Fail("chat.postMessage", 1, slacktest.Fault{Delay: time.Millisecond})
	s.Fail("chat.postMessage", 1, slacktest.Fault{Status: 429, RetryAfter: time.Second})
	turn, card := cards.WithTurn(s.ctx, "17"), longCard()
	place, err := teller.Post(turn, cards.Place{Channel: general}, card)
	if told, ok := errors.AsType[*TellError](err); !ok || !told.Paced() || place.TS != "" {
		t.Fatalf("Post with a pause in between: got %+v, %v, want when to come back", place, err)
	}
	card.Title = cards.Plain("#17 is done")
	if place, err = teller.Post(turn, cards.Place{Channel: general}, card); err != nil {
		t.Fatalf("after the pause: %v", err)
	}
	if m, _ := s.Message(general, place.TS); !m.Has("#17 is done") || len(s.Messages(general)) != 1 {
		t.Errorf("the channel shows %q, want the card once, as it is now", texts(s.Messages(general)))
	}
	if got, want := len(s.Thread(general, place.TS)), len(teller.words.Draw(card, "en", "")); got != want {
		t.Errorf("the card has %d messages, want %d", got, want)
	}
}

// However many cards a busy channel has, each is told at once when to come back, and a
// quiet channel's is posted: nobody waits.
func TestABusyChannelHoldsNoOther(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller, now := pacedTeller(s)
	posted, waits := 0, map[time.Duration]int{}
	for i := range 500 {
		_, err := teller.Post(cards.WithTurn(s.ctx, fmt.Sprint(i)), cards.Place{Channel: general}, approvalCard())
		told, paced := errors.AsType[*TellError](err)
		switch {
		case err == nil:
			posted++
		case !paced || !told.Paced():
			t.Fatalf("card %d: got %v, want posted or when to come back", i, err)
		default:
			waits[told.RetryAfter()]++
		}
	}
	if posted != burst || len(waits) != 500-burst || waits[(500-burst)*paceEvery] != 1 {
		t.Errorf("posted %d and gave %d different turns, want %d and %d, one a second", posted, len(waits), burst, 500-burst)
	}
	if _, err := teller.Post(cards.WithTurn(s.ctx, "quiet"), cards.Place{User: amy}, approvalCard()); err != nil {
		t.Errorf("the quiet channel's: %v", err)
	}
	// Who comes back has the turn that was kept, whoever else has come meanwhile.
	*now = now.Add(paceEvery)
	if _, err := teller.Post(cards.WithTurn(s.ctx, "late"), cards.Place{Channel: general}, approvalCard()); err == nil {
		t.Error("one that came late was posted before those who wait")
	}
	if _, err := teller.Post(cards.WithTurn(s.ctx, fmt.Sprint(burst)), cards.Place{Channel: general}, approvalCard()); err != nil {
		t.Errorf("the first to come back: %v", err)
	}
}

// Slack's own 429 holds its method in its channel, and nobody else.
func TestSlacksOwnPaceHoldsItsChannelOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller, now := pacedTeller(s)
	post := func(turn, channel string) (time.Duration, error) {
		place := cards.Place{Channel: channel}
		if channel == "" {
			place = cards.Place{User: amy}
		}
		_, err := teller.Post(cards.WithTurn(s.ctx, turn), place, approvalCard())
		if told, ok := errors.AsType[*TellError](err); ok && told.Paced() {
			return told.RetryAfter(), nil
		}
		return 0, err
	}
	s.Fail("chat.postMessage", 1, slacktest.Fault{Status: 429, RetryAfter: 7 * time.Second})
	calls := func() int { return len(s.Calls("chat.postMessage")) }
	for i, want := range []time.Duration{7, 8, 9, 10} {
		before := calls()
		got, err := post(fmt.Sprint(i), general)
		if err != nil || got != want*time.Second {
			t.Errorf("card %d: come back in %v, %v, want %v", i, got, err, want*time.Second)
		}
		if i > 0 && calls() != before {
			t.Errorf("card %d: Slack was asked again within the pause that it asked for", i)
		}
	}
	if got, err := post("other", ""); got != 0 || err != nil {
		t.Errorf("another channel: got %v, %v, want it posted", got, err)
	}
	if err := teller.Update(s.ctx, cards.Place{Channel: general, TS: "1.2"}, approvalCard()); err == nil || err.(*TellError).Paced() {
		t.Errorf("another method: got %v, want that Slack was asked", err)
	}
	*now = now.Add(7 * time.Second)
	if got, err := post("1", general); got != time.Second || err != nil {
		t.Errorf("the second, after the pause: got %v, %v, want that it is not its turn yet", got, err)
	}
	if got, err := post("0", general); got != 0 || err != nil {
		t.Errorf("the first, after the pause: got %v, %v, want it posted", got, err)
	}
}

// pacedTeller is a Teller whose pace goes by a clock that stands.
func pacedTeller(s *stage) (*Teller, *time.Time) {
	teller, now := newTestTeller(s), time.Now()
	teller.paces.now = func() time.Time { return now }
	return teller, &now
}

func isBarred(err error) bool {
	told, ok := errors.AsType[*TellError](err)
	return ok && told.CannotPost()
}

// A card in somebody's own conversation with the bot is in their language, in a channel in
// the team's.
func TestACardIsInItsReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller := newTestTeller(s)
	card := cards.Card{Title: cards.Both("Tea", "茶")}
	for _, who := range []string{amy, bo} {
		if _, ok := s.dir.Lookup(s.ctx, who); !ok {
			t.Fatal(who + " is not known")
		}
	}
	for _, c := range []struct {
		place cards.Place
		want  string
	}{
		{cards.Place{User: amy}, "Tea"},
		{cards.Place{User: bo}, "茶"},
		{cards.Place{Channel: s.DM(bo)}, "茶"}, // asked there
		{cards.Place{Channel: general, User: bo}, "Tea"},
	} {
		at, err := teller.Post(s.ctx, c.place, card)
		if err != nil {
			t.Fatal(err)
		}
		if m, _ := s.Message(at.Channel, at.TS); !m.Has(c.want) {
			t.Errorf("%+v: got %q, want %s", c.place, m.PlainText(), c.want)
		}
		if err := teller.Update(s.ctx, at, card); err != nil && !strings.Contains(err.Error(), "paced") {
			var told *TellError
			if !errors.As(err, &told) || !told.Paced() {
				t.Error(err)
			}
		}
		if m, _ := s.Message(at.Channel, at.TS); !m.Has(c.want) {
			t.Errorf("%+v, drawn anew: got %q, want %s", c.place, m.PlainText(), c.want)
		}
	}
}
