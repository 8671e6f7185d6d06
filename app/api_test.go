package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"magpie/bot/slacktest"
	"magpie/cards/cardstest"
	"magpie/retention"
	"magpie/store/storetest"
)

// program calls magpie as other programs do, and holds each answer to the OpenAPI document.
type program struct {
	t      *testing.T
	at     string
	router routers.Router
}

func newProgram(t *testing.T, w *world) *program {
	t.Helper()
	all := servesAt.FindAllStringSubmatch(w.log.String(), -1)
	if all == nil {
		t.Fatal("magpie serves nothing")
	}
	p := &program{t: t, at: "http://" + all[len(all)-1][1]}
	_, text, err := asked(t.Context(), p.at+"/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.router, err = legacy.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return p
}

// call answers the status and the body.
func (p *program) call(method, path, token, body string) (int, map[string]any) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.at+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	like, err := http.NewRequestWithContext(p.t.Context(), method, path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	route, params, err := p.router.FindRoute(like)
	if err != nil {
		p.t.Fatalf("%s %s is not in the document: %v", method, path, err)
	}
	if err := openapi3filter.ValidateResponse(p.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: like, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}); err != nil {
		p.t.Errorf("%s %s, %d %s: %v", method, path, res.StatusCode, raw, err)
	}
	if res.StatusCode >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
		p.t.Errorf("%s %s: got %s, want problem+json", method, path, res.Header.Get("Content-Type"))
	}
	answer := map[string]any{}
	if err := json.Unmarshal(raw, &answer); err != nil {
		p.t.Fatalf("%s: %v", raw, err)
	}
	return res.StatusCode, answer
}

// tokenShown is a token in what Slack shows.
var tokenShown = regexp.MustCompile("`(magpie_[A-Za-z0-9_.-]{20,})`")

func (w *world) token(t *testing.T, who, name string) string {
	t.Helper()
	answer, err := w.say(t.Context(), who, general, "/wechat token new "+name)
	found := tokenShown.FindStringSubmatch(answer)
	if err != nil || found == nil {
		t.Fatalf("token new: got %q, %v", answer, err)
	}
	return found[1]
}

