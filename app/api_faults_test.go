package app

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"magpie/store/storetest"
)

// Every fault of the API is a problem, of which the paths and methods that it does not have.
func TestAPIFaultsAreProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p, token := newProgram(t, w), w.token(t, alice, "ci")
	for _, c := range []struct {
		method, path, body string
		want               int
		allow              string
	}{
		{"GET", "/api/lines", "", 405, "POST"},
		{"PUT", "/api/lines", "{}", 405, "POST"},
		{"DELETE", "/api/requests/1", "", 405, "GET, HEAD"},
		{"POST", "/api/openapi.json", "", 405, "GET, HEAD"},
		{"POST", "/api/requests", "{}", 404, ""},
		{"GET", "/api/requests/1/more", "", 404, ""},
		{"GET", "/api/", "", 404, ""},
		{"GET", "/api/requests/99999999999999999999", "", 404, ""},
		{"GET", "/api/requests/-1", "", 404, ""},
		{"POST", "/api/lines", `{"line":"requests"`, 400, ""},
		{"POST", "/api/lines", `{"line":7}`, 400, ""},
		{"POST", "/api/lines", `{"line":"requests"}{}`, 400, ""},
		{"POST", "/api/lines", `[]`, 400, ""},
		{"POST", "/api/lines", ``, 400, ""},
		{"POST", "/api/lines", `{"line":"` + strings.Repeat("x", 70<<10) + `"}`, 413, ""},
		{"POST", "/api/lines", `{"line":"` + strings.Repeat("x", 3<<20) + `"}`, 413, ""},
		{"POST", "/api/lines", `{"line":"requests\u0000"}`, 422, ""},
		{"POST", "/api/lines", `{"line":"requests","channel":"\u0000"}`, 422, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, p.at+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(res.Body)
		res.Body.Close()
		var fault problem
		err = json.Unmarshal(raw, &fault)
		if res.StatusCode != c.want || err != nil || fault.Status != c.want || fault.Detail == "" || res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s %.40s: got %d, Allow %q, %s, %s, want the problem %d, Allow %q", c.method, c.path, c.body, res.StatusCode, res.Header.Get("Allow"), res.Header.Get("Content-Type"), raw, c.want, c.allow)
		}
	}
}

// once is whatever a program likes, and its token's own: another's same word is another, and
// so is that of who makes a token of the same name later.
func TestAPIOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
		if err := w.startWith(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		p := newProgram(t, w)
		asked := 0
		ask := func(token, to, once string) float64 {
			t.Helper()
			body, err := json.Marshal(map[string]string{"line": "subscribe send TPL to=" + to + " thing1=Tea", "once": once})
			if err != nil {
				t.Fatal(err)
			}
			status, answer := p.call("POST", "/api/lines", token, string(body))
			n, _ := answer["request"].(float64)
			if status != 202 || n == 0 {
				t.Fatalf("once=%.20q: got %d %v, want 202", once, status, answer)
			}
			return n
		}
		another := func(what string, n float64) {
			t.Helper()
			if asked++; int(n) != asked {
				t.Errorf("%s: got #%v, want #%d", what, n, asked)
			}
		}
		ci, other := w.token(t, alice, "ci"), w.token(t, alice, "other")
		another("the first", ask(ci, "oA", "build 7"))
		if n := ask(ci, "oA", "build 7"); n != 1 {
			t.Errorf("the same once: got #%v, want #1", n)
		}
		another("another token's", ask(other, "oB", "build 7"))
		if answer, err := w.say(t.Context(), alice, general, "/wechat token revoke ci"); err != nil {
			t.Fatal(answer, err)
		}
		another("of a token of the same name", ask(w.token(t, bob, "ci"), "oC", "build 7"))
		long := make([]byte, 9000) // PostgreSQL's indexes take 2,700 bytes that do not compress
		for i, x := 0, uint32(1); i < len(long); i++ {
			x = x*1664525 + 1013904223
			long[i] = ' ' + byte(x>>24)%90
		}
		another("a long one", ask(other, "oD", string(long)))
		if n := ask(other, "oD", string(long)); int(n) != asked {
			t.Errorf("a long one again: got #%v, want #%d", n, asked)
		}
		another("one with a NUL", ask(other, "oE", "a\x00b"))
	})
}

// Nobody's token decides, however it is said.
func TestAPIDecidesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t), map[string]string{"HTTP_ADDR": "127.0.0.1:0"})
	if err := w.startWith(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p := newProgram(t, w)
	if answer, err := w.say(t.Context(), alice, general, "/wechat subscribe send TPL to=oA thing1=Tea"); err != nil {
		t.Fatal(answer, err)
	}
	admin, sender := w.token(t, carol, "admin"), w.token(t, alice, "sender")
	for _, c := range []struct {
		line string
		want int
	}{
		{"approve 1", 403}, {"Approve 1", 403}, {"/wechat approve 1", 403}, {"  approve   #1 ", 403}, {"approve\u30001", 403}, {"approve １", 403},
		{"approve 1 note=ok", 403}, {"approve", 403}, {"reject 1", 403}, {"reject 1 reason=no", 403}, {"reject", 403},
		{"change 1 -- approve 1", 403}, {"ask-changes 1 more", 403}, {"main/approve 1", 422}, {"approve 1 account=nope", 403}, {`approve "1`, 422},
		{"批准 1", 422}, {"请批准 1", 422}, {"aprove 1", 422}, {"go-on 1", 422}, {"settle 1", 422}, {"please approve 1", 422},
		{"leave 1", 403}, {"again 1", 403}, {"anyway 1", 403}, {"again failed 1", 403}, {"resume 1", 403}, {"schedule missed x", 403},
		{"schedule run tea anyway=yes", 403}, {"schedule run tea", 422}, {"audience import vip replace=yes", 403}, {"audience tag vip 1 replace=yes", 403},
		{"audience subscribed vip template=TPL replace=yes", 403}, {"audience followers vip replace=yes", 403}, {"audience test vip oA replace=yes", 403},
		{"audience remove vip sure=yes", 403}, {"comment delete 1-1 2 sure=yes", 403}, {"subscribe send TPL to=oA thing1=Tea unchecked=thing1", 403},
		{"change 1 -- subscribe send TPL to=oA thing1=Tea unchecked=thing1", 403},
		{`schedule add tea "every weekday at 9" -- subscribe send TPL to=oA thing1=Tea unchecked=thing1`, 403},
	} {
		body, err := json.Marshal(map[string]string{"line": c.line})
		if err != nil {
			t.Fatal(err)
		}
		if got, answer := p.call("POST", "/api/lines", admin, string(body)); got != c.want {
			t.Errorf("%s: got %d %v, want %d", c.line, got, answer, c.want)
		}
	}
	for _, line := range []string{"audit", "pause-all", "approve 1", "reject 1", "template name TPL tea"} {
		if got, answer := p.call("POST", "/api/lines", sender, `{"line":"`+line+`"}`); got != 403 {
			t.Errorf("%s by a sender's token: got %d %v, want 403", line, got, answer)
		}
	}
	if got, answer := p.call("GET", "/api/requests/1", admin, ""); answer["state"] != "waiting" {
		t.Errorf("got %d %v, want waiting", got, answer)
	}
}
