package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
)

func newTestTeller(s *stage) *Teller {
	return NewTeller(s.bot.opt.Client, s.bot.opt.Words, "en", "Asia/Shanghai")
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
	s.Fail("chat.postMessage", 1, slacktest.Fault{Delay: time.Millisecond})
	s.Fail("chat.postMessage", 1, slacktest.Fault{Status: 429, RetryAfter: time.Second})
	if _, err := teller.Post(s.ctx, cards.Place{Channel: general}, longCard()); err != nil {
		t.Errorf("Post with a short wait in between: %v", err)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller := newTestTeller(s)
	const patience = 200 * time.Millisecond
	posted, begun := 0, time.Now()
	for range 20 {
		ctx := s.ctx
		if posted >= burst {
			short, cancel := context.WithTimeout(s.ctx, patience)
			defer cancel()
			ctx = short
		}
		if _, err := teller.Post(ctx, cards.Place{Channel: general}, approvalCard()); err != nil {
			if !errors.As(err, new(*TellError)) || err.(*TellError).RetryAfter() == 0 {
				t.Errorf("out of pace: got %v, want a *TellError to retry", err)
			}
			break
		}
		posted++
	}
	// What a second brings anew counts only where the posts took one, with the patience at
	// their end: on a machine that is not slow it is exactly the burst.
	if most := burst + int(time.Since(begun).Seconds()+patience.Seconds()); posted < burst || posted > most {
		t.Errorf("posted %d in a row, want %d to %d", posted, burst, most)
	}
}

func isBarred(err error) bool {
	told, ok := errors.AsType[*TellError](err)
	return ok && told.CannotPost()
}
