package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/bot/slacktest"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

func cmdKeep(ts *testscript.TestScript, neg bool, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(theWorld(ts).told)
	if len(found) < 2 {
		ts.Fatalf("no %s in what was last printed", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// cmdShows puts together what a card shows under a label: a long value stands in
// pieces, the later ones in the thread.
func cmdShows(ts *testscript.TestScript, neg bool, args []string) {
	w, n, label := theWorld(ts), args[1], args[2]
	want := strings.TrimSuffix(ts.ReadFile(args[3]), "\n")
	got := ""
	_, err := w.press(ctx(ts), who(ts, args[0]), "Details #"+n)
	ts.Check(err)
	// What was said before may still be answered in further messages: the modal is waited for.
	ts.Check(w.slack.WaitFor(ctx(ts), func() bool { return len(w.slack.Views(who(ts, args[0]))) > 0 }))
	for {
		open := w.slack.Views(who(ts, args[0]))
		page := open[len(open)-1]
		got += contentOf(page.Blocks, label)
		if !slices.ContainsFunc(page.Buttons(), func(b slacktest.Button) bool { return b.Label == "Next page" }) {
			break
		}
		_, err = w.turn(ctx(ts), who(ts, args[0]), "Next page")
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s of #%s:\ngot  %q\nwant %q", label, n, got, want)
	}
}

// contentOf joins the preformatted texts that stand under a label, "label" or
// "label (2/3)".
func contentOf(raw json.RawMessage, label string) string {
	var blocks []struct {
		Type     string `json:"type"`
		Elements []struct {
			Type     string `json:"type"`
			Elements []struct {
				Text string `json:"text"`
			} `json:"elements"`
		} `json:"elements"`
	}
	_ = json.Unmarshal(raw, &blocks)
	under := regexp.MustCompile(`^` + regexp.QuoteMeta(label) + `( \(\d+/\d+\))?$`)
	var b strings.Builder
	for _, block := range blocks {
		if block.Type != "rich_text" || len(block.Elements) != 2 || !under.MatchString(block.Elements[0].Elements[0].Text) {
			continue
		}
		for _, e := range block.Elements[1].Elements {
			b.WriteString(e.Text)
		}
	}
	return b.String()
}

func cmdReceived(ts *testscript.TestScript, neg bool, args []string) {
	wx, files := theWorld(ts).wechat, args[1:]
	_ = wx.Wait(ctx(ts), func(s *wechattest.Server) bool { return len(s.ReceivedOn(args[0])) >= len(files) })
	got := wx.ReceivedOn(args[0])
	if len(got) != len(files) {
		ts.Fatalf("calls on %s: got %d, want %d", args[0], len(got), len(files))
	}
	// Deliveries of one request go out side by side: their order is not promised.
	for _, file := range files {
		var want any
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &want))
		at := slices.IndexFunc(got, func(r wechattest.Received) bool { return reflect.DeepEqual(sent(r), want) })
		if at < 0 {
			ts.Fatalf("calls on %s:\ngot  %swant %s", args[0], bodies(got), ts.ReadFile(file))
		}
		got = slices.Delete(got, at, at+1)
	}
}

// sent is the body of a call, or what its query says beside the token.
func sent(r wechattest.Received) any {
	var body any
	if json.Unmarshal(r.Body, &body) == nil && body != nil && body != "" {
		return body
	}
	query := map[string]any{}
	for key := range r.Query {
		if key != "access_token" {
			query[key] = r.Query.Get(key)
		}
	}
	return query
}

func bodies(calls []wechattest.Received) string {
	var b strings.Builder
	for _, c := range calls {
		body, _ := json.Marshal(sent(c))
		fmt.Fprintf(&b, "%s\n", body)
	}
	return b.String()
}

func cmdReceivedNone(ts *testscript.TestScript, neg bool, args []string) {
	if got := theWorld(ts).wechat.ReceivedOn(args[0]); len(got) > 0 {
		ts.Fatalf("calls on %s: got %v, want none", args[0], bodies(got))
	}
}

// cmdLater has so much time pass, or as much as it is to ten o'clock in China so many days
// ahead.
func cmdLater(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	step, err := time.ParseDuration(args[0])
	if args[0] == "morning" {
		var days int
		days, err = strconv.Atoi(args[1])
		now := w.now().In(wechat.China)
		step = time.Date(now.Year(), now.Month(), now.Day()+days, 10, 0, 0, 0, wechat.China).Sub(now)
	}
	ts.Check(err)
	w.step(step)
}

func cmdPhone(ts *testscript.TestScript, neg bool, args []string) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	ts.Check(enc.Encode(theWorld(ts).wechat.Phone()))
	tell(ts, b.String())
}

