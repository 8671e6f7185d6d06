package slacktest_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"magpie/bot/slacktest"
)

// boltApp is a small app in Slack's own framework that uses what magpie uses.
const boltApp = `
const { App } = require(process.argv[3] + '/node_modules/@slack/bolt');
const app = new App({ token: 'xoxb-test', appToken: 'xapp-test', socketMode: true, clientOptions: { slackApiUrl: process.argv[2] } });
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
app.start().catch((e) => { console.error(e); process.exit(1); });
`

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
	s := newStage(t, slacktest.Options{PingInterval: time.Second})
	script := filepath.Join(t.TempDir(), "app.js")
	if err := os.WriteFile(script, []byte(boltApp), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	app := exec.CommandContext(s.ctx, node, script, s.APIURL, dir)
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
	must("connect", s.WaitConnected(s.ctx, 1))

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
	s.Disconnect("refresh_requested")
	wait("reconnect", func() bool { return s.Opened() == 2 && s.Connected() == 1 })
	_, err = s.Say(s.ctx, amy, general, "/wechat again")
	must("say after reconnect", err)
}
