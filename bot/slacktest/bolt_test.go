package slacktest_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/bot/slacktest"
)

// boltApp is a small app in Slack's own framework that uses what magpie uses.
const boltApp = `
const { App, HTTPReceiver } = require(process.argv[3] + '/node_modules/@slack/bolt');
const clientOptions = { slackApiUrl: process.argv[2] };
const byHTTP = process.argv[4] === 'http';
const app = new App(byHTTP
  ? { token: 'xoxb-test', clientOptions, receiver: new HTTPReceiver({ signingSecret: 'shh-test', endpoints: ['/slack'] }) }
  : { token: 'xoxb-test', appToken: 'xapp-test', socketMode: true, clientOptions });
const plain = (text) => ({ type: 'plain_text', text });
app.command('/wechat', async ({ ack, respond, command, client }) => {
  await ack({ text: 'heard ' + command.text });
  if (command.text === 'form') {
    await client.views.open({ trigger_id: command.trigger_id, view: { type: 'modal', callback_id: 'form', title: plain('Form'), submit: plain('Go'),
      blocks: [{ type: 'input', block_id: 'name', label: plain('Name'), element: { type: 'plain_text_input', action_id: 'a' } }] } });
    return;
  }
  await respond({ text: 'later', response_type: 'ephemeral' });
  await client.chat.postMessage({ channel: command.channel_id, text: 'card', blocks: [{ type: 'actions', elements: [
    { type: 'button', action_id: 'approve', value: 'approve 17', text: plain('Approve') }] }] });
  await client.filesUploadV2({ channel_id: command.channel_id, filename: 'a.txt', content: 'tea' });
});
app.action('approve', async ({ ack, body, client }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'approved by ' + body.user.id, blocks: [] });
});
app.view('form', async ({ ack, view }) => {
  const short = view.state.values.name.a.value.length < 3;
  await ack(short ? { response_action: 'errors', errors: { name: 'too short' } } : { response_action: 'clear' });
});
app.event('app_mention', async ({ event, say }) => { await say({ text: 'you said ' + event.text, thread_ts: event.ts }); });
app.event('app_home_opened', async ({ event, client, context }) => {
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'section', text: plain('retry ' + (context.retryNum || 0)) }] } });
});
app.shortcut('ask', async ({ ack, shortcut, client }) => {
  await ack();
  await client.chat.postMessage({ channel: shortcut.user.id, text: 'asked by ' + shortcut.type });
});
app.start(0).then((server) => { if (byHTTP) console.log('port ' + server.address().port + ' '); })
  .catch((e) => { console.error(e); process.exit(1); });
`

// TestBolt runs an app of Slack's own framework in the pretend workspace, over a socket and
// with its HTTPReceiver.
func TestBolt(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("MAGPIE_BOLT_DIR")
	if dir == "" {
		t.Skip("MAGPIE_BOLT_DIR names no directory where @slack/bolt 5.1.0 is installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	for _, mode := range []string{"socket", "http"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			runBolt(t, node, dir, mode)
		})
	}
}

var boltPort = regexp.MustCompile(`port (\d+) `)

func runBolt(t *testing.T, node, dir, mode string) {
	s := newStage(t, slacktest.Options{PingInterval: time.Second})
	script := filepath.Join(t.TempDir(), "app.js")
	if err := os.WriteFile(script, []byte(boltApp), 0o600); err != nil {
		t.Fatal(err)
	}
	var out lockedBuffer
	app := exec.CommandContext(s.ctx, node, script, s.APIURL, dir, mode)
	app.Stdout, app.Stderr = &out, &out
	if err := app.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			_ = app.Process.Kill()
			_ = app.Wait()
		}
	}
	defer stop()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			stop()
			t.Fatalf("%s: %v\n%s", what, err, out.String())
		}
	}
	wait := func(what string, cond func() bool) { t.Helper(); must(what, s.WaitFor(s.ctx, cond)) }
	if mode == "http" {
		var port []string
		for port == nil {
			port = boltPort.FindStringSubmatch(out.String())
			if s.ctx.Err() != nil {
				must("start", s.ctx.Err())
			}
			time.Sleep(10 * time.Millisecond)
		}
		must("verify the request address", s.PostTo(s.ctx, "http://127.0.0.1:"+port[1]+"/slack"))
	} else {
		must("connect", s.WaitConnected(s.ctx, 1))
	}

	ack, err := s.Say(s.ctx, amy, general, "/wechat hello")
	must("say", err)
	if ack.Message == nil || ack.Message.Text != "heard hello" {
		t.Fatalf("Say: got %+v", ack)
	}
	wait("card", func() bool { return len(s.Messages(general)) == 2 && len(s.Ephemerals(amy)) == 2 })
	ms := s.Messages(general)
	if len(ms[1].Files) != 1 || string(ms[1].Files[0].Data) != "tea" {
		t.Fatalf("file: got %+v", ms[1])
	}
	_, err = s.Press(s.ctx, bo, slacktest.Target{Channel: general, TS: ms[0].TS}, "Approve")
	must("press", err)
	wait("update", func() bool { m, _ := s.Message(general, ms[0].TS); return m.Text == "approved by "+bo })

	_, err = s.Say(s.ctx, amy, general, "/wechat form")
	must("say form", err)
	wait("form", func() bool { return len(s.Views(amy)) == 1 })
	var wrong slacktest.FieldErrors
	if _, err = s.Submit(s.ctx, amy, "", map[string]any{"Name": "ab"}); !errors.As(err, &wrong) || wrong["name"] != "too short" {
		t.Fatalf("Submit of a short name: got %v", err)
	}
	_, err = s.Submit(s.ctx, amy, "", map[string]any{"name": "abc"})
	must("submit", err)
	if n := len(s.Views(amy)); n != 0 {
		t.Fatalf("Views after submit: got %d, want 0", n)
	}
	must("mention", s.Mention(s.ctx, amy, general, "", "hi"))
	wait("reply", func() bool {
		ms := s.Messages(general)
		return len(s.Thread(general, ms[len(ms)-1].TS)) == 2
	})
	must("open the Home", s.OpenHome(s.ctx, amy))
	wait("the Home", func() bool { home, _ := s.Home(amy); return strings.Contains(home.PlainText(), "retry 0") })
	_, err = s.Shortcut(s.ctx, bo, "ask", slacktest.Target{})
	must("shortcut", err)
	wait("what the shortcut does", func() bool { ms := s.Messages(s.DM(bo)); return len(ms) == 1 && ms[0].Text == "asked by shortcut" })
	if mode == "http" {
		return
	}
	s.Disconnect("refresh_requested")
	wait("reconnect", func() bool { return s.Opened() == 2 && s.Connected() == 1 })
	_, err = s.Say(s.ctx, amy, general, "/wechat again")
	must("say after reconnect", err)
}

// lockedBuffer is what a process says, read while it runs.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
