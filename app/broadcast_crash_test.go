package app

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/store/storetest"
)

// lossy stands between magpie and WeChat: now and then it drops a call, or WeChat's
// answer to one.
func lossy(t *testing.T, wechat string, share float64) string {
	t.Helper()
	to, err := url.Parse(wechat)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // magpie was killed
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "bizsend") || rand.Float64() >= share {
			proxy.ServeHTTP(w, r)
			return
		}
		if rand.IntN(2) == 0 {
			proxy.ServeHTTP(httptest.NewRecorder(), r) // WeChat acts, and nobody hears of it
		} else {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// sendToCrowd imports so many people and has a broadcast to them approved.
func sendToCrowd(t testing.TB, w *world, size int) {
	t.Helper()
	var file strings.Builder
	file.WriteString("openid,name\n")
	for i := range size {
		fmt.Fprintf(&file, "oCrowd%05d,Reader %d\n", i, i)
	}
	f := w.slack.AddFile(alice, "crowd.csv", []byte(file.String()))
	if answer, err := w.say(t.Context(), alice, general, "/wechat audience import crowd file="+f.ID); err != nil {
		t.Fatal(answer, err)
	}
	if _, err := w.shown(t.Context(), alice, "Audience @crowd is ready"); err != nil {
		t.Fatal(err)
	}
	if answer, err := w.say(t.Context(), alice, general, `/wechat subscribe send TPL to=@crowd thing1="Tea for {{name}}"`); err != nil {
		t.Fatal(answer, err)
	}
	if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
		t.Fatal(err)
	}
}

// progress is how many outcomes of request 1 are written.
func progress(t testing.TB, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRow("select done + failed + unclear from sending where request = 1").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

var kills = flag.Int("kills", 20, "how often magpie is killed in the midst of a broadcast")

// A broadcast to 1,000 people a kill and a network that drops answers: everybody ends as
// done, failed or unclear, nobody is called twice, and what WeChat says that it was sent
// agrees with the report row by row. A thousand kills:
//
//	go test ./app -run BroadcastKilledManyTimes -v -parallel 1 -timeout 2h -args -kills 500
func TestBroadcastKilledManyTimes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) { killBroadcast(t, url, 1, *kills, *kills*1000) })
}

// The same with two machines on PostgreSQL, each killed in turn.
func TestBroadcastOnTwoMachinesKilledInTurn(t *testing.T) {
	t.Parallel()
	killBroadcast(t, storetest.Postgres(t), 2, 10, 20_000)
}

func killBroadcast(t *testing.T, url string, machines, kills, size int) {
	w := newWorld(t, url, nil)
	env := []string{"WECHAT_API_URL=" + lossy(t, w.env["WECHAT_API_URL"], 0.002), "UNDO_WINDOW=0s", "FAILURE_LIMIT=off", "RATES=subscribe.send=2500/s"}
	var unknown []string
	for i := range 40 {
		unknown = append(unknown, fmt.Sprintf("oCrowd%05d", i*487))
	}
	w.wechat.Unknown(unknown...)
	var running []*exec.Cmd
	for range machines {
		running = append(running, w.process(t, env...))
	}
	sendToCrowd(t, w, size)
	db, killed := storetest.Peek(t, url), 0
	for ; killed < kills; killed++ {
		lived, before := time.Now(), progress(t, db)
		for progress(t, db) == before && time.Since(lived) < time.Minute {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
		if progress(t, db) == size {
			break
		}
		at := killed % machines
		if err := running[at].Process.Kill(); err != nil {
			t.Fatal(err)
		}
		running[at].Wait()
		running[at] = w.process(t, env...)
	}
	if killed < kills/2 {
		t.Errorf("kills: got %d before the end, want %d at least", killed, kills/2)
	}
	deadline := time.Now().Add(3 * time.Minute)
	for ended := 0; ended == 0; time.Sleep(50 * time.Millisecond) {
		if err := db.QueryRow("select count(*) from request where ended_at > 0").Scan(&ended); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not end: %d of %d outcomes\n%s", progress(t, db), size, w.everything(alice))
		}
	}
	if _, err := w.shown(t.Context(), alice, "#1 ❓", " failed"); err != nil {
		t.Error(err)
	}
	checkAccount(t, w, size, killed)
}

// accountOf is the file of outcomes that the thread got, line by line.
func accountOf(t *testing.T, w *world) [][]string {
	t.Helper()
	var file slacktest.File
	if err := w.slack.WaitFor(t.Context(), func() bool {
		_, found := w.find(alice, func(m slacktest.Message) bool {
			for _, f := range m.Files {
				if f.Name == "magpie-1.csv" {
					file = f
					return true
				}
			}
			return false
		})
		return found
	}); err != nil {
		t.Fatalf("no file of outcomes: %v\n%s", err, w.everything(alice))
	}
	whole, _ := w.slack.File(file.ID)
	lines, err := csv.NewReader(bytes.NewReader(whole.Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// checkAccount compares the file that the thread got with what WeChat was sent.
func checkAccount(t *testing.T, w *world, size, killed int) {
	t.Helper()
	lines := accountOf(t, w)
	calls, states := callsTo(t, w), map[string]int{}
	for i, line := range lines[1:] {
		id, state, row := line[0], line[1], line[5]
		states[state]++
		if want := fmt.Sprint(i + 2); row != want || id != fmt.Sprintf("oCrowd%05d", i) {
			t.Errorf("line %d: got %s in row %s", i+2, id, row)
		}
		switch n := calls[id]; {
		case n > 1:
			t.Errorf("%s was called %d times", id, n)
		case state == "done" && n == 1 && line[2] == "":
		case state == "failed" && n == 1 && line[2] == "40003":
		case state == "unclear":
		default:
			t.Errorf("%s: got %v after %d calls", id, line, n)
		}
	}
	if len(lines) != size+1 {
		t.Errorf("lines: got %d, want %d", len(lines), size+1)
	}
	// One checkpoint a kill, and the answers that were lost.
	if most := killed*200 + 200; states["unclear"] > most || states["unclear"] == 0 {
		t.Errorf("unclear after %d kills: got %d, want 1 to %d", killed, states["unclear"], most)
	}
	want := fmt.Sprintf("%d unclear %d sent %d failed", states["unclear"], states["done"], states["failed"])
	if _, found := w.find(alice, func(m slacktest.Message) bool {
		return strings.Contains(strings.ReplaceAll(m.PlainText(), ",", ""), want)
	}); !found {
		t.Errorf("the tally that is told is not that of the file, %s\n%s", want, w.everything(alice))
	}
	t.Logf("%d kills: %v", killed, states)
}
