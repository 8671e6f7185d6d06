package app

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"magpie/store/storetest"
)

// acking is a process that answers lines, and a line for it.
type acking struct {
	start  func(b *testing.B, w *world) *exec.Cmd
	line   string // %d: how manieth it is
	posted int    // what the line makes the process post, which is waited for
}

// BenchmarkAckIdle says one line after the other to a process that does nothing else: each
// begins once the card of the one before is posted. Beside magpie stand a handler of
// slack-go's alone and one of Bolt's (where MAGPIE_BOLT_DIR has it), which keep nothing.
//
//	go test -run '^$' -bench AckIdle -benchtime 300x ./app -args -beside PATH
//
// `-beside` measures another build of magpie in the same run.
func BenchmarkAckIdle(b *testing.B) {
	send := "/wechat subscribe send TPL to=o%d thing1=Tea"
	build := func(binary string) func(*testing.B, *world) *exec.Cmd {
		return func(b *testing.B, w *world) *exec.Cmd {
			b.Setenv("MAGPIE_TEST_BINARY", binary)
			return w.process(b)
		}
	}
	ways := map[string]acking{
		"slack-go":      {start: startBare, line: "/wechat hello"},
		"sqlite/ask":    {start: build(os.Getenv("MAGPIE_TEST_BINARY")), line: send, posted: 1},
		"sqlite/help":   {start: build(os.Getenv("MAGPIE_TEST_BINARY")), line: "/wechat help"},
		"postgres/ask":  {start: build(os.Getenv("MAGPIE_TEST_BINARY")), line: send, posted: 1},
		"postgres/help": {start: build(os.Getenv("MAGPIE_TEST_BINARY")), line: "/wechat help"},
	}
	if dir := os.Getenv("MAGPIE_BOLT_DIR"); dir != "" {
		ways["bolt"] = acking{start: func(b *testing.B, w *world) *exec.Cmd { return startBolt(b, w, dir) }, line: "/wechat hello"}
	}
	if *besideBinary != "" {
		ways["sqlite/ask/beside"] = acking{start: build(*besideBinary), line: send, posted: 1}
		ways["postgres/ask/beside"] = acking{start: build(*besideBinary), line: send, posted: 1}
	}
	for name, way := range ways {
		b.Run(name, func(b *testing.B) { ackIdle(b, name, way) })
	}
}

func ackIdle(b *testing.B, name string, way acking) {
	url := storetest.SQLite(b)
	if len(name) > 8 && name[:8] == "postgres" {
		url = storetest.Postgres(b)
	}
	w := newWorld(b, url, nil)
	cmd := way.start(b, w)
	said := 0
	say := func() time.Duration {
		// Slack takes a message a second in a channel: a line's card waits for no other's.
		channel := w.channel(fmt.Sprintf("c%d", said%50))
		said++
		before := len(w.slack.Messages(channel))
		ack, err := w.slack.Say(b.Context(), alice, channel, strings.ReplaceAll(way.line, "%d", strconv.Itoa(said)))
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
		defer cancel()
		if err := w.slack.WaitFor(ctx, func() bool { return len(w.slack.Messages(channel)) >= before+way.posted }); err != nil {
			b.Fatal(err)
		}
		return ack.Took
	}
	for range 50 { // what a process does once
		say()
	}
	var took []time.Duration
	ticks, _ := processUse(b, cmd.Process.Pid)
	for b.Loop() {
		took = append(took, say())
	}
	more, _ := processUse(b, cmd.Process.Pid)
	b.ReportMetric(float64(more-ticks)*10/float64(len(took)), "cpu-ms/line")
	reportAcks(b, took)
}

// startBare starts a handler of slack-go's that answers every line at once.
func startBare(b *testing.B, w *world) *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	return w.connect(b, exec.Command(exe), "MAGPIE_TEST_BE_MAGPIE=bare", "SLACK_API_URL="+w.slack.APIURL)
}

// beBare is the handler of startBare.
func beBare() {
	api := slack.New("xoxb-test", slack.OptionAppLevelToken("xapp-test"), slack.OptionAPIURL(os.Getenv("SLACK_API_URL")))
	client := socketmode.New(api)
	go func() {
		for event := range client.Events {
			if event.Type == socketmode.EventTypeSlashCommand {
				if err := client.Ack(*event.Request, map[string]any{"text": "heard"}); err != nil {
					log.Print(err)
				}
			}
		}
	}()
	log.Fatal(client.Run())
}

const ackingBolt = `
const { App } = require(process.argv[3] + '/node_modules/@slack/bolt');
const app = new App({ token: 'xoxb-test', appToken: 'xapp-test', socketMode: true, clientOptions: { slackApiUrl: process.argv[2] } });
app.command('/wechat', async ({ ack }) => { await ack({ text: 'heard' }); });
app.start(0).catch((e) => { console.error(e); process.exit(1); });
`

// startBolt starts a handler of Bolt's that answers every line at once.
func startBolt(b *testing.B, w *world, dir string) *exec.Cmd {
	script := filepath.Join(b.TempDir(), "app.js")
	if err := os.WriteFile(script, []byte(ackingBolt), 0o600); err != nil {
		b.Fatal(err)
	}
	return w.connect(b, exec.Command("node", script, w.slack.APIURL, dir))
}

// connect starts a process that is not magpie and waits for its socket.
func (w *world) connect(b *testing.B, cmd *exec.Cmd, env ...string) *exec.Cmd {
	b.Helper()
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = w.log
	before := w.slack.Opened()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func() bool { return w.slack.Opened() > before && w.slack.Connected() > 0 }); err != nil {
		b.Fatal(fmt.Errorf("%s does not connect: %w", cmd.Path, err))
	}
	return cmd
}
