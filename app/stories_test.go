package app

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
)

var update = flag.Bool("update", false, "write what was seen into the golden files and scripts")

// The stories are told on both databases, and in both modes of hearing Slack: by HTTP on
// SQLite and over sockets on PostgreSQL, or all in the mode that -hear names. Some are told
// once more of machines that share a PostgreSQL behind a balancer. In a script:
//
//	magpie [KEY=VALUE…]          starts magpie with these settings too; ! magpie … must be refused, and
//	                             shows why. magpie-stop ends the one that was started last
//	say WHO LINE                 says `/wechat LINE` in #general; stdout is the private answer or form
//	say-until REGEX WHO LINE     says it again until the private answer matches
//	say-in PLACE WHO LINE        the same in another channel, which is made where there is none (channel
//	                             NAME makes it too); in secret, which is private and without the bot;
//	                             in dm; or in dms, as a message
//	group ID HANDLE WHO…         makes a user group, or has those be in it
//	mention WHO LINE             names the bot in #general instead; mention-with WHO FILE LINE attaches a file
//	press WHO LABEL [#N]         presses the newest such button, or that of request N; stdout is the private
//	                             answer or form
//	submit WHO KEY=VALUE…        fills in and sends the open form; ! submit shows the faults at its fields
//	resend                       Slack delivers once more what was last said or pressed
//	sees WHO WORDS…              waits until WHO sees a message with all the WORDS (!WORD: without it);
//	                             stdout is it, with its buttons as [Label]. ! sees: there is none now.
//	                             sees-in CHANNEL WORDS… looks only there
//	turn WHO LABEL               presses a button of the modal that WHO has open
//	shows WHO N LABEL FILE       compares what the Details of #N show under LABEL, on all their pages, to the letter
//	keep NAME REGEXP             puts the first group of REGEXP in what was last printed into $NAME
//	received PATH FILE…          waits for that many calls and compares what WeChat was sent, the body or the
//	                             query, with JSON files; received-none PATH: there were none
//	two-accounts [club]          has magpie serve a second WeChat, a Mini Program: shop-mini beside main; or
//	                             a second service account: club
//	at main|shop-mini|club       has what follows be about the WeChat of that account
//	later DURATION|morning DAYS  steps the clocks of magpie, on SQLite, and of WeChat; on PostgreSQL magpie's
//	                             follows the database's
//	phone                        prints what the account's users see
//	wechat FAULT [ARGS…]         see cmdWeChat
//	slack FAULT [ARGS…]          down, up, disconnect, drop, fails METHOD N STATUS|ERROR [SECONDS],
//	                             revokes SCOPE…, grants SCOPE…
//	get PATH [STATUS]            asks magpie over HTTP, until it answers so, and prints status and body
//	metric SERIES ==|>=|> N      waits until /metrics shows that, and prints it whole
//	logged MSG KEY=VALUE…        waits until one line of the JSON log, and no second, says that, with every stable key
//	post WHO TEXT [FILE…]        posts a message with files in #general; reply WHO TEXT answers it; shortcut
//	                             WHO [CALLBACK_ID:] WORDS… uses a message shortcut on one; image FILE W H makes a picture.
//	                             post-rich WHO TEXT FILE posts what somebody pasted, FILE has its blocks.
//	                             In submit KEY=file:FILE[,FILE…] gives files
//	writer FAULT TASK [ARGS…]    see cmdWriter
//	console, calls PATH N        prints WeChat's draft box; counts the calls on a path
//	home WHO WORDS…              opens the bot's home and waits until it shows all the WORDS; home-shows WHO WORDS…
//	                             waits alone, and ! home-shows: there is none. press-home WHO LABEL [#N] presses
//	                             there, press-home-silently without an answer, press-view in the modal on top
//	submit-in-person WHO K=V…    is submit of a form that was opened in no channel
//	global WHO CALLBACK_ID       uses a global shortcut; stdout is the modal
//	mention-in-thread WHO LINE   names the bot in the thread of what was last posted, and is answered there
//	no-secrets                   nothing that was logged, shown or answered holds a token or a secret
//
// The people are alice and mei (who reads Chinese), who may ask; bob and dan (by a
// group), who may approve; carol, the admin; gus, a guest; sam, of another company.
// In a line \u00a0 is that character, and @{FILE} what stands in FILE. Channel x has
// the id C9X; $TAKEN is an address that is in use; $DOCX has Word documents; [sqlite] is true on SQLite, [http] where
// Slack posts to magpie.
func TestStories(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	dir := "testdata/stories"
	documents, err := filepath.Abs("../articles/docx/testdata")
	if err != nil {
		t.Fatal(err)
	}
	story := func(name string) string { return filepath.Join(dir, name+".txtar") }
	for name, told := range map[string]struct {
		database string
		open     func(testing.TB) string
		hear     string
		stories  []string // none: all
	}{
		"sqlite":   {"sqlite", storetest.SQLite, cmp.Or(*hearing, "http"), nil},
		"postgres": {"postgres", storetest.Postgres, cmp.Or(*hearing, "socket"), nil},
		// Several machines behind a balancer, and what Slack repeats.
		"balanced": {"postgres", storetest.Postgres, "http", []string{story("repeats"), story("doubles"), story("restart")}},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Need(t, told.database)
			params := testscript.Params{
				Dir: dir, Files: told.stories, UpdateScripts: *update, RequireUniqueNames: true,
				Setup: func(env *testscript.Env) error {
					tb := env.T().(testing.TB)
					w := newWorld(tb, told.open(tb), nil)
					if told.hear == "http" {
						w.hearByHTTP()
					}
					env.Values["world"] = w
					env.Setenv("TAKEN", taken.Addr().String())
					env.Setenv("DOCX", documents)
					return nil
				},
				Condition: func(cond string) (bool, error) {
					if !slices.Contains([]string{"sqlite", "postgres", "http", "socket"}, cond) {
						return false, fmt.Errorf("there is no condition %q", cond)
					}
					return cond == told.database || cond == told.hear, nil
				},
				Cmds: storyCommands(),
			}
			if told.stories != nil {
				params.Dir = ""
			}
			testscript.Run(t, params)
		})
	}
}

