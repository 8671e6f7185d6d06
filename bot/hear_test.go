package bot

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

func TestSlash(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{ShouldEscape: true})
	ack := s.say(amy, general, "/wechat  subscribe send “T1” to=a&b ")
	if ack.Message == nil || !ack.Message.Has("heard subscribe send “T1” to=a&amp;amp;b") {
		t.Fatalf("acknowledged with %s", ack.Payload)
	}
	calls := s.book.said()
	if len(calls) != 1 {
		t.Fatalf("the Book was called %d times, want once", len(calls))
	}
	want := commands.Call{
		Line:  "subscribe send “T1” to=a&amp;b", // the Book unescapes, it knows what is quoted
		Who:   cards.Person{ID: amy, Team: "T0MAGPIE", Lang: "en", Zone: "Europe/Paris", Member: true},
		Where: cards.Place{Channel: general},
		Once:  ack.EnvelopeID,
	}
	if !reflect.DeepEqual(calls[0], want) {
		t.Errorf("call: got %+v, want %+v", calls[0], want)
	}
	if s.say(amy, general, "/wechat"); s.book.said()[1].Line != "" {
		t.Errorf("an empty line: got %q, want nothing", s.book.said()[1].Line)
	}
	if got := len(s.Messages(general)); got != 0 {
		t.Errorf("the channel shows %d messages, want none: answers are private", got)
	}
	if !s.bot.Ready() {
		t.Error("Ready is false while connected")
	}
}

func TestWhoIsWho(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	for id, member := range map[string]bool{amy: true, bo: true, guest: false, listed: false} {
		s.say(id, general, "/wechat help")
		calls := s.book.said()
		if got := calls[len(calls)-1].Who; got.ID != id || got.Member != member || got.Guest != (id == guest) {
			t.Errorf("%s: got %+v, want Member %v", id, got, member)
		}
	}
	if members, ok := s.dir.Members(approvers); !ok || fmt.Sprint(members) != "["+bo+"]" {
		t.Errorf("Members(%s): got %v %v", approvers, members, ok)
	}
	if _, ok := s.dir.Members("S0NOBODY"); ok {
		t.Error("a group nobody named is known")
	}
}

func TestRepeatedEnvelope(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	ack := s.say(amy, general, "/wechat help")
	again, err := s.Resend(s.ctx, ack.EnvelopeID)
	if err != nil {
		t.Fatal(err)
	}
	if string(again.Payload) != string(ack.Payload) {
		t.Errorf("acknowledged the second time with %s, want %s", again.Payload, ack.Payload)
	}
	if got := len(s.book.said()); got != 1 {
		t.Errorf("the Book was called %d times, want once", got)
	}
}

func TestErrorsAreAnswered(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{AckTimeout: 20 * time.Second})
	s.book.do = func(ctx context.Context, call commands.Call) (commands.Answer, error) {
		switch call.Line {
		case "refuse":
			r := cards.Refuse("bot.part", "n", 1, "of", 2, "title", "<!channel> *no*")
			r.Buttons = []cards.Button{{Label: cards.Plain("Help"), Line: "help"}}
			return commands.Answer{}, fmt.Errorf("plan: %w", r)
		case "slow":
			<-ctx.Done()
			return commands.Answer{}, fmt.Errorf("write: %w", ctx.Err())
		case "panic":
			panic("a hole in the floor")
		case "unsure":
			<-ctx.Done()
			return commands.Answer{}, fmt.Errorf("pause: %w: %w", unsure{}, ctx.Err())
		}
		return commands.Answer{}, errors.New("disk on fire, token xyz")
	}
	if m := s.say(amy, general, "/wechat refuse").Message; !m.Has("Part 1 of 2", "`&lt;!channel&gt; *no*`") || len(m.Buttons()) != 1 {
		t.Errorf("a refusal is shown as %q", m.PlainText())
	}
	if m := s.say(amy, general, "/wechat slow").Message; !m.Has("not accepted", "Nothing was done") {
		t.Errorf("a slow Book is shown as %q", m.PlainText())
	}
	if m := s.say(bo, general, "/wechat slow").Message; !m.Has("未受理") {
		t.Errorf("a slow Book is shown in Chinese as %q", m.PlainText())
	}
	for who, want := range map[string]string{amy: "Nobody can say yet", bo: "无法确定"} {
		if m := s.say(who, general, "/wechat unsure").Message; !m.Has(want, "schedules") || m.Has("Nothing was done") || m.Has("nothing was done") || m.Has("未执行") {
			t.Errorf("what may have been done is shown to %s as %q", who, m.PlainText())
		}
	}
	for _, line := range []string{"panic", "burn"} {
		m := s.say(amy, general, "/wechat "+line).Message
		if !m.Has("Something went wrong", "ref ") || m.Has("fire") || m.Has("floor") {
			t.Errorf("%s is shown as %q", line, m.PlainText())
		}
		_, after, _ := strings.Cut(m.PlainText(), "ref ")
		if ref := after[:8]; !strings.Contains(s.log.text(), ref) {
			t.Errorf("ref %q is not in the log", ref)
		}
	}
}

// unsure is an error after which nobody knows whether what was asked was done.
type unsure struct{}

func (unsure) Error() string   { return "the answer to COMMIT did not come" }
func (unsure) MaybeDone() bool { return true }

// A Book that does not keep its time costs nobody the acknowledgement or the answer.
func TestBookThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	if slack := 3 * time.Second; answerWithin >= ackWithin || ackWithin >= slack {
		t.Errorf("a line is acknowledged after %v, %v at most: Slack waits for %v", answerWithin, ackWithin, slack)
	}
	s := started(t, slacktest.Options{})
	release := make(chan struct{})
	s.book.do = func(context.Context, commands.Call) (commands.Answer, error) {
		<-release
		return commands.Answer{Card: cards.Card{Body: []cards.Text{cards.Plain("at last")}}}, nil
	}
	if ack := s.say(amy, general, "/wechat help"); ack.Message != nil {
		t.Errorf("acknowledged with %q before the Book knew", ack.Message.PlainText())
	}
	close(release)
	s.sees(amy, "at last")
}

