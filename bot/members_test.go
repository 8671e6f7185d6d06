package bot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

// hall is a pretend workspace and what is known of its channels, by a clock of its own.
type hall struct {
	*slacktest.Workspace
	*Members
	mu  sync.Mutex
	now time.Time
	log *safeLog
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{Workspace: slacktest.Start(slacktest.Options{}), now: time.Now(), log: &safeLog{}}
	t.Cleanup(h.Close)
	h.Members = NewMembers(NewClient(botToken, appToken, h.APIURL), h.clock, slog.New(slog.NewTextHandler(h.log, nil)))
	for _, id := range []string{amy, bo, guest} {
		h.AddUser(slacktest.User{ID: id, Guest: id == guest})
	}
	h.AddUser(slacktest.User{ID: listed, TeamID: "T0OTHER"})
	h.AddChannel(slacktest.Channel{ID: general, BotIn: true})
	h.AddChannel(slacktest.Channel{ID: secret, Private: true, Members: []string{amy}})
	h.AddChannel(slacktest.Channel{ID: "C0TEAM", Private: true, BotIn: true, Members: []string{amy, guest}})
	h.AddChannel(slacktest.Channel{ID: "C0SHARED", Shared: true, BotIn: true, Members: []string{amy, listed}})
	h.AddChannel(slacktest.Channel{ID: "D0OTHERS", IM: true, Members: []string{amy, bo}})
	return h
}

func (h *hall) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hall) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// said is in and known in a word.
func said(in, known bool) string {
	switch {
	case !known:
		return "unknown"
	case in:
		return "in"
	}
	return "out"
}

func TestWhoIsInAChannel(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for channel, want := range map[string]struct {
		cards.Conversation
		amy, bo, listed string
	}{
		general:    {cards.Conversation{Name: "c0general", Public: true}, "in", "in", "in"},
		secret:     {cards.Conversation{Hidden: true}, "unknown", "unknown", "unknown"},
		"C0TEAM":   {cards.Conversation{Name: "c0team"}, "in", "out", "out"},
		"C0SHARED": {cards.Conversation{Name: "c0shared", Public: true, Shared: true}, "in", "out", "in"},
		"D0OTHERS": {cards.Conversation{Hidden: true}, "unknown", "unknown", "unknown"},
		"C0NOSUCH": {cards.Conversation{Hidden: true}, "unknown", "unknown", "unknown"},
		h.DM(bo):   {cards.Conversation{Direct: true, User: bo}, "out", "in", "out"},
	} {
		want.ID = channel
		if got, known := h.Conversation(t.Context(), channel); !known || got != want.Conversation {
			t.Errorf("Conversation(%s): got %+v, %v, want %+v", channel, got, known, want.Conversation)
		}
		for who, want := range map[string]string{amy: want.amy, bo: want.bo, listed: want.listed} {
			if got := said(h.In(t.Context(), channel, who)); got != want {
				t.Errorf("In(%s, %s): got %s, want %s", channel, who, got, want)
			}
		}
	}
}

func TestALongListIsReadPageByPage(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	var all []string
	for i := range 450 {
		all = append(all, h.AddUser(slacktest.User{ID: fmt.Sprintf("U0P%d", i)}).ID)
	}
	h.AddChannel(slacktest.Channel{ID: "C0LONG", Private: true, BotIn: true, Members: all})
	h.Fail("conversations.members", 1, slacktest.Fault{RetryAfter: time.Second})
	if got := said(h.In(t.Context(), "C0LONG", "U0P449")); got != "in" {
		t.Errorf("In(C0LONG, U0P449): got %s, want in", got)
	}
	if got := len(h.Calls("conversations.members")); got != 1+3 {
		t.Errorf("calls of conversations.members: got %d, want 1 refused and 3 pages", got)
	}
}

func TestAChannelIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.Fail("conversations.info", 1, slacktest.Fault{Delay: 50 * time.Millisecond})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "in" {
				t.Errorf("In: got %s, want in", got)
			}
		})
	}
	all.Wait()
	for _, method := range []string{"conversations.info", "conversations.members"} {
		if got := len(h.Calls(method)); got != 1 {
			t.Errorf("20 at once and %s: got %d calls, want 1", method, got)
		}
	}
	// Past its time, a sleep's or the clock's being set back, it is asked for again.
	for i, step := range []time.Duration{membersFresh, -time.Hour} {
		h.pass(step)
		if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "in" {
			t.Errorf("In after %v: got %s, want in", step, got)
		}
		if got := len(h.Calls("conversations.members")); got != i+2 {
			t.Errorf("calls after %v: got %d, want %d", step, got, i+2)
		}
	}
	// Past half of it, it is asked for ahead.
	h.pass(membersFresh/2 + time.Second)
	before := len(h.Calls("conversations.members"))
	if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "in" {
		t.Errorf("In past half its time: got %s, want in", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.WaitFor(ctx, func() bool { return len(h.Calls("conversations.members")) == before+1 }); err != nil {
		t.Errorf("it was not asked for ahead: %v", err)
	}
}

func TestUnknownIsNeitherInNorOut(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacktest.Fault{
		"Slack is away":  {Status: 503},
		"not granted":    {Error: "missing_scope"},
		"too many calls": {RetryAfter: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			h.Fail("conversations.info", -1, fault)
			if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "unknown" {
				t.Errorf("In, no info: got %s, want unknown", got)
			}
			h.Heal()
			h.Fail("conversations.members", -1, fault)
			if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "unknown" {
				t.Errorf("In, no list: got %s, want unknown", got)
			}
			h.Heal()
			if got := said(h.In(t.Context(), "C0TEAM", amy)); got != "in" {
				t.Errorf("In, when Slack answers again: got %s, want in", got)
			}
			if fault.Error == "missing_scope" && !strings.Contains(h.log.text(), "magpie manifest") {
				t.Errorf("the log does not say what is missing:\n%s", h.log.text())
			}
		})
	}
}

func TestWhoCannotWaitIsToldNothing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ended, end := context.WithCancel(t.Context())
	end()
	if got := said(h.In(ended, "C0TEAM", amy)); got != "unknown" {
		t.Errorf("In without time: got %s, want unknown", got)
	}
	// It was asked for nonetheless.
	if _, known := h.Conversation(t.Context(), "C0TEAM"); !known {
		t.Error("Conversation: unknown")
	}
	if got := len(h.Calls("conversations.info")); got != 1 {
		t.Errorf("calls of conversations.info: got %d, want 1", got)
	}
}

// A line whose answer depends on who is in a channel is acknowledged before Slack is
// waited for; a form that comes of it still opens.
func TestALineIsAcknowledgedBeforeSlackIsAsked(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	acked := make(chan struct{})
	var asked atomic.Value
	s.book.do = func(ctx context.Context, call commands.Call) (commands.Answer, error) {
		looking, stop := context.WithCancel(ctx)
		go func() {
			<-acked
			stop()
		}()
		asked.Store(said(s.bot.opt.Members.In(looking, general, call.Who.ID)))
		if ctx.Err() != nil {
			t.Errorf("%s: it was acknowledged only when its time was over", call.Line)
		}
		if call.Line == formed {
			form := rejectForm()
			return commands.Answer{Form: &form}, nil
		}
		return answering(ctx, call)
	}
	s.Fail("conversations.info", 1, slacktest.Fault{Hang: true})
	if ack := s.say(amy, general, "/wechat "+answered); ack.Message != nil {
		t.Errorf("acknowledged with %q, want nothing yet", ack.Message.PlainText())
	}
	close(acked)
	s.sees(amy, "heard "+answered)
	if got := asked.Load(); got != "unknown" {
		t.Errorf("In: got %v, want unknown", got)
	}
	s.say(amy, general, "/wechat "+formed)
	if err := s.WaitFor(s.ctx, func() bool { return len(s.Views(amy)) == 1 }); err != nil {
		t.Errorf("the form did not open: %v", err)
	}
}

func TestComingAndGoingIsHeard(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	m := s.bot.opt.Members
	s.AddChannel(slacktest.Channel{ID: "C0TEAM", Private: true, BotIn: true, Members: []string{amy}})
	expect := func(channel, who, want string) {
		t.Helper()
		for got := ""; got != want; {
			if got = said(m.In(s.ctx, channel, who)); sleep(s.ctx, time.Millisecond) != nil {
				t.Fatalf("In(%s, %s): got %s, want %s", channel, who, got, want)
			}
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	expect("C0TEAM", bo, "out")
	do(s.Join(s.ctx, bo, "C0TEAM"))
	expect("C0TEAM", bo, "in")
	do(s.Leave(s.ctx, bo, "C0TEAM"))
	expect("C0TEAM", bo, "out")
	if got := len(s.Calls("conversations.members")); got != 1 {
		t.Errorf("calls of conversations.members: got %d, want 1", got)
	}
	// Once the bot is let in, what was hidden is asked about anew.
	expect(secret, amy, "unknown")
	do(s.Join(s.ctx, s.Workspace.Bot().ID, secret))
	expect(secret, amy, "in")
}