// cmdWeChat orders: busy N, drop-before N [PATH], drop-after N [PATH], garbage N, http N STATUS, cut N
// for the next N calls; answer PATH CODE N; slow DURATION; quota PATH N; down, up;
// refuses OPENID, unknown OPENID, templates ID…, apps ID…, pages PATH…, forms ID (wrong ones),
// uncertified; expire-tokens, invalidate-tokens; advance DURATION; and those of accountOrders
// earlierOrders and peopleOrders.
func cmdWeChat(ts *testscript.TestScript, neg bool, args []string) {
	wx := theWorld(ts).wechat
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	path := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	duration := func(i int) time.Duration {
		d, err := time.ParseDuration(args[i])
		ts.Check(err)
		return d
	}
	orders := map[string]func(){
		"busy":              func() { wx.Busy(number(1)) },
		"drop-before":       func() { wx.Fail(wechattest.Fault{Kind: wechattest.FaultDropBefore, Left: number(1), Path: path(2)}) },
		"drop-after":        func() { wx.Fail(wechattest.Fault{Kind: wechattest.FaultDropAfter, Left: number(1), Path: path(2)}) },
		"garbage":           func() { wx.Garbage(number(1)) },
		"http":              func() { wx.HTTPError(number(1), number(2)) },
		"cut":               func() { wx.CutBody(number(1)) },
		"answer":            func() { wx.Answer(args[1], number(2), number(3)) },
		"slow":              func() { wx.Slow(duration(1)) },
		"quota":             func() { wx.Quota(args[1], number(2)) },
		"down":              func() { wx.Down(true) },
		"up":                func() { wx.Down(false) },
		"refuses":           func() { wx.Refuses(args[1:]...) },
		"unknown":           func() { wx.Unknown(args[1:]...) },
		"templates":         func() { wx.Templates(args[1:]...) },
		"apps":              func() { wx.Apps(args[1:]...) },
		"pages":             func() { wx.Pages(args[1:]...) },
		"forms":             func() { wx.BadForms(args[1:]...) },
		"uncertified":       func() { wx.Certified(false) },
		"clear":             wx.Clear,
		"expire-tokens":     wx.ExpireTokens,
		"invalidate-tokens": wx.InvalidateTokens,
		"advance":           func() { wx.Advance(duration(1)) },
	}
	maps.Copy(orders, accountOrders(ts, args))
	maps.Copy(orders, earlierOrders(ts, args))
	maps.Copy(orders, peopleOrders(wx, ts, args))
	order := orders[args[0]]
	if order == nil {
		ts.Fatalf("WeChat has no fault %q", args[0])
	}
	order()
}

func cmdSlack(ts *testscript.TestScript, neg bool, args []string) {
	slack, byHTTP := theWorld(ts).slack, theWorld(ts).byHTTP()
	opened := slack.Opened()
	switch args[0] {
	case "down":
		slack.Down(true)
		return
	case "up":
		slack.Heal()
		opened = 0
	case "disconnect":
		slack.Disconnect("refresh_requested")
	case "drop":
		slack.DropSockets()
	case "revokes":
		slack.Revoke(args[1:]...)
		return
	case "lacks":
		slack.Lacks(args[1:]...)
		return
	case "grants":
		slack.Grant(args[1:]...)
		return
	case "fails":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		fault := slacktest.Fault{}
		if fault.Status, err = strconv.Atoi(args[3]); err != nil {
			fault.Error = args[3]
		}
		if len(args) > 4 {
			fault.RetryAfter, err = time.ParseDuration(args[4])
			ts.Check(err)
		}
		slack.Fail(args[1], n, fault)
		return
	default:
		ts.Fatalf("Slack has no fault %q", args[0])
	}
	if !byHTTP { // which has nothing to be opened anew
		ts.Check(slack.WaitFor(ctx(ts), func() bool { return slack.Opened() > opened && slack.Connected() > 0 }))
	}
}

var servesAt = regexp.MustCompile(`msg=serving addr=(\S+)`)

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	all := servesAt.FindAllStringSubmatch(theWorld(ts).log.String(), -1)
	if all == nil {
		ts.Fatalf("magpie serves nothing")
	}
	at := all[len(all)-1] // the magpie that was started last
	waiting, cancel := context.WithTimeout(ctx(ts), 40*time.Second)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(waiting, http.MethodGet, "http://"+at[1]+strings.ReplaceAll(args[0], "&amp;", "&"), nil)
		ts.Check(err)
		res, err := http.DefaultClient.Do(req)
		ts.Check(err)
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		ts.Check(err)
		if len(args) == 1 || strings.HasPrefix(res.Status, args[1]) {
			tell(ts, res.Status+"\n"+string(body))
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// anAccessToken is how those of the pretend WeChat look.
var anAccessToken = regexp.MustCompile(`91_[0-9A-Za-z_-]{20}|access_token=[^A&]|secret=[0-9a-f]`)

func cmdNoSecrets(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	shown, err := json.Marshal(w.slack.Snapshot())
	ts.Check(err)
	for where, text := range map[string]string{"the log": w.log.String(), "Slack": string(shown)} {
		for _, key := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "WECHAT_APP_SECRET"} {
			if secret := w.env[key]; secret != "" && strings.Contains(text, secret) {
				ts.Fatalf("%s holds the %s: %s", where, key, around(text, strings.Index(text, secret)))
			}
		}
		if at := anAccessToken.FindStringIndex(text); at != nil {
			ts.Fatalf("%s holds an access token: %s", where, around(text, at[0]))
		}
	}
}

func around(text string, at int) string { return text[max(0, at-100):min(len(text), at+100)] }
