package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

var update = flag.Bool("update", false, "write what was seen into the golden files and scripts")

// The stories are told on both databases. In a script:
//
//	magpie [KEY=VALUE…]          starts magpie; magpie-stop ends it
//	say WHO LINE                 says `/wechat LINE` in #general; stdout is the private answer
//	say-in secret|dm WHO LINE    the same elsewhere; mention WHO LINE names the bot instead
//	press WHO LABEL              presses the newest such button; stdout is the private answer
//	submit WHO KEY=VALUE…        fills in and sends the open form
//	sees WHO WORDS…              waits until WHO sees a message with all the words; stdout is it
//	received PATH FILE…          compares the bodies that WeChat was sent with JSON files
//	received-none PATH           checks that there were none
//	wechat FAULT [ARGS…]         busy N, drop-before N, drop-after N, garbage N, http N STATUS, cut N,
//	                             answer PATH CODE N, down, up, refuses OPENID, unknown OPENID, uncertified, advance 24h
//	slack down|up|disconnect     Slack's own faults
func TestStories(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			storetest.Need(t, name)
			testscript.Run(t, testscript.Params{
				Dir: "testdata/stories", UpdateScripts: *update, RequireUniqueNames: true,
				Setup: func(env *testscript.Env) error {
					tb := env.T().(testing.TB)
					env.Values["world"] = newWorld(tb, database(tb), nil)
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"magpie": cmdMagpie, "magpie-stop": cmdMagpieStop, "say": cmdSay, "say-in": cmdSayIn, "mention": cmdMention,
					"press": cmdPress, "submit": cmdSubmit, "sees": cmdSees, "received": cmdReceived, "received-none": cmdReceivedNone,
					"wechat": cmdWeChat, "slack": cmdSlack,
				},
			})
		})
	}
}

func theWorld(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

var people = map[string]string{"alice": alice, "bob": bob, "carol": carol, "dan": dan, "gus": gus, "mei": mei}

func who(ts *testscript.TestScript, name string) string {
	id, ok := people[name]
	if !ok {
		ts.Fatalf("there is no %s", name)
	}
	return id
}

func cmdMagpie(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	for _, a := range args {
		key, value, _ := strings.Cut(a, "=")
		w.env[key] = value
	}
	err := w.start(ctx(ts))
	if neg && err != nil {
		fmt.Fprintln(ts.Stdout(), err)
		return
	}
	ts.Check(err)
}

func cmdMagpieStop(ts *testscript.TestScript, neg bool, args []string) { ts.Check(theWorld(ts).stop()) }

func cmdSay(ts *testscript.TestScript, neg bool, args []string) {
	answered(ts)(theWorld(ts).say(ctx(ts), who(ts, args[0]), general, "/wechat "+strings.Join(args[1:], " ")))
}

func cmdSayIn(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[1])
	channel := secret
	if args[0] == "dm" {
		channel = w.slack.DM(person)
	}
	answered(ts)(w.say(ctx(ts), person, channel, "/wechat "+strings.Join(args[2:], " ")))
}

func cmdMention(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	seen := len(w.slack.Ephemerals(person))
	bot := w.slack.Bot()
	ts.Check(w.slack.Mention(ctx(ts), person, general, "", "<@"+bot.ID+"> "+strings.Join(args[1:], " ")))
	answered(ts)(w.privately(ctx(ts), person, seen))
}

func cmdPress(ts *testscript.TestScript, neg bool, args []string) {
	answered(ts)(theWorld(ts).press(ctx(ts), who(ts, args[0]), strings.Join(args[1:], " ")))
}

func cmdSubmit(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	values := map[string]any{}
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a, "=")
		values[key] = strings.ReplaceAll(value, `\n`, "\n")
	}
	views := w.slack.Views(person)
	if len(views) == 0 {
		ts.Fatalf("%s has no form open", args[0])
	}
	seen := len(w.slack.Ephemerals(person))
	_, err := w.slack.Submit(ctx(ts), person, views[len(views)-1].ID, values)
	if refused, ok := errors.AsType[slacktest.FieldErrors](err); ok && neg {
		fmt.Fprintln(ts.Stdout(), refused)
		return
	}
	ts.Check(err)
	answered(ts)(w.privately(ctx(ts), person, seen))
}

func cmdSees(ts *testscript.TestScript, neg bool, args []string) {
	m, err := theWorld(ts).shown(ctx(ts), who(ts, args[0]), args[1:]...)
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), m.PlainText())
	for _, b := range m.Buttons() {
		fmt.Fprintf(ts.Stdout(), "[%s]\n", b.Label)
	}
}

func answered(ts *testscript.TestScript) func(string, error) {
	return func(answer string, err error) {
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), answer)
	}
}

func cmdReceived(ts *testscript.TestScript, neg bool, args []string) {
	got := theWorld(ts).wechat.ReceivedOn(args[0])
	if len(got) != len(args)-1 {
		ts.Fatalf("calls on %s: got %d, want %d", args[0], len(got), len(args)-1)
	}
	// Deliveries of one request go out side by side: their order is not promised.
	for _, file := range args[1:] {
		var want any
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &want))
		at := slices.IndexFunc(got, func(r wechattest.Received) bool {
			var body any
			return json.Unmarshal(r.Body, &body) == nil && reflect.DeepEqual(body, want)
		})
		if at < 0 {
			ts.Fatalf("calls on %s:\ngot  %s\nwant %s", args[0], bodies(got), ts.ReadFile(file))
		}
		got = slices.Delete(got, at, at+1)
	}
}

func bodies(calls []wechattest.Received) string {
	var b strings.Builder
	for _, c := range calls {
		fmt.Fprintf(&b, "%s\n", c.Body)
	}
	return b.String()
}

func cmdReceivedNone(ts *testscript.TestScript, neg bool, args []string) {
	if got := theWorld(ts).wechat.ReceivedOn(args[0]); len(got) > 0 {
		ts.Fatalf("calls on %s: got %v, want none", args[0], got)
	}
}

func cmdWeChat(ts *testscript.TestScript, neg bool, args []string) {
	wx := theWorld(ts).wechat
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	switch args[0] {
	case "busy":
		wx.Busy(number(1))
	case "drop-before":
		wx.DropBefore(number(1))
	case "drop-after":
		wx.DropAfter(number(1))
	case "garbage":
		wx.Garbage(number(1))
	case "http":
		wx.HTTPError(number(1), number(2))
	case "cut":
		wx.CutBody(number(1))
	case "answer":
		wx.Answer(args[1], number(2), number(3))
	case "down", "up":
		wx.Down(args[0] == "down")
	case "refuses":
		wx.Refuses(args[1:]...)
	case "unknown":
		wx.Unknown(args[1:]...)
	case "uncertified":
		wx.Certified(false)
	case "expire-tokens":
		wx.ExpireTokens()
	case "invalidate-tokens":
		wx.InvalidateTokens()
	case "advance":
		d, err := time.ParseDuration(args[1])
		ts.Check(err)
		wx.Advance(d)
	default:
		ts.Fatalf("WeChat has no fault %q", args[0])
	}
}

func cmdSlack(ts *testscript.TestScript, neg bool, args []string) {
	slack := theWorld(ts).slack
	switch args[0] {
	case "down", "up":
		slack.Down(args[0] == "down")
	case "disconnect":
		slack.Disconnect("refresh_requested")
	default:
		ts.Fatalf("Slack has no fault %q", args[0])
	}
}

// ctx ends with the script's own time.
func ctx(ts *testscript.TestScript) context.Context { return theWorld(ts).ctx }