// storyCommands are what a script may say.
func storyCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"magpie": cmdMagpie, "magpie-stop": cmdMagpieStop, "say": cmdSay, "say-until": cmdSayUntil, "say-in": cmdSayIn, "mention": cmdMention, "mention-with": cmdMentionWith,
		"press": cmdPress, "turn": cmdTurn, "submit": cmdSubmit,
		"check-form": cmdCheckForm, "choices": cmdChoices, "resend": cmdResend, "sees": cmdSees, "sees-in": cmdSeesIn, "channel": cmdChannel, "group": cmdGroup, "shows": cmdShows, "keep": cmdKeep,
		"received": cmdReceived, "received-none": cmdReceivedNone, "phone": cmdPhone, "later": cmdLater,
		"wechat": cmdWeChat, "slack": cmdSlack, "get": cmdGet, "metric": cmdMetric, "collector": cmdCollector, "traced": cmdTraced, "traces": cmdTraces, "logged": cmdLogged, "no-secrets": cmdNoSecrets, "audit": cmdAudit, "forgotten": cmdForgotten, "forget": cmdForget,
		"writer": cmdWriter, "shortcut": cmdShortcut, "post": cmdPost, "reply": cmdReply, "console": cmdConsole, "post-rich": cmdPostRich, "calls": cmdCalls, "image": cmdImage, "two-accounts": cmdTwoAccounts, "at": cmdAt,
		"home": cmdHome, "home-shows": cmdHomeShows, "press-home": cmdPressHome, "press-home-silently": cmdPressHomeSilently, "press-view": cmdPressView, "global": cmdGlobal, "submit-in-person": cmdSubmitInPerson, "mention-in-thread": cmdMentionInThread,
	}
}

