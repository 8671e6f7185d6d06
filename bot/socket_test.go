package bot

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"magpie/bot/slacktest"
	"magpie/commands"
)

func TestReconnects(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	for name, cut := range map[string]func(){
		"warning": func() { s.Disconnect("warning") },
		"refresh": func() { s.Disconnect("refresh_requested") },
		"cut":     s.DropSockets,
		"down":    func() { s.Down(true); s.Down(false) },
	} {
		cut()
		if err := s.WaitConnected(s.ctx, 1); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m := s.say(amy, general, "/wechat "+name).Message; m == nil || !m.Has("heard "+name) {
			t.Errorf("after %s the answer is %+v", name, m)
		}
	}
}

// A socket that closes while the Book is at work costs nobody the answer.
func TestSocketClosesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{CloseGrace: time.Millisecond})
	working, release := make(chan struct{}), make(chan struct{})
	s.book.do = func(ctx context.Context, call commands.Call) (commands.Answer, error) {
		close(working)
		<-release
		return answering(ctx, call)
	}
	go func() {
		<-working
		before := s.Opened()
		s.Disconnect("refresh_requested")
		_ = s.WaitFor(s.ctx, func() bool { return s.Opened() > before && s.Connected() == 1 })
		close(release)
	}()
	_, _ = s.Say(s.ctx, amy, general, "/wechat show 1")
	s.sees(amy, "heard show 1")
}

func TestSlackDownAtStart(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.Down(true)
	s.run()
	if s.bot.Ready() {
		t.Error("ready while Slack is down")
	}
	for strings.Count(s.log.text(), "cannot be reached") < 2 { // it keeps trying
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.ctx.Done():
			t.Fatal("auth.test was not tried again")
		}
	}
	s.Down(false)
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	s.say(amy, general, "/wechat help")
}

func TestTokensRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ method, code, setting string }{
		"bot token":     {"auth.test", "invalid_auth", "SLACK_BOT_TOKEN"},
		"revoked":       {"auth.test", "token_revoked", "SLACK_BOT_TOKEN"},
		"app token":     {"apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN"},
		"wrong kind":    {"apps.connections.open", "not_allowed_token_type", "SLACK_APP_TOKEN"},
		"without scope": {"apps.connections.open", "missing_scope", "SLACK_APP_TOKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, slacktest.Options{})
			s.Fail(test.method, -1, slacktest.Fault{Error: test.code})
			ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
			defer cancel()
			err := s.bot.Run(ctx)
			if err == nil || !strings.Contains(err.Error(), test.setting) || !strings.Contains(err.Error(), test.code) {
				t.Errorf("Run: got %v, want an error that names %s and %s", err, test.setting, test.code)
			}
		})
	}
}

// Slack away and then the token refused, and the other way round: all that matters
// is what Slack says in the end.
func TestFaultsAtStartPass(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	s.Fail("auth.test", 1, slacktest.Fault{Status: 429, RetryAfter: time.Second})
	s.Fail("apps.connections.open", 1, slacktest.Fault{Status: 500})
	s.Fail("apps.connections.open", 1, slacktest.Fault{Error: "internal_error"})
	for _, method := range []string{"users.list", "usergroups.users.list"} {
		s.Fail(method, -1, slacktest.Fault{Error: "unknown_method"})
	}
	s.run()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err)
	}
	if m := s.say(amy, general, "/wechat help").Message; !m.Has("heard help") {
		t.Errorf("without users.list: %q", m.PlainText())
	}
	if p := s.book.said()[0].Who; !p.Member || p.Zone != "Europe/Paris" {
		t.Errorf("without users.list %s is %+v", amy, p)
	}
	if _, ok := s.dir.Members(approvers); ok {
		t.Error("a group that was never loaded is known")
	}
}

