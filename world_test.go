package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

// TestMain lets the test binary be magpie itself, for tests that kill the process.
func TestMain(m *testing.M) {
	if os.Getenv("MAGPIE_TEST_BE_MAGPIE") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const (
	alice = "U1ALICE" // may ask
	bob   = "U2BOB"   // may approve
	carol = "U3CAROL" // is the admin
	dan   = "U4DAN"   // may approve, by the group of approvers
	gus   = "U5GUS"   // is a guest
	mei   = "U6MEI"   // may ask, and reads Chinese

	general = "C1GENERAL"
	secret  = "G2SECRET" // private, without the bot
	group   = "S1APPROVERS"
)

// world is a pretend Slack and a pretend WeChat with one magpie between them.
type world struct {
	slack  *slacktest.Workspace
	wechat *wechattest.Server
	env    map[string]string
	log    io.Writer
	ctx    context.Context // of the test

	mu      sync.Mutex
	stopped func() error // ends the magpie that runs; nil when none does
}

func newWorld(t testing.TB, database string, env map[string]string) *world {
	t.Helper()
	slack := slacktest.Start(slacktest.Options{ShouldEscape: true})
	t.Cleanup(slack.Close)
	for _, u := range []slacktest.User{
		{ID: alice, Name: "alice"}, {ID: bob, Name: "bob"}, {ID: carol, Name: "carol"}, {ID: dan, Name: "dan"},
		{ID: gus, Name: "gus", Guest: true}, {ID: mei, Name: "mei", Locale: "zh-CN", TZ: "Asia/Shanghai"},
	} {
		slack.AddUser(u)
	}
	everybody := []string{alice, bob, carol, dan, gus, mei}
	slack.AddChannel(slacktest.Channel{ID: general, Name: "general", BotIn: true, Members: everybody})
	slack.AddChannel(slacktest.Channel{ID: secret, Name: "secret", Private: true, Members: everybody})
	slack.AddGroup(slacktest.Group{ID: group, Handle: "approvers", Name: "Approvers", Users: []string{dan}})
	wx, url, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	w := &world{slack: slack, wechat: wx, log: io.Discard, ctx: t.Context(), env: map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test", "SLACK_API_URL": slack.APIURL,
		"WECHAT_APP_ID": wechattest.DefaultAppID, "WECHAT_APP_SECRET": wechattest.DefaultAppSecret, "WECHAT_API_URL": url,
		"DATABASE_URL": database, "ADMINS": carol, "APPROVERS": bob + "," + group,
	}}
	maps.Copy(w.env, env)
	if testing.Verbose() {
		w.log = t.Output()
	}
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Errorf("magpie ended with %v", err)
		}
	})
	return w
}

// start runs magpie inside the test and waits until Slack's lines reach it.
func (w *world) start(ctx context.Context) error {
	running, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	getenv := func(key string) string { return w.env[key] }
	go func() { ended <- run(running, nil, getenv, nil, io.Discard, w.log) }()
	w.mu.Lock()
	w.stopped = func() error {
		cancel()
		return <-ended
	}
	w.mu.Unlock()
	return w.connected(ctx, ended)
}

// connected waits until a socket takes envelopes, or magpie has ended.
func (w *world) connected(ctx context.Context, ended <-chan error) error {
	waiting, cancel := context.WithTimeout(ctx, 20*time.Second)
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
	if err := w.slack.WaitFor(waiting, func() bool { return w.slack.Connected() > 0 }); err != nil {
		select {
		case err := <-failed:
			w.mu.Lock()
			w.stopped = nil
			w.mu.Unlock()
			return err
		default:
			return fmt.Errorf("magpie does not connect: %w", err)
		}
	}
	return nil
}

// stop ends the magpie that runs, as SIGTERM does.
func (w *world) stop() error {
	w.mu.Lock()
	stopped := w.stopped
	w.stopped = nil
	w.mu.Unlock()
	if stopped == nil {
		return nil
	}
	return stopped()
}

