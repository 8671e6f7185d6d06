package app

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
)

const (
	// loadPace is how long a round takes. loadChannels have the cards, so that none gets more
	// of them than Slack's pace of one a second.
	loadPace     = 500 * time.Millisecond
	loadChannels = 12
	loadCrowd    = 400 // people of a broadcast
)

// load is a bounded loop of what people and programs do: the same work in each round.
type load struct {
	b     *testing.B
	w     *world
	at    string // where magpie serves
	token string
	asked []ask // yet to be decided
	said  int   // lines
	lost  []string
}

// ask is a request that was asked for in a round.
type ask struct {
	n     string
	round int
}

func newLoad(b *testing.B, w *world, at string) *load {
	b.Helper()
	o := &load{b: b, w: w, at: at}
	for i := range loadChannels {
		w.slack.AddChannel(slacktest.Channel{ID: loadChannel(i), Name: fmt.Sprintf("load%d", i), BotIn: true, Members: []string{alice, bob, carol, dan}})
	}
	answer, err := w.say(b.Context(), alice, general, "/wechat token new load")
	found := tokenShown.FindStringSubmatch(answer)
	if err != nil || found == nil {
		b.Fatalf("token new: got %q, %v", answer, err)
	}
	o.token = found[1]
	var crowd strings.Builder
	crowd.WriteString("openid,name\n")
	for i := range loadCrowd {
		fmt.Fprintf(&crowd, "oCrowd%05d,Reader %d\n", i, i)
	}
	f := w.slack.AddFile(alice, "crowd.csv", []byte(crowd.String()))
	if answer, err := w.say(b.Context(), alice, general, "/wechat audience import crowd file="+f.ID); err != nil {
		b.Fatal(answer, err)
	}
	if _, err := w.shown(b.Context(), alice, "Audience @crowd is ready"); err != nil {
		b.Fatal(err)
	}
	o.want(0, alice, `schedule add tick "every 15 minutes" -- subscribe send TPL to=oTick thing1="Tea {{time}}"`)
	return o
}

func loadChannel(i int) string { return fmt.Sprintf("C8LOAD%02d", i%loadChannels) }

// round is what happens in one of them. What is asked in it is decided two rounds later.
func (o *load) round(n int) {
	o.want(n, alice, fmt.Sprintf("subscribe send TPL to=oA%d,oB%d,oC%d thing1=Tea", n, n, n))
	switch n % 20 {
	case 1:
		o.say(n, carol, "requests")
	case 3:
		o.say(n, alice, "subscribe send TPL to=oA thing9") // refused
	case 4:
		o.say(n, bob, fmt.Sprintf("show %d", n/2+1))
	case 5:
		o.want(n, alice, fmt.Sprintf(`schedule once s%d "in 30 seconds" -- subscribe send TPL to=oS%d thing1=Tea`, n, n))
	case 7:
		picture := o.w.slack.AddFile(alice, "p.png", testImage("p.png", 200, 120, n+1))
		text := o.w.slack.AddFile(alice, "tea.md", fmt.Appendf(nil, "# Tea %d\n\n%s\n\n![p](p.png)\n", n, strings.Repeat("Green, white and black. ", 200)))
		o.say(n, alice, "article import files="+text.ID+","+picture.ID)
	case 9:
		if err := o.w.slack.OpenHome(o.b.Context(), alice); err != nil {
			o.b.Fatal(err)
		}
	case 11:
		o.say(n, alice, "articles")
		o.say(n, alice, "schedules")
		o.say(n, carol, "audit")
	case 13:
		if n > 40 { // the one that was imported a while ago
			o.want(n, alice, fmt.Sprintf("article upload A%d", n/20))
		}
	case 15:
		o.want(n, alice, fmt.Sprintf(`subscribe send TPL to=@crowd thing1="Tea %d for {{name}}"`, n))
	case 17:
		o.say(n, alice, fmt.Sprintf(`article draft "Tea %d" lang=en`, n))
	}
	if n%2 == 0 {
		o.program(n)
	}
	o.decide(n)
}

// decide approves what was asked two rounds ago or earlier, and rejects every ninth.
func (o *load) decide(round int) {
	var left []ask
	for _, a := range o.asked {
		if a.round > round-2 {
			left = append(left, a)
			continue
		}
		line := "approve " + a.n
		if strings.HasSuffix(a.n, "9") {
			line = "reject " + a.n + ` reason="not today"`
		}
		// A broadcast is prepared meanwhile.
		if answer := o.say(round, bob, line); !strings.Contains(answer, "You ") {
			if round-a.round < 40 {
				left = append(left, a)
			} else {
				o.lost = append(o.lost, line+": "+answer)
			}
		}
	}
	o.asked = left
}