func theWorld(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

// ctx ends with the script's own time.
func ctx(ts *testscript.TestScript) context.Context { return theWorld(ts).ctx }

var people = map[string]string{"alice": alice, "bob": bob, "carol": carol, "dan": dan, "gus": gus, "mei": mei, "sam": sam}

func who(ts *testscript.TestScript, name string) string {
	id, ok := people[name]
	if !ok {
		ts.Fatalf("there is no %s", name)
	}
	return id
}

// line is what is said: the words with escapes such as \u9e4a and @{FILE} put in.
func line(ts *testscript.TestScript, words []string) string {
	said := strings.Join(words, " ")
	for at := strings.Index(said, `\u`); at >= 0; at = strings.Index(said, `\u`) {
		r, err := strconv.ParseUint(said[at+2:at+6], 16, 32)
		ts.Check(err)
		said = said[:at] + string(rune(r)) + said[at+6:]
	}
	return inFile.ReplaceAllStringFunc(said, func(name string) string {
		return strings.TrimSuffix(ts.ReadFile(strings.Trim(name, "@{}")), "\n")
	})
}

var inFile = regexp.MustCompile(`@\{[^}]+\}`)

// tell prints what somebody is told.
func tell(ts *testscript.TestScript, text string) {
	theWorld(ts).told = text
	fmt.Fprintln(ts.Stdout(), text)
}

func answered(ts *testscript.TestScript) func(string, error) {
	return func(answer string, err error) {
		ts.Check(err)
		tell(ts, answer)
	}
}

func cmdMagpie(ts *testscript.TestScript, neg bool, args []string) {
	err := theWorld(ts).startWith(ctx(ts), args)
	if neg && err != nil {
		tell(ts, err.Error())
		return
	}
	ts.Check(err)
	if neg {
		ts.Fatalf("magpie runs")
	}
}

func cmdMagpieStop(ts *testscript.TestScript, neg bool, args []string) { ts.Check(theWorld(ts).stop()) }

func cmdSay(ts *testscript.TestScript, neg bool, args []string) {
	answered(ts)(theWorld(ts).say(ctx(ts), who(ts, args[0]), general, "/wechat "+line(ts, args[1:])))
}

// cmdSayUntil says a line again until the answer matches: what it tells is on its way.
func cmdSayUntil(ts *testscript.TestScript, neg bool, args []string) {
	want := regexp.MustCompile(args[0])
	waiting, cancel := context.WithTimeout(ctx(ts), 20*time.Second)
	defer cancel()
	for {
		answer, err := theWorld(ts).say(waiting, who(ts, args[1]), general, "/wechat "+line(ts, args[2:]))
		ts.Check(err)
		if want.MatchString(answer) {
			fmt.Fprintln(ts.Stdout(), answer)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func cmdSayIn(ts *testscript.TestScript, neg bool, args []string) {
	w, person, said := theWorld(ts), who(ts, args[1]), line(ts, args[2:])
	switch args[0] {
	case "dms":
		answered(ts)(w.mention(ctx(ts), person, w.slack.DM(person), said))
	case "dm":
		answered(ts)(w.say(ctx(ts), person, w.slack.DM(person), "/wechat "+said))
	default:
		answered(ts)(w.say(ctx(ts), person, w.channel(args[0]), "/wechat "+said))
	}
}

func cmdMention(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	answered(ts)(w.mention(ctx(ts), who(ts, args[0]), general, "<@"+w.slack.Bot().ID+"> "+line(ts, args[1:])))
}

func cmdMentionWith(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	answered(ts)(w.mention(ctx(ts), person, general, "<@"+w.slack.Bot().ID+"> "+line(ts, args[2:]), slackFile(ts, person, args[1])))
}

func cmdPress(ts *testscript.TestScript, neg bool, args []string) {
	answered(ts)(theWorld(ts).press(ctx(ts), who(ts, args[0]), strings.Join(args[1:], " ")))
}

func cmdTurn(ts *testscript.TestScript, neg bool, args []string) {
	answered(ts)(theWorld(ts).turn(ctx(ts), who(ts, args[0]), strings.Join(args[1:], " ")))
}

func cmdSubmit(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	values := map[string]any{}
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a, "=")
		if names, ok := strings.CutPrefix(value, "file:"); ok {
			var files []slacktest.File
			for name := range strings.SplitSeq(names, ",") {
				files = append(files, slackFile(ts, person, name))
			}
			values[key] = files
			continue
		}
		values[key] = strings.ReplaceAll(line(ts, []string{value}), `\n`, "\n")
	}
	answer, err := w.submit(ctx(ts), person, values)
	if refused, ok := err.(slacktest.FieldErrors); ok && neg {
		tell(ts, refused.Error())
		return
	}
	ts.Check(err)
	tell(ts, answer)
}

// cmdResend prints what the envelope is acknowledged with.
func cmdResend(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	ack, err := w.slack.Resend(ctx(ts), w.last.EnvelopeID)
	ts.Check(err)
	tell(ts, string(ack.Payload))
}

func cmdSees(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	sees(ts, neg, func(want func(slacktest.Message) bool) (slacktest.Message, bool) { return w.find(person, want) }, args[1:])
}

func cmdSeesIn(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	channel := w.channel(args[0])
	sees(ts, neg, func(want func(slacktest.Message) bool) (slacktest.Message, bool) {
		return w.findIn([]string{channel}, want)
	}, args[1:])
}

func sees(ts *testscript.TestScript, neg bool, find finder, words []string) {
	if neg {
		if m, ok := find(func(m slacktest.Message) bool { return has(m, words) }); ok {
			ts.Fatalf("%q is seen: %s", words, m.PlainText())
		}
		return
	}
	m, err := theWorld(ts).waitFor(ctx(ts), find, words...)
	ts.Check(err)
	tell(ts, readable(m))
}

func cmdChannel(ts *testscript.TestScript, neg bool, args []string) { theWorld(ts).channel(args[0]) }
