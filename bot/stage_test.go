package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

const (
	amy, bo, guest, listed   = "U0AMY", "U0BO", "U0GUEST", "U0LISTED"
	general, secret          = "C0GENERAL", "C0SECRET"
	approvers                = "S0APPROVERS"
	patience                 = 20 * time.Second
	botToken, appToken       = "xoxb-test", "xapp-test"
	answered, formed, failed = "ok", "form", "fail"
)

// stage is a pretend workspace with a bot in it, and a Book that is told what to do.
type stage struct {
	*slacktest.Workspace
	t    *testing.T
	ctx  context.Context
	book *fakeBook
	bot  *Bot
	dir  *Directory
	log  *safeLog
	stop func() error // ends the bot and returns what Run returned
}

// fakeBook notes every call, and says what its function says.
type fakeBook struct {
	mu    sync.Mutex
	calls []commands.Call
	do    func(ctx context.Context, call commands.Call) (commands.Answer, error)
}

func (b *fakeBook) Run(ctx context.Context, call commands.Call) (commands.Answer, error) {
	b.mu.Lock()
	b.calls = append(b.calls, call)
	do := b.do
	b.mu.Unlock()
	return do(ctx, call)
}

func (b *fakeBook) Options(context.Context, commands.Call, string, string, string) ([]cards.Choice, error) {
	return nil, nil
}

func (b *fakeBook) Within(string) time.Duration { return 2 * time.Second }

func (b *fakeBook) Submitted(line string, values map[string]string) string {
	for _, key := range []string{"reason", "kind", "note"} {
		if v, ok := values[key]; ok {
			line += fmt.Sprintf(" %s=%q", key, v)
		}
	}
	return line
}

func (b *fakeBook) said() []commands.Call {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]commands.Call(nil), b.calls...)
}

// answering says a card with the line's words.
func answering(_ context.Context, call commands.Call) (commands.Answer, error) {
	return commands.Answer{Card: cards.Card{Body: []cards.Text{cards.Plain("heard " + call.Line)}}}, nil
}

type safeLog struct {
	mu sync.Mutex
	strings.Builder
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(p)
}

func (l *safeLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

// newStage sets up a workspace; start puts the bot in it.
func newStage(t *testing.T, o slacktest.Options) *stage {
	t.Helper()
	if o.AckTimeout == 0 {
		o.AckTimeout = patience // a machine that is busy with tests may be slower than Slack allows
	}
	w := slacktest.Start(o)
	t.Cleanup(w.Close)
	w.AddUser(slacktest.User{ID: amy, Name: "amy", Locale: "en-US", TZ: "Europe/Paris"})
	w.AddUser(slacktest.User{ID: bo, Name: "bo", Locale: "zh-CN", TZ: "Asia/Shanghai"})
	w.AddUser(slacktest.User{ID: guest, Name: "guest", Guest: true})
	w.AddUser(slacktest.User{ID: listed, Name: "listed", TeamID: "T0OTHER"})
	w.AddChannel(slacktest.Channel{ID: general, Name: "general", BotIn: true})
	w.AddChannel(slacktest.Channel{ID: secret, Name: "secret", Private: true, Members: []string{amy, bo}})
	w.AddGroup(slacktest.Group{ID: approvers, Handle: "approvers", Users: []string{bo}})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	s := &stage{Workspace: w, t: t, ctx: ctx, book: &fakeBook{do: answering}, log: &safeLog{}}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	words, err := NewWords(log)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(botToken, appToken, strings.TrimSuffix(w.APIURL, "/"))
	s.dir = NewDirectory(client, DirectoryOptions{Groups: []string{approvers}, People: []string{listed}, Log: log})
	s.bot = New(Options{
		Client: client, APIURL: w.APIURL, Book: s.book, Directory: s.dir, Members: NewMembers(client, nil, log), Words: words,
		Language: "en", Zone: "Asia/Shanghai", Log: log,
	})
	return s
}

// run starts the bot.
func (s *stage) run() *stage {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.bot.Run(ctx) }()
	s.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("the bot did not end")
		}
	})
	s.t.Cleanup(func() {
		if err := s.stop(); err != nil {
			s.t.Errorf("Run: %v", err)
		}
		if log := s.log.text(); strings.Contains(log, botToken) || strings.Contains(log, appToken) {
			s.t.Errorf("a token in the log:\n%s", log)
		} else if s.t.Failed() {
			s.t.Logf("log of the bot:\n%s", log)
		}
	})
	return s
}

func started(t *testing.T, o slacktest.Options) *stage {
	t.Helper()
	s := newStage(t, o).run()
	if err := s.WaitConnected(s.ctx, 1); err != nil {
		t.Fatal(err, "\n", s.log.text())
	}
	for !s.bot.Ready() { // the bot reads the hello a moment after it was sent
		if sleep(s.ctx, time.Millisecond) != nil {
			t.Fatal("never ready\n", s.log.text())
		}
	}
	return s
}

// say says a line and returns how it was acknowledged.
func (s *stage) say(who, channel, line string) *slacktest.Ack {
	s.t.Helper()
	ack, err := s.Say(s.ctx, who, channel, line)
	if err != nil {
		s.t.Fatalf("%s says %q: %v", who, line, err)
	}
	return ack
}

// sees waits for a private answer with all the words and returns it.
func (s *stage) sees(who string, words ...string) slacktest.Message {
	s.t.Helper()
	var found slacktest.Message
	err := s.WaitFor(s.ctx, func() bool {
		for _, m := range s.Ephemerals(who) {
			if m.Has(words...) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		s.t.Fatalf("%s does not see %q: %v; sees %q", who, words, err, texts(s.Ephemerals(who)))
	}
	return found
}

// reads waits for a message in a channel.
func (s *stage) reads(channel string, words ...string) slacktest.Message {
	s.t.Helper()
	var found slacktest.Message
	err := s.WaitFor(s.ctx, func() bool {
		for _, m := range s.Messages(channel) {
			if m.Has(words...) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		s.t.Fatalf("%s does not show %q: %v; shows %q", channel, words, err, texts(s.Messages(channel)))
	}
	return found
}

func texts(messages []slacktest.Message) []string {
	var said []string
	for _, m := range messages {
		said = append(said, m.PlainText())
	}
	return said
}