// say says a line and returns the answer.
func (o *load) say(round int, who, line string) string {
	o.said++
	ack, err := o.w.slack.Say(o.b.Context(), who, loadChannel(round), "/wechat "+line)
	if err != nil {
		o.lost = append(o.lost, line+": "+err.Error())
		return ""
	}
	if ack.Message == nil {
		return ""
	}
	return ack.Message.PlainText()
}

var waitsAs = regexp.MustCompile(`#(\d+)`)

// want says a line of which a request comes.
func (o *load) want(round int, who, line string) {
	answer := o.say(round, who, line)
	if m := waitsAs.FindStringSubmatch(answer); m != nil {
		o.asked = append(o.asked, ask{m[1], round})
	} else {
		o.lost = append(o.lost, line+": "+answer)
	}
}

// program is another program at work: a line, every fourth time once more, and how it stands.
func (o *load) program(n int) {
	body, _ := json.Marshal(map[string]string{
		"line": fmt.Sprintf("subscribe send TPL to=oP%d thing1=Tea", n), "channel": loadChannel(n + loadChannels/2), "once": fmt.Sprint("n", n),
	})
	var before string
	for range 1 + n/2%4/3 {
		o.said++
		m := waitsAs.FindStringSubmatch(o.call(http.MethodPost, "/api/lines", body))
		switch {
		case m == nil:
			return
		case before == "":
			before = m[1]
			o.asked = append(o.asked, ask{m[1], n})
		case before != m[1]:
			o.b.Errorf("the same once: got #%s, then #%s", before, m[1])
		}
	}
	o.call(http.MethodGet, "/api/requests/"+before, nil)
}

func (o *load) call(method, path string, body []byte) string {
	req, err := http.NewRequestWithContext(o.b.Context(), method, o.at+path, bytes.NewReader(body))
	if err != nil {
		o.b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.lost = append(o.lost, path+": "+err.Error())
		return ""
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		o.lost = append(o.lost, fmt.Sprintf("%s %s: %d %s %v", path, body, res.StatusCode, raw, err))
		return ""
	}
	return string(raw)
}

// end waits until what was approved is carried out, and holds that next to nothing was lost (a
// busy machine may be too slow for a line), and that the record
// follows.
func (o *load) end(url string) {
	o.b.Helper()
	db := storetest.Peek(o.b, url)
	open, deadline := -1, time.Now().Add(2*time.Minute)
	for open != 0 && time.Now().Before(deadline) {
		if err := db.QueryRow("select count(*) from request where state in ('preparing', 'approved', 'sending')").Scan(&open); err != nil {
			o.b.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if open != 0 {
		o.b.Errorf("%d requests do not end", open)
	}
	for _, l := range o.lost[:min(10, len(o.lost))] {
		fmt.Fprintln(os.Stderr, "lost:", l)
	}
	if len(o.lost)*100 > o.said {
		o.b.Errorf("lost: got %d of %d lines, want one in a hundred at most", len(o.lost), o.said)
	}
	var out bytes.Buffer
	getenv := func(key string) string { return o.w.env[key] }
	if err := VerifyAudit(o.b.Context(), getenv, "", false, "", &out); err != nil {
		o.b.Error(err)
	}
	fmt.Fprintf(os.Stderr, "%d lines, %d lost. %s", o.said, len(o.lost), out.String())
	o.tally(db)
}

// tally holds that each sort of work was done.
func (o *load) tally(db *sql.DB) {
	o.b.Helper()
	rows, err := db.Query("select kind, state, count(*) from request group by kind, state order by kind, state")
	if err != nil {
		o.b.Fatal(err)
	}
	defer rows.Close()
	done := map[string]int{}
	for rows.Next() {
		var kind, state string
		var n int
		if err := rows.Scan(&kind, &state, &n); err != nil {
			o.b.Fatal(err)
		}
		if fmt.Fprintf(os.Stderr, "%6d %s %s\n", n, kind, state); state == "done" {
			done[kind] += n
		}
	}
	for _, kind := range []string{"subscribe.send", "schedule.add", "article.upload"} {
		if done[kind] == 0 {
			o.b.Errorf("%s: got none done", kind)
		}
	}
}
