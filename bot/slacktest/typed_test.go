package slacktest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"magpie/bot/slacktest"
)

// What people type bears blocks, in which mentions and links are pieces of their own.
func TestTypedMessagesBearBlocks(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	heard := make(chan *slackevents.AppMentionEvent, 1)
	s.listen(t, func(e socketmode.Event) {
		s.ack(e, nil)
		heard <- e.Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.AppMentionEvent)
	})
	if err := s.Mention(s.ctx, amy, general, "", "<@U0MAGPIE> tell <@U0BO> in <#C0GENERAL|general> a &lt; b <https://a.b/?c=d&amp;e=f|here> <!here>"); err != nil {
		t.Fatal(err)
	}
	m := <-heard
	raw, _ := json.Marshal(m.Blocks)
	for _, want := range []string{
		`{"type":"user","user_id":"U0MAGPIE"}`, `{"type":"text","text":" tell "}`, `{"type":"user","user_id":"U0BO"}`,
		`{"type":"channel","channel_id":"C0GENERAL"}`, `a \u003c b`, `"url":"https://a.b/?c=d\u0026e=f"`, `"text":"here"`, `{"type":"broadcast","range":"here"}`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("blocks: %s is not in %s", want, raw)
		}
	}
	if err := slacktest.ValidateMessage("", raw); err != nil {
		t.Errorf("these blocks are not Slack's: %v", err)
	}
	if len(m.Blocks.BlockSet) != 1 || m.Blocks.BlockSet[0].BlockType() != slack.MBTRichText {
		t.Errorf("blocks: got %s", raw)
	}
}

// Who deletes what began a thread leaves a tombstone, which nobody can change.
func TestTombstone(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	post := func(thread string) string {
		t.Helper()
		options := []slack.MsgOption{slack.MsgOptionText("tea", false)}
		if thread != "" {
			options = append(options, slack.MsgOptionTS(thread))
		}
		_, ts, err := s.api.PostMessageContext(s.ctx, general, options...)
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	alone, root := post(""), post("")
	reply := post(root)
	for _, ts := range []string{alone, root} {
		if _, _, err := s.api.DeleteMessageContext(s.ctx, general, ts); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.Message(general, alone); ok {
		t.Error("a message without a thread leaves something")
	}
	if m, ok := s.Message(general, root); !ok || !m.Tombstone || m.PlainText() != "This message was deleted." {
		t.Errorf("what began a thread leaves %+v, want a tombstone", m)
	}
	messages, _, _, err := s.api.GetConversationRepliesContext(s.ctx, &slack.GetConversationRepliesParameters{ChannelID: general, Timestamp: root})
	if err != nil || len(messages) != 2 || messages[0].SubType != "tombstone" || messages[0].User != "USLACKBOT" || messages[1].Timestamp != reply {
		t.Errorf("the thread: got %+v, %v, want a tombstone and the reply", messages, err)
	}
	var refused slack.SlackErrorResponse
	if _, _, _, err := s.api.UpdateMessageContext(s.ctx, general, root, slack.MsgOptionText("again", false)); !errors.As(err, &refused) || refused.Err != "message_not_found" {
		t.Errorf("a tombstone is updated: got %v, want message_not_found", err)
	}
}

// A file that is no image and bears an alternative text is taken and shared nowhere.
func TestSharesThatAreLost(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	upload := func(name, alt string) bool {
		t.Helper()
		file, err := s.api.UploadFileContext(s.ctx, slack.UploadFileParameters{
			Reader: strings.NewReader("tea"), FileSize: 3, Filename: name, AltTxt: alt, Channel: general,
		})
		if err != nil {
			t.Fatal(err)
		}
		info, _, _, err := s.api.GetFileInfoContext(s.ctx, file.ID, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(info.Channels) == 1 && len(info.Shares.Public[general]) == 1
	}
	for _, test := range []struct {
		name, alt string
		want      bool
	}{{"a.csv", "", true}, {"a.csv", "tea", false}, {"a.png", "tea", true}} {
		if got := upload(test.name, test.alt); got != test.want {
			t.Errorf("%s with %q: shared %t, want %t", test.name, test.alt, got, test.want)
		}
	}
	s.LoseShares(1)
	if upload("a.csv", "") {
		t.Error("a share that is lost: it is shared")
	}
	if !upload("a.csv", "") {
		t.Error("the next one is lost too")
	}
}
