package app

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"magpie/articles/openaitest"
	"magpie/bot/slacktest"
	"magpie/logs"
	"magpie/wechat/wechattest"
)

// TestMain lets the test binary be magpie itself, for tests that kill the process.
func TestMain(m *testing.M) {
	if os.Getenv("MAGPIE_TEST_BE_MAGPIE") != "" {
		if os.Getenv("MAGPIE_TEST_BE_MAGPIE") == "bare" {
			beBare()
		}
		beMagpie()
		return
	}
	// These tests mostly wait, for tries and for deadlines: more than one a core.
	flag.Parse()
	if at := flag.Lookup("test.parallel"); at.Value.String() == at.DefValue {
		_ = at.Value.Set(strconv.Itoa(max(4, runtime.GOMAXPROCS(0))))
	}
	os.Exit(m.Run())
}

// beMagpie is what `magpie` alone does.
func beMagpie() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	be := func() error { return Run(ctx, os.Getenv, os.Stderr) }
	if os.Getenv("MAGPIE_TEST_BE_MAGPIE") == "playground" {
		be = func() error { return Play(ctx, "", os.Getenv, os.Stdout, os.Stderr) }
	}
	if err := be(); err != nil {
		log.Error("magpie ended", "error", err)
		os.Exit(1)
	}
}

const (
	alice = "U1ALICE" // may ask
	bob   = "U2BOB"   // may approve
	carol = "U3CAROL" // is the admin
	dan   = "U4DAN"   // may approve, by the group of approvers
	gus   = "U5GUS"   // is a guest
	mei   = "U6MEI"   // may ask, and reads Chinese
	sam   = "U7SAM"   // is of another company, in a channel that both share

	general = "C1GENERAL"
	secret  = "G2SECRET" // private, without the bot
	group   = "S1APPROVERS"
)

// world is a pretend Slack and a pretend WeChat with one magpie between them.
type world struct {
	slack   *slacktest.Workspace
	wechat  *wechattest.Server            // the one that a script is about
	servers map[string]*wechattest.Server // by account, where there are two
	writer  *openaitest.Server
	env     map[string]string
	log     *logbook
	ctx     context.Context // of the test

	mu        sync.Mutex
	stopped   []func() error // end the magpies that run, the last one last
	channels  []string
	groups    map[string]bool // that a script has made
	last      *slacktest.Ack  // of what was last said or pressed
	posted    string          // the ts of what a script last posted
	told      string          // what a script last printed
	collector *collector      // of spans; nil: there is none
	at        []string        // in HTTP mode, where the magpies that run are posted to

	ahead atomic.Int64 // by how much magpie's clock was stepped
}

// now is magpie's clock.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// logbook keeps what magpie has logged and printed.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
	to   io.Writer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	return l.to.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logbook) logger() *slog.Logger { return l.loggerAs("") }

// loggerAs writes in a format of LOG_FORMAT's.
func (l *logbook) loggerAs(format string) *slog.Logger {
	return slog.New(logs.Options{Format: format}.Handler(l))
}

func newWorld(t testing.TB, database string, env map[string]string) *world {
	t.Helper()
	locale := map[string]string{"zh": "zh-CN"}[env["LANGUAGE"]]
	// People wait longer than Slack's 3 s: a machine that is busy with tests may be slow. What
	// an acknowledgement takes, the benchmarks show.
	slack := slacktest.Start(slacktest.Options{ShouldEscape: true, AckTimeout: 10 * time.Second})
	t.Cleanup(slack.Close)
	for _, u := range []slacktest.User{
		{ID: alice, Name: "alice"}, {ID: bob, Name: "bob"}, {ID: carol, Name: "carol"}, {ID: dan, Name: "dan"},
		{ID: gus, Name: "gus", Guest: true}, {ID: mei, Name: "mei", Locale: "zh-CN", TZ: "Asia/Shanghai"},
		{ID: sam, Name: "sam", TeamID: "T9OTHER", Stranger: true},
	} {
		u.Locale = cmp.Or(u.Locale, locale)
		slack.AddUser(u)
	}
	everybody := []string{alice, bob, carol, dan, gus, mei, sam}
	slack.AddChannel(slacktest.Channel{ID: general, Name: "general", BotIn: true, Members: everybody})
	slack.AddChannel(slacktest.Channel{ID: secret, Name: "secret", Private: true, Members: everybody})
	slack.AddGroup(slacktest.Group{ID: group, Handle: "approvers", Name: "Approvers", Users: []string{dan}})
	wx, url, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	writer, writerURL, stopWriter := openaitest.Start(openaitest.Options{Pause: time.Millisecond})
	t.Cleanup(stopWriter)
	w := &world{slack: slack, wechat: wx, writer: writer, log: &logbook{to: io.Discard}, ctx: t.Context(), channels: []string{general, secret}, groups: map[string]bool{}, env: map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test", "SLACK_API_URL": slack.APIURL,
		"WECHAT_APP_ID": wechattest.DefaultAppID, "WECHAT_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_API_URL": url,
		"OPENAI_API_KEY": openaitest.Key, "OPENAI_BASE_URL": writerURL, "OPENAI_MODEL": openaitest.Model, "CHROMIUM": "off",
		"DATABASE_URL": database, "ADMINS": carol, "APPROVERS": bob + "," + group,
	}}
	maps.Copy(w.env, env)
	if testing.Verbose() {
		w.log.to = t.Output()
	}
	t.Cleanup(func() {
		for w.runs() {
			if err := w.stop(); err != nil {
				t.Errorf("magpie ended with %v", err)
			}
		}
	})
	return w
}