func TestLongAnswerIsWhole(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	long := strings.Repeat("很长的内容 ", 4000)
	s.book.do = func(context.Context, commands.Call) (commands.Answer, error) {
		return commands.Answer{Card: cards.Card{Title: cards.Plain("long"), Content: []cards.Content{{Label: "x", Text: long + "END"}}}}, nil
	}
	s.say(amy, general, "/wechat show 1")
	s.sees(amy, "END")
	all := strings.Join(texts(s.Ephemerals(amy)), "")
	if got := strings.Count(all, "很长的内容"); got != 4000 {
		t.Errorf("shown %d of 4000 words", got)
	}
}

func TestPress(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	teller := NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "UTC", nil)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, approvalCard())
	if err != nil {
		t.Fatal(err)
	}
	ack, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: place.TS}, "Approve")
	if err != nil || len(ack.Payload) > 0 {
		t.Fatalf("press: %v, acknowledged with %s, want nothing", err, ack.Payload)
	}
	s.sees(bo, "heard approve 17")
	call := s.book.said()[0]
	if call.Line != "approve 17" || call.Where != (cards.Place{Channel: general, TS: place.TS}) || call.Once != ack.EnvelopeID || call.Who.Lang != "zh" {
		t.Errorf("call: got %+v", call)
	}
	if m, _ := s.Message(general, place.TS); len(m.Buttons()) != 3 {
		t.Errorf("the card has %d buttons left, want 3: the answer replaces nothing", len(m.Buttons()))
	}
}

// A press is answered though its response address is dead, and though the bot is not
// in the channel.
func TestPrivateAnswerFindsAWay(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	teller := NewTeller(s.bot.opt.Client, s.bot.opt.Words, s.bot.opt.Directory, "en", "UTC", nil)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, approvalCard())
	if err != nil {
		t.Fatal(err)
	}
	s.Fail("response", -1, slacktest.Fault{Status: 404})
	if _, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: place.TS}, "Approve"); err != nil {
		t.Fatal(err)
	}
	s.sees(bo, "heard approve 17")
	s.Fail("chat.postEphemeral", -1, slacktest.Fault{Error: "user_not_in_channel"})
	if _, err := s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: place.TS}, "Reject"); err != nil {
		t.Fatal(err)
	}
	s.reads(s.DM(bo), "heard reject 17")
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	for text, want := range map[string]string{
		"<@U0MAGPIE> help":                "help",
		"hey <@U0MAGPIE>: requests done":  "requests done",
		"<@U0MAGPIE> /wechat show 17":     "show 17",
		"<@U0MAGPIE|magpie>，activity":     "activity",
		"<@U0MAGPIE> say \"<@U0MAGPIE>\"": "say \"<@U0MAGPIE>\"",
		"help":                            "help",
		"help <@U0MAGPIE>":                "help",
		"/wechat":                         "",
		"/wechatty":                       "/wechatty",
	} {
		if got := s.bot.spokenLine(text); got != want {
			t.Errorf("spokenLine(%q): got %q, want %q", text, got, want)
		}
	}
	if err := s.Mention(s.ctx, amy, general, "", "<@U0MAGPIE> help"); err != nil {
		t.Fatal(err)
	}
	s.sees(amy, "heard help")
	if err := s.Mention(s.ctx, amy, s.DM(amy), "", "requests"); err != nil {
		t.Fatal(err)
	}
	s.reads(s.DM(amy), "heard requests")
	calls := s.book.said()
	if len(calls) != 2 || calls[0].Where.Channel != general || calls[1].Where.Channel != s.DM(amy) || calls[0].Once == "" {
		t.Errorf("calls: %+v, want two: the bot's own message in the conversation is not one", calls)
	}
}

func TestUnknownPerson(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.Fail("users.list", -1, slacktest.Fault{Error: "missing_scope"})
	s.run()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	s.AddUser(slacktest.User{ID: "U0NEW", Name: "new", Locale: "zh-TW"})
	s.Fail("users.info", -1, slacktest.Fault{Delay: 1500 * time.Millisecond})
	if m := s.say("U0NEW", general, "/wechat help").Message; !m.Has("say it again") {
		t.Errorf("somebody not yet known sees %q", m.PlainText())
	}
	s.Heal()
	<-s.dir.ask("U0NEW") // joins the look-up under way
	if m := s.say("U0NEW", general, "/wechat help").Message; !m.Has("heard help") {
		t.Errorf("the second time they see %q", m.PlainText())
	}
	s.AddUser(slacktest.User{ID: "U0OTHER", Name: "other"})
	if m := s.say("U0OTHER", general, "/wechat help").Message; !m.Has("heard help") {
		t.Errorf("somebody new sees %q, want the answer: Slack is quick", m.PlainText())
	}
}

// Where Slack says nothing of people, nobody counts as a member, and roles decide.
func TestPeopleCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	for _, method := range []string{"users.list", "users.info"} {
		s.Fail(method, -1, slacktest.Fault{Error: "unknown_method"})
	}
	s.run()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	if m := s.say(amy, general, "/wechat help").Message; !m.Has("heard help") {
		t.Errorf("amy sees %q", m.PlainText())
	}
	if who := s.book.said()[0].Who; who.Member || who.ID != amy || who.Team != "T0MAGPIE" || who.Lang != "en" {
		t.Errorf("amy is %+v, want no member", who)
	}
}
