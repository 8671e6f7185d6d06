package slacktest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

// stage is a workspace with two people, a channel of each sort, and a slack-go
// client that is pointed at it and otherwise unmodified.
type stage struct {
	*slacktest.Workspace
	api    *slack.Client
	socket *socketmode.Client
	ctx    context.Context
}

const (
	amy, bo         = "U0AMY", "U0BO"
	general, secret = "C0GENERAL", "C0SECRET"
)

func newStage(t *testing.T, o slacktest.Options) *stage {
	t.Helper()
	w := slacktest.Start(o)
	t.Cleanup(w.Close)
	w.AddUser(slacktest.User{ID: amy, Name: "amy", RealName: "Amy Wong", Locale: "en-US"})
	w.AddUser(slacktest.User{ID: bo, Name: "bo", RealName: "薄", Locale: "zh-CN"})
	w.AddChannel(slacktest.Channel{ID: general, Name: "general", BotIn: true})
	w.AddChannel(slacktest.Channel{ID: secret, Name: "secret", Private: true, Members: []string{amy}})
	w.AddGroup(slacktest.Group{ID: "S0OPS", Handle: "ops", Users: []string{amy}})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	api := slack.New("xoxb-test", slack.OptionAppLevelToken("xapp-test"), slack.OptionAPIURL(w.APIURL))
	return &stage{Workspace: w, api: api, ctx: ctx}
}

// listen connects the socket client and hands every envelope to on.
func (s *stage) listen(t *testing.T, on func(socketmode.Event)) {
	t.Helper()
	s.socket = socketmode.New(s.api)
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() { _ = s.socket.RunContext(ctx); close(done) }()
	go func() {
		for {
			select {
			case e := <-s.socket.Events:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					on(e)
				}
				if e.Type == socketmode.EventTypeErrorBadMessage {
					t.Errorf("slack-go could not read an envelope: %+v", e.Data)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatalf("connect: %v", err)
	}
}

func (s *stage) ack(e socketmode.Event, payload any) {
	_ = s.socket.AckCtx(s.ctx, e.Request.EnvelopeID, payload)
}

func approveCard() []slack.Block {
	button := slack.NewButtonBlockElement("approve", "approve 17", slack.NewTextBlockObject("plain_text", "Approve", false, false)).WithStyle(slack.StylePrimary)
	reject := slack.NewButtonBlockElement("reject", "reject 17", slack.NewTextBlockObject("plain_text", "Reject", false, false))
	return []slack.Block{
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*#17* waits", false, false), nil, nil),
		slack.NewActionBlock("buttons", button, reject),
	}
}

func TestSayAndPress(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	pressed := make(chan slack.InteractionCallback, 1)
	s.listen(t, func(e socketmode.Event) {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			s.ack(e, map[string]any{"text": "#17 waits for approval"})
			_, _, _ = s.api.PostMessage(d.ChannelID, slack.MsgOptionText("#17", false), slack.MsgOptionBlocks(approveCard()...))
		case slack.InteractionCallback:
			s.ack(e, nil)
			pressed <- d
			_, _, _, _ = s.api.UpdateMessage(d.Channel.ID, d.Message.Timestamp, slack.MsgOptionText("#17 approved", false), slack.MsgOptionBlocks())
		}
	})

	ack, err := s.Say(s.ctx, amy, general, "/wechat subscribe send T1")
	if err != nil || ack.Message == nil || ack.Message.Text != "#17 waits for approval" {
		t.Fatalf("Say: got %+v, %v", ack, err)
	}
	if got := s.Ephemerals(amy); len(got) != 1 {
		t.Fatalf("Ephemerals: got %d, want 1", len(got))
	}
	if err := s.WaitFor(s.ctx, func() bool { return len(s.Messages(general)) == 1 }); err != nil {
		t.Fatal(err)
	}
	card := s.Messages(general)[0]
	if got := card.Buttons(); len(got) != 2 || got[0].Label != "Approve" || got[0].Value != "approve 17" || got[0].Style != "primary" {
		t.Fatalf("Buttons: got %+v", got)
	}
	if _, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: card.TS}, "Approve"); err != nil {
		t.Fatalf("Press: %v", err)
	}
	d := <-pressed
	a := d.ActionCallback.BlockActions[0]
	if d.User.ID != bo || d.Channel.ID != general || a.Value != "approve 17" || a.BlockID != "buttons" || d.Message.Timestamp != card.TS || d.ResponseURL == "" || d.TriggerID == "" {
		t.Fatalf("callback: got %+v", d)
	}
	if err := s.WaitFor(s.ctx, func() bool { m, _ := s.Message(general, card.TS); return m.Edited }); err != nil {
		t.Fatal(err)
	}
	if m, _ := s.Message(general, card.TS); m.Text != "#17 approved" || len(m.History) != 1 {
		t.Fatalf("updated: got %+v", m)
	}
}

func TestNoAckAndNotConnected(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{AckTimeout: 50 * time.Millisecond})
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); !errors.Is(err, slacktest.ErrNotConnected) {
		t.Fatalf("Say without a socket: got %v, want ErrNotConnected", err)
	}
	s.listen(t, func(socketmode.Event) {})
	if _, err := s.Say(s.ctx, amy, general, "/wechat help"); !errors.Is(err, slacktest.ErrNoAck) {
		t.Fatalf("Say to a silent app: got %v, want ErrNoAck", err)
	}
	if _, err := s.Say(s.ctx, bo, secret, "/wechat help"); !errors.Is(err, slacktest.ErrNotMember) {
		t.Fatalf("Say where one is not: got %v, want ErrNotMember", err)
	}
}