// process starts magpie as a process of its own, to be killed.
func (w *world) process(t testing.TB, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "MAGPIE_TEST_BE_MAGPIE=1")
	for _, key := range slices.Sorted(maps.Keys(w.env)) {
		cmd.Env = append(cmd.Env, key+"="+w.env[key])
	}
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = w.log
	before := w.slack.Connected()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func() bool { return w.slack.Connected() > before }); err != nil {
		t.Fatalf("magpie does not connect: %v", err)
	}
	return cmd
}

// say says a line and returns the private answer.
func (w *world) say(ctx context.Context, who, channel, line string) (string, error) {
	seen := len(w.slack.Ephemerals(who))
	ack, err := w.slack.Say(ctx, who, channel, line)
	if err != nil {
		return "", err
	}
	if ack.Message != nil {
		return ack.Message.PlainText(), nil
	}
	return w.privately(ctx, who, seen)
}

// privately waits for the next thing that only that person sees: a message or a form.
func (w *world) privately(ctx context.Context, who string, seen int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	text := ""
	err := w.slack.WaitFor(ctx, func() bool {
		if all := w.slack.Ephemerals(who); len(all) > seen {
			text = all[len(all)-1].PlainText()
		} else if views := w.slack.Views(who); len(views) > 0 {
			text = views[len(views)-1].PlainText()
		}
		return text != ""
	})
	if err != nil {
		return "", errors.New("no private answer came")
	}
	return text, nil
}

// find returns the newest message that the person may see, in channels, in their own
// conversation with the bot or privately, that satisfies want.
func (w *world) find(who string, want func(slacktest.Message) bool) (slacktest.Message, bool) {
	var found slacktest.Message
	var any bool
	for _, channel := range []string{general, secret, w.slack.DM(who)} {
		for _, m := range w.slack.Messages(channel) {
			for _, m := range append([]slacktest.Message{m}, w.slack.Thread(channel, m.TS)...) {
				if want(m) && (!any || m.TS >= found.TS) {
					found, any = m, true
				}
			}
		}
	}
	if all := w.slack.Ephemerals(who); len(all) > 0 && want(all[len(all)-1]) && (!any || !all[len(all)-1].Posted.Before(found.Posted)) {
		return all[len(all)-1], true
	}
	return found, any
}

// press presses the newest button of that label that the person sees.
func (w *world) press(ctx context.Context, who, label string) (string, error) {
	var on slacktest.Message
	waiting, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(waiting, func() (ok bool) {
		on, ok = w.find(who, func(m slacktest.Message) bool {
			return slices.ContainsFunc(m.Buttons(), func(b slacktest.Button) bool { return b.Label == label })
		})
		return ok
	}); err != nil {
		return "", fmt.Errorf("%s sees no button %q", who, label)
	}
	at := slacktest.Target{Channel: on.Channel, TS: on.TS}
	if on.EphemeralFor != "" {
		at = slacktest.Target{EphemeralID: on.TS}
	}
	seen := len(w.slack.Ephemerals(who))
	if _, err := w.slack.Press(ctx, who, at, label); err != nil {
		return "", err
	}
	return w.privately(ctx, who, seen)
}

// shown waits until something that the person sees has all the words.
func (w *world) shown(ctx context.Context, who string, words ...string) (slacktest.Message, error) {
	var m slacktest.Message
	waiting, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := w.slack.WaitFor(waiting, func() (ok bool) {
		m, ok = w.find(who, func(m slacktest.Message) bool { return m.Has(words...) })
		return ok
	})
	if err != nil {
		return m, fmt.Errorf("%s never sees %q; there is:\n%s", who, words, w.everything(who))
	}
	return m, nil
}

func (w *world) everything(who string) string {
	var b strings.Builder
	w.find(who, func(m slacktest.Message) bool {
		fmt.Fprintf(&b, "--- %s %s\n%s\n", m.Channel, m.TS, m.PlainText())
		return false
	})
	return b.String()
}