// A program asks as its token's owner, and people decide.
func TestAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, map[string]string{"HTTP_ADDR": "127.0.0.1:0", "SENDERS": alice + "," + mei})
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		p := newProgram(t, w)
		ci, chinese, admin := w.token(t, alice, "ci"), w.token(t, mei, "mei"), w.token(t, carol, "admin")
		want := func(status int, detail, method, path, token, body string) map[string]any {
			t.Helper()
			got, answer := p.call(method, path, token, body)
			if got != status || !strings.Contains(fmt.Sprint(answer["detail"], answer["text"]), detail) {
				t.Errorf("%s %s %s: got %d %v, want %d, %q", method, path, body, got, answer, status, detail)
			}
			return answer
		}
		line := func(text string) string {
			body, _ := json.Marshal(map[string]string{"line": text})
			return string(body)
		}
		const ask = `{"line":"subscribe send TPL to=oA thing1=Tea","account":"main","channel":"` + general + `","once":"build 7"}`
		for range 2 {
			if n := want(202, "waits for approval", "POST", "/api/lines", ci, ask)["request"]; n != 1.0 {
				t.Errorf("the request: got %v, want 1", n)
			}
		}
		status := func(state string) {
			t.Helper()
			got := want(200, "", "GET", "/api/requests/1", ci, "")
			if got["state"] != state || got["kind"] != "subscribe.send" || got["account"] != w.env["WECHAT_APP_ID"] {
				t.Errorf("got %v, want %s", got, state)
			}
		}
		status("waiting")
		for _, decides := range []string{"approve 1", "reject 1 no", "again 1", "leave 1", "token new more", "resume-all", "schedule resume tea"} {
			want(403, "", "POST", "/api/lines", admin, line(decides))
			want(403, "", "POST", "/api/lines", ci, line(decides))
		}
		status("waiting")
		if _, err := w.press(t.Context(), bob, "Approve #1"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.shown(t.Context(), bob, "#1 ✅"); err != nil {
			t.Fatal(err)
		}
		status("done")
		want(202, "waits", "POST", "/api/lines", ci, line("subscribe send TPL to=oB thing1=Tea")) // to nobody's channel

		// The same once has the same answer, though the line would be refused by now.
		const saved = `{"line":"say tea","once":"build 8"}`
		for _, said := range []string{"save tea -- subscribe send TPL to=oC thing1=Tea", "saved remove tea"} {
			if answer, err := w.say(t.Context(), alice, general, "/wechat "+said); err != nil {
				t.Fatal(answer, err)
			}
			first := want(202, "waits", "POST", "/api/lines", ci, saved)
			if again := want(202, fmt.Sprint(first["text"]), "POST", "/api/lines", ci, saved); again["request"] != first["request"] || first["request"] == nil {
				t.Errorf("the same once: got %v, then %v", first, again)
			}
		}
		want(422, "", "POST", "/api/lines", ci, line("subscribe send"))
		want(422, "", "POST", "/api/lines", ci, line("fly"))
		want(422, "no line", "POST", "/api/lines", ci, line(" "))
		want(422, "没有命令", "POST", "/api/lines", chinese, line(""))
		want(422, "shop", "POST", "/api/lines", ci, `{"line":"quota","account":"shop"}`)
		want(422, "cannot look into", "POST", "/api/lines", ci, `{"line":"requests","channel":"`+secret+`"}`)
		want(400, "", "POST", "/api/lines", ci, `{"line":"requests","who":"U2BOB"}`)
		want(400, "", "POST", "/api/lines", ci, `requests`)
		want(404, "", "GET", "/api/requests/99", ci, "")
		want(404, "", "GET", "/api/requests/x", ci, "")
		want(401, "", "POST", "/api/lines", "", ask)
		want(401, "", "POST", "/api/lines", "magpie_0000000000000000000000", ask)
		want(401, "", "GET", "/api/requests/1", "", "")

		for i := range 30 {
			if got, answer := p.call("GET", "/api/requests/1", admin, ""); got != 200 {
				t.Fatalf("call %d: got %d %v, want 200", i, got, answer)
			}
		}
		limited := 0
		for range 2 * apiBurst {
			if got, _ := p.call("GET", "/api/requests/1", admin, ""); got == 429 {
				limited++
			}
		}
		if limited == 0 {
			t.Error("calls without end: got none refused")
		}

		if answer, err := w.say(t.Context(), alice, general, "/wechat token revoke ci"); err != nil {
			t.Fatal(answer, err)
		}
		want(401, "", "GET", "/api/requests/1", ci, "")

		// Neither token nor its owner's role outlive the owner's.
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		w.env["SENDERS"] = alice
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		p = newProgram(t, w)
		want(403, "", "POST", "/api/lines", chinese, ask)
		want(403, "", "GET", "/api/requests/1", chinese, "")
		if strings.Contains(w.log.String(), ci) {
			t.Error("a token is in the log")
		}
		path, isFile := strings.CutPrefix(url, "sqlite:")
		files, _ := filepath.Glob(path + "*")
		for _, file := range files {
			if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, []byte(ci)) || bytes.Contains(data, []byte(chinese)) {
				t.Errorf("%s: %v, or a token is in it", file, err)
			}
		}
		if isFile && files == nil {
			t.Error("there is no database file")
		}
	})
}

// Who has left Slack asks for nothing, whatever token they made.
func TestAPIOfWhoHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	token := w.token(t, alice, "ci")
	w.slack.AddUser(slacktest.User{ID: alice, Name: "alice", Deleted: true})
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p := newProgram(t, w)
	if got, answer := p.call("POST", "/api/lines", token, `{"line":"subscribe send TPL to=oA thing1=Tea"}`); got != 403 {
		t.Errorf("got %d %v, want 403", got, answer)
	}
}

func TestEveryWordOfTheAPIIsThere(t *testing.T) {
	t.Parallel()
	said := cardstest.Said(t, `cards\.(?:T|Refuse)\("((?:fault\.token_|fault\.forget_|answer\.forg|answer\.token_lost)[a-z_]*)"`)
	for _, place := range retention.Places() {
		said["forgotten."+string(place)] = true
	}
	cardstest.Words(t, "api", said)
}
