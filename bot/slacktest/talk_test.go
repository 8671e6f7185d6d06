package slacktest_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

// clock is a time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		c.at = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	}
	return c.at
}

func (c *clock) Add(d time.Duration) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = now.Add(d)
}

func TestMentionAndDM(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	heard := make(chan any, 4)
	s.listen(t, func(e socketmode.Event) {
		s.ack(e, nil)
		heard <- e.Data.(slackevents.EventsAPIEvent).InnerEvent.Data
	})
	file := s.AddFile(amy, "a.png", []byte("png"))
	if err := s.Mention(s.ctx, amy, general, "", "help", file); err != nil {
		t.Fatal(err)
	}
	m := (<-heard).(*slackevents.AppMentionEvent)
	if m.User != amy || m.Channel != general || m.Text != "<@U0MAGPIE> help" || m.TimeStamp == "" || len(m.Files) != 1 {
		t.Fatalf("app_mention: got %+v", m)
	}
	if err := s.Mention(s.ctx, bo, general, m.TimeStamp, "<@U0MAGPIE> again"); err != nil {
		t.Fatal(err)
	}
	if m := (<-heard).(*slackevents.AppMentionEvent); m.ThreadTimeStamp == "" {
		t.Fatalf("app_mention in a thread: got %+v", m)
	}
	if n, all := len(s.Thread(general, m.TimeStamp)), len(s.Messages(general)); n != 2 || all != 1 {
		t.Fatalf("Thread and Messages: got %d, %d, want 2, 1", n, all)
	}
	if err := s.Mention(s.ctx, bo, s.DM(bo), "", "hi"); err != nil {
		t.Fatal(err)
	}
	if d := (<-heard).(*slackevents.MessageEvent); d.ChannelType != "im" || d.Text != "hi" || d.User != bo {
		t.Fatalf("message.im: got %+v", d)
	}
	if err := s.Mention(s.ctx, amy, secret, "", "hi"); !errors.Is(err, slacktest.ErrNotMember) {
		t.Fatalf("Mention where the bot is not: got %v, want ErrNotMember", err)
	}
	if err := s.OpenHome(s.ctx, amy); err != nil {
		t.Fatal(err)
	}
	if h := (<-heard).(*slackevents.AppHomeOpenedEvent); h.User != amy || h.Tab != "home" || h.View != nil {
		t.Fatalf("app_home_opened: got %+v", h)
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
	if _, err := s.api.PublishViewContext(s.ctx, slack.PublishViewContextRequest{UserID: amy, View: home}); err != nil {
		t.Fatal(err)
	}
	if err := s.OpenHome(s.ctx, amy); err != nil {
		t.Fatal(err)
	}
	if h := (<-heard).(*slackevents.AppHomeOpenedEvent); h.View == nil || h.View.Hash == "" {
		t.Fatalf("app_home_opened once a view was published: got %+v", h)
	}
	if err := s.OpenMessages(s.ctx, amy); err != nil {
		t.Fatal(err)
	}
	if h := (<-heard).(*slackevents.AppHomeOpenedEvent); h.Tab != "messages" || h.View != nil {
		t.Fatalf("app_home_opened by the Messages tab: got %+v", h)
	}
}

func TestEventsAreSentAgain(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{false, true} {
		s := newStage(t, slacktest.Options{AckTimeout: 30 * time.Millisecond, EventRetries: []time.Duration{0, time.Millisecond}, SameEnvelope: same})
		type seen struct {
			envelope string
			attempt  int
			reason   string
		}
		heard := make(chan seen, 4)
		s.listen(t, func(e socketmode.Event) {
			heard <- seen{e.Request.EnvelopeID, e.Request.RetryAttempt, e.Request.RetryReason}
			if e.Request.RetryAttempt == 2 {
				s.ack(e, nil)
			}
		})
		if err := s.Mention(s.ctx, amy, general, "", "help"); !errors.Is(err, slacktest.ErrNoAck) {
			t.Fatalf("Mention: got %v, want ErrNoAck", err)
		}
		a, b, c := <-heard, <-heard, <-heard
		if a.attempt != 0 || b.attempt != 1 || b.reason != "timeout" || c.attempt != 2 || (a.envelope == b.envelope) != same {
			t.Fatalf("deliveries: got %+v %+v %+v", a, b, c)
		}
	}
}

func TestResend(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	heard := make(chan string, 2)
	s.listen(t, func(e socketmode.Event) {
		heard <- e.Request.EnvelopeID
		s.ack(e, map[string]any{"text": "done"})
	})
	ack, err := s.Say(s.ctx, amy, general, "/wechat help")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resend(s.ctx, ack.EnvelopeID); err != nil {
		t.Fatal(err)
	}
	if a, b := <-heard, <-heard; a != b {
		t.Fatalf("envelope ids: got %s and %s, want one", a, b)
	}
	if n := len(s.Ephemerals(amy)); n != 1 {
		t.Fatalf("Ephemerals: got %d, want 1", n)
	}
}

func TestSlashPayload(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{ShouldEscape: true, Commands: []string{"/wechat"}})
	s.AddChannel(slacktest.Channel{ID: "C0P", Name: "p", Private: true, Members: []string{amy}})
	heard := make(chan slack.SlashCommand, 4)
	s.listen(t, func(e socketmode.Event) {
		d := e.Data.(slack.SlashCommand)
		heard <- d
		if d.Text == "shown" {
			s.ack(e, map[string]any{"response_type": "in_channel", "blocks": approveCard()})
			return
		}
		s.ack(e, map[string]any{"blocks": []any{map[string]any{"type": "nonsense"}}})
	})
	said := func(channel, text string) (slack.SlashCommand, error) {
		_, err := s.Say(s.ctx, amy, channel, text)
		return <-heard, err
	}
	if _, err := s.Say(s.ctx, amy, general, "/other"); !errors.Is(err, slacktest.ErrNoSuchCommand) {
		t.Fatalf("Say /other: got %v, want ErrNoSuchCommand", err)
	}
	d, err := said(general, `/wechat to=@bo in=#general by @ops a<b & "c" https://a.b/c?d=1&e=2`)
	want := `to=<@U0BO|bo> in=<#C0GENERAL|general> by <!subteam^S0OPS|@ops> a&lt;b &amp; "c" <https://a.b/c?d=1&amp;e=2>`
	if d.Text != want || d.Command != "/wechat" || d.ChannelName != "general" || d.UserName != "amy" || d.TeamID != "T0MAGPIE" {
		t.Errorf("command: got %+v\nwant text %s", d, want)
	}
	if !errors.Is(err, slacktest.ErrBadAnswer) || !strings.Contains(err.Error(), "unsupported type: nonsense") {
		t.Errorf("Say answered with a block that is none: got %v, want ErrBadAnswer", err)
	}
	if d, _ = said("C0P", "/wechat"); d.ChannelName != "privategroup" || d.Text != "" {
		t.Errorf("in a private channel: got %+v", d)
	}
	if d, _ = said(s.DM(amy), "/wechat"); d.ChannelName != "directmessage" {
		t.Errorf("in a DM: got %+v", d)
	}
	if _, err = said(general, "/wechat shown"); err != nil || len(s.Messages(general)) != 1 {
		t.Errorf("in_channel: got %v and %d messages", err, len(s.Messages(general)))
	}
}