// channel is a public channel by its name, made where there is none.
func (w *world) channel(name string) string {
	switch name {
	case "general":
		return general
	case "secret":
		return secret
	}
	id := "C9" + strings.ToUpper(name)
	if !slices.Contains(w.channels, id) {
		w.slack.AddChannel(slacktest.Channel{ID: id, Name: name, BotIn: true})
		w.channels = append(w.channels, id)
	}
	return id
}

// startWith starts magpie with further settings, which stay where it runs.
func (w *world) startWith(ctx context.Context, settings []string) error {
	before := maps.Clone(w.env)
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		w.env[key] = value
	}
	err := w.start(ctx)
	if err != nil {
		w.env = before
	}
	return err
}

// start runs magpie inside the test and waits until Slack's lines reach it.
func (w *world) start(ctx context.Context) error {
	env := maps.Clone(w.env)
	getenv := func(key string) string { return env[key] }
	if w.byHTTP() {
		return w.startByHTTP(ctx, getenv)
	}
	running, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	before := w.slack.Opened()
	go func() { ended <- serve(running, getenv, nil, w.now, quick, w.log.loggerAs(env["LOG_FORMAT"])) }()
	w.mu.Lock()
	w.stopped = append(w.stopped, func() error {
		cancel()
		return <-ended
	})
	w.mu.Unlock()
	return w.connected(ctx, before, ended)
}

// quick has magpie post as fast as this pretend Slack takes it: what a second for each
// message is for, the bot's own tests show.
func quick(h *house) { h.teller.Pace(20 * time.Millisecond) }

// connected waits until one more socket takes envelopes, or magpie has ended.
func (w *world) connected(ctx context.Context, before int, ended <-chan error) error {
	waiting, cancel := context.WithTimeout(ctx, 45*time.Second)
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		select {
		case err := <-ended:
			failed <- fmt.Errorf("magpie ended: %w", err)
			cancel()
		case <-waiting.Done():
		}
	}()
	if err := w.slack.WaitFor(waiting, func() bool { return w.slack.Opened() > before && w.slack.Connected() > 0 }); err != nil {
		select {
		case err := <-failed:
			w.mu.Lock()
			w.stopped = w.stopped[:len(w.stopped)-1]
			w.mu.Unlock()
			return err
		default:
			return fmt.Errorf("magpie does not connect: %w", err)
		}
	}
	return nil
}

func (w *world) runs() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.stopped) > 0
}

// stop ends the magpie that was started last, as SIGTERM does, and waits until Slack
// has seen it go.
func (w *world) stop() error {
	w.mu.Lock()
	last := len(w.stopped) - 1
	if last < 0 {
		w.mu.Unlock()
		return nil
	}
	stopped := w.stopped[last]
	w.stopped = w.stopped[:last]
	w.mu.Unlock()
	err := stopped()
	if w.byHTTP() {
		return err
	}
	waiting, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(err, w.slack.WaitFor(waiting, func() bool { return w.slack.Connected() <= last }))
}

// process starts magpie as a process of its own, to be killed.
func (w *world) process(t testing.TB, env ...string) *exec.Cmd {
	t.Helper()
	exe := os.Getenv("MAGPIE_TEST_BINARY")
	if exe == "" {
		var err error
		if exe, err = os.Executable(); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(exe)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "MAGPIE_TEST_BE_MAGPIE=1")
	for _, key := range slices.Sorted(maps.Keys(w.env)) {
		cmd.Env = append(cmd.Env, key+"="+w.env[key])
	}
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = w.log
	before := w.slack.Opened()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func() bool { return w.slack.Opened() > before && w.slack.Connected() > 0 }); err != nil {
		t.Fatalf("magpie does not connect: %v", err)
	}
	return cmd
}