// What is in hand is finished; what comes later is declined.
func TestShutdown(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	working, release := make(chan struct{}), make(chan struct{})
	s.book.do = func(ctx context.Context, call commands.Call) (commands.Answer, error) {
		close(working)
		<-release
		return answering(ctx, call)
	}
	acked := make(chan *slacktest.Ack, 1)
	go func() {
		ack, err := s.Say(s.ctx, amy, general, "/wechat help")
		if err != nil {
			t.Errorf("what was in hand: %v", err)
		}
		acked <- ack
	}()
	<-working
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	for { // until the bot has heard that it ends
		s.bot.mu.Lock()
		closing := s.bot.closing
		s.bot.mu.Unlock()
		if closing {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if m := s.say(bo, general, "/wechat help").Message; m == nil || !m.Has("just restarting") {
		t.Errorf("what comes later is not declined: %+v", m)
	}
	close(release)
	if ack := <-acked; ack != nil && (ack.Message == nil || !ack.Message.Has("heard help")) {
		t.Errorf("what was in hand is answered with %s", ack.Payload)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := len(s.book.said()); got != 1 {
		t.Errorf("the Book was called %d times, want once", got)
	}
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	for range atOnce {
		s.bot.slots <- struct{}{}
	}
	if m := s.say(amy, general, "/wechat help").Message; !m.Has("Too much is going on") {
		t.Errorf("with all hands full: %q", m.PlainText())
	}
	<-s.bot.slots
	if m := s.say(amy, general, "/wechat help").Message; !m.Has("heard help") {
		t.Errorf("with a hand free: %q", m.PlainText())
	}
}

// The directory follows what Slack tells of people and groups.
func TestDirectoryHears(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.say(amy, general, "/wechat help") // the groups are loaded by now
	s.dir.hear("user_change", []byte(`{"user":{"id":"U0AMY","team_id":"T0MAGPIE","is_restricted":true,"tz":"Asia/Tokyo"}}`))
	if p, _ := s.dir.Person(amy); p.Member || p.Zone != "Asia/Tokyo" || p.Lang != "en" {
		t.Errorf("after user_change: %+v", p)
	}
	s.dir.hear("team_join", []byte(`{"user":{"id":"U0JOINED","locale":"zh-HK"}}`))
	if p, _ := s.dir.Person("U0JOINED"); !p.Member || p.Lang != "zh" {
		t.Errorf("after team_join: %+v", p)
	}
	s.SetGroup(approvers, amy, bo)
	s.dir.reload(approvers)
	if members, _ := s.dir.Members(approvers); len(members) != 2 {
		t.Errorf("after subteam_updated: %v", members)
	}
	if s.dir.hear("message", []byte(`{}`)) {
		t.Error("a message is taken for news of people")
	}
}

// A group of which nothing is known any more gives no role: one that was disabled at
// once, one that cannot be read after two minutes; a reload that Slack puts off is tried
// again.
func TestGroupsThatCannotBeReadGiveNoRole(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.say(amy, general, "/wechat help") // the groups are loaded by now
	s.SetGroup(approvers, amy, bo)
	s.Fail("usergroups.users.list", 1, slacktest.Fault{RetryAfter: time.Second})
	s.dir.reload(approvers)
	if members, known := s.dir.Members(approvers); !known || len(members) != 2 {
		t.Errorf("after a reload that met a 429: %v, %v, want both", members, known)
	}
	s.Fail("usergroups.users.list", -1, slacktest.Fault{Error: "internal_error"})
	if err := s.dir.loadGroup(t.Context(), approvers); err == nil {
		t.Fatal("loading a group: got no error")
	}
	if members, known := s.dir.Members(approvers); !known || len(members) != 2 {
		t.Errorf("just after a failure: %v, %v, want both", members, known)
	}
	s.dir.readLast(time.Now().Add(-groupGrace - time.Second))
	if members, known := s.dir.Members(approvers); known {
		t.Errorf("after two minutes of failures: %v, want it not known", members)
	}
	s.Heal()
	if err := s.dir.loadGroup(t.Context(), approvers); err != nil {
		t.Fatal(err)
	}
	if members, known := s.dir.Members(approvers); !known || len(members) != 2 {
		t.Errorf("once it can be read again: %v, %v, want both", members, known)
	}
	s.Fail("usergroups.users.list", 1, slacktest.Fault{Error: "no_such_subteam"})
	s.dir.reload(approvers)
	if members, known := s.dir.Members(approvers); !known || len(members) != 0 {
		t.Errorf("after it was disabled: %v, %v, want nobody", members, known)
	}
}

// The next socket opens before Slack closes this one, and a mute one is given up.
func TestWatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &socket{hello: make(chan time.Duration, 1), failed: make(chan error, 1)}
		begin := time.Now()
		s.greet(5 * time.Hour)
		if err := s.watch(t.Context(), func() {}); err != nil || time.Since(begin) != 5*time.Hour-overlap {
			t.Errorf("a socket of 5 h: %v after %v, want nil after %v", err, time.Since(begin), 5*time.Hour-overlap)
		}
		begin = time.Now()
		if err := s.watch(t.Context(), func() {}); err == nil || time.Since(begin) != helloWithin {
			t.Errorf("a mute socket: %v after %v, want an error after %v", err, time.Since(begin), helloWithin)
		}
	})
}

// A delivery is forgotten when Slack cannot repeat it any more, not before.
func TestSeen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	s := newSeen(func() time.Time { return now })
	for _, test := range []struct {
		after time.Duration
		first bool
	}{{0, true}, {6 * time.Minute, false}, {20 * time.Minute, true}} {
		now = now.Add(test.after)
		if _, got := s.first("Ev1"); got != test.first {
			t.Errorf("after %v: first is %v, want %v", test.after, got, test.first)
		}
	}
	begun, _ := s.first("begun")
	s.settle(begun, "payload")
	for i := range rememberAtMost + 10 {
		s.first(strconv.Itoa(i))
		if payload, _ := s.payload(begun); i == rememberPayloads && payload != nil {
			t.Errorf("the payload of the %dth delivery back is kept", i)
		}
	}
	if got := len(s.heard); got != rememberAtMost || len(s.order) != got {
		t.Errorf("remembers %d deliveries, %d in order, want %d", got, len(s.order), rememberAtMost)
	}
}

// Two sockets overlap while one follows the other, and lines go on.
func TestSocketsOverlap(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	first := s.bot.now.Load()
	next := s.bot.dial(s.ctx)
	defer next.close()
	if err := s.WaitConnected(s.ctx, 2); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		s.say(amy, general, "/wechat help")
	}
	go first.retire()
	if err := s.WaitFor(s.ctx, func() bool { return s.Connected() == 1 }); err != nil {
		t.Fatal(err)
	}
	s.say(amy, general, "/wechat help")
}