func TestResponseURL(t *testing.T) {
	t.Parallel()
	var now clock
	s := newStage(t, slacktest.Options{Now: now.Now})
	s.listen(t, func(e socketmode.Event) {
		if _, ok := e.Data.(slack.SlashCommand); ok {
			s.ack(e, map[string]any{"text": "looks like #17", "blocks": approveCard()})
			return
		}
		s.ack(e, nil)
	})
	ack, err := s.Say(s.ctx, amy, secret, "/wechat x") // works where the bot is not
	if err != nil {
		t.Fatal(err)
	}
	pressed, err := s.Press(s.ctx, amy, slacktest.Target{EphemeralID: ack.Message.TS}, "Approve")
	if err != nil {
		t.Fatalf("Press on an ephemeral message: %v", err)
	}
	post := func(o ...slack.MsgOption) error {
		_, _, err := s.api.PostMessageContext(s.ctx, "", o...)
		return err
	}
	if err := post(slack.MsgOptionText("asked anyway", false), slack.MsgOptionReplaceOriginal(pressed.ResponseURL)); err != nil {
		t.Fatalf("replace: %v", err)
	}
	if e := s.Ephemerals(amy); len(e) != 1 || e[0].Text != "asked anyway" || len(e[0].History) != 1 {
		t.Fatalf("Ephemerals: got %+v", e)
	}
	if err := post(slack.MsgOptionText("shown", false), slack.MsgOptionResponseURL(ack.ResponseURL, "in_channel")); err != nil {
		t.Fatal(err)
	}
	if ms := s.Messages(secret); len(ms) != 1 || ms[0].Text != "shown" {
		t.Fatalf("Messages: got %+v", ms)
	}
	if err := post(slack.MsgOptionDeleteOriginal(pressed.ResponseURL)); err != nil || len(s.Ephemerals(amy)) != 0 {
		t.Fatalf("delete: got %v and %d left", err, len(s.Ephemerals(amy)))
	}
	more := func(url string) (err error) {
		return post(slack.MsgOptionText("more", false), slack.MsgOptionResponseURL(url, "ephemeral"))
	}
	for i := range 3 {
		if err := more(pressed.ResponseURL); err != nil {
			t.Fatalf("use %d: %v", i+3, err)
		}
	}
	if err := more(pressed.ResponseURL); err == nil {
		t.Fatal("the sixth use: got nil, want an error")
	}
	now.Add(31 * time.Minute)
	if err := more(ack.ResponseURL); err == nil {
		t.Fatal("after 31 minutes: got nil, want an error")
	}
	calls := s.Calls("response")
	if got := calls[len(calls)-1].Error; got != "expired_url" {
		t.Fatalf("the last answer: got %q, want expired_url", got)
	}
}

func TestShortcuts(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	heard := make(chan slack.InteractionCallback, 1)
	s.listen(t, func(e socketmode.Event) { s.ack(e, nil); heard <- e.Data.(slack.InteractionCallback) })
	m, err := s.Write(amy, general, "", "a picture", s.AddFile(amy, "a.png", []byte("png")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Shortcut(s.ctx, bo, "use", slacktest.Target{Channel: general, TS: m.TS}); err != nil {
		t.Fatal(err)
	}
	if d := <-heard; d.Type != slack.InteractionTypeMessageAction || d.CallbackID != "use" || d.Message.Text != "a picture" || len(d.Message.Files) != 1 {
		t.Fatalf("message_action: got %+v", d)
	}
	if _, err := s.Shortcut(s.ctx, bo, "new", slacktest.Target{}); err != nil {
		t.Fatal(err)
	}
	if d := <-heard; d.Type != slack.InteractionTypeShortcut || d.TriggerID == "" {
		t.Fatalf("shortcut: got %+v", d)
	}
}
