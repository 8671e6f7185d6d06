package wechattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"magpie/wechat/apis"
)

type world struct {
	t     *testing.T
	s     *Server
	base  string
	token string
	net   *http.Transport
}

func start(t *testing.T, opts Options) *world {
	t.Helper()
	s, base, stop := Start(opts)
	t.Cleanup(stop)
	w := &world{t: t, s: s, base: base, net: &http.Transport{}}
	t.Cleanup(w.net.CloseIdleConnections)
	w.token = w.fetchToken()
	return w
}

func (w *world) fetchToken() string {
	w.t.Helper()
	out := w.must(w.post(apis.StableToken.Path, `{"grant_type":"client_credential","appid":"`+DefaultAppID+`","secret":"`+DefaultAppSecret+`"}`))
	return fmt.Sprint(out["access_token"])
}

// post says one call and returns the answer read as JSON.
func (w *world) post(path, body string) (map[string]any, error) {
	return w.say("POST", path, body)
}

func (w *world) say(method, path, body string) (map[string]any, error) {
	at := w.base + path
	if !strings.Contains(path, "?") {
		at += "?access_token=" + w.token
	}
	req, err := http.NewRequest(method, at, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := w.net.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return nil, fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	var out map[string]any
	return out, json.Unmarshal(raw, &out)
}

func (w *world) must(out map[string]any, err error) map[string]any {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) code(out map[string]any, err error) int {
	w.t.Helper()
	w.must(out, err)
	code, _ := out["errcode"].(float64)
	return int(code)
}

func (w *world) wantCode(what string, body string, path string, want int) {
	w.t.Helper()
	if got := w.code(w.post(path, body)); got != want {
		w.t.Errorf("%s: POST %s %s = errcode %d, want %d", what, path, body, got, want)
	}
}

func (w *world) newActivity() string {
	w.t.Helper()
	return fmt.Sprint(w.must(w.say("GET", apis.CreateActivityID.Path, ""))["activity_id"])
}

func update(id string, state int, params ...string) string {
	var list []map[string]string
	for i := 0; i+1 < len(params); i += 2 {
		list = append(list, map[string]string{"name": params[i], "value": params[i+1]})
	}
	b, _ := json.Marshal(map[string]any{"activity_id": id, "target_state": state, "template_info": map[string]any{"parameter_list": list}})
	return string(b)
}

func TestActivityStates(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	id := w.newActivity()
	look := func(what, text, color string, ended bool) {
		t.Helper()
		a := w.s.Phone().Activities[0]
		if a.Text != text || a.Color != color || a.Ended != ended {
			t.Errorf("%s: phone shows %q %s ended=%v, want %q %s %v", what, a.Text, a.Color, a.Ended, text, color, ended)
		}
	}
	look("created", "", "", false)
	w.wantCode("0 to 0", update(id, 0, "member_count", "2", "room_limit", "5"), apis.SetUpdatableMsg.Path, 0)
	look("state 0", "Members are joining. Currently, there are 2/5 persons.", "#FA9D39", false)
	w.wantCode("0 again", update(id, 0, "member_count", "3", "room_limit", "5"), apis.SetUpdatableMsg.Path, 0)
	look("state 0 again", "Members are joining. Currently, there are 3/5 persons.", "#FA9D39", false)
	w.wantCode("bad version", update(id, 1, "path", "p", "version_type", "beta"), apis.SetUpdatableMsg.Path, 47503)
	w.wantCode("no path", update(id, 1, "version_type", "release"), apis.SetUpdatableMsg.Path, 47001)
	w.wantCode("no limit", update(id, 0, "member_count", "1"), apis.SetUpdatableMsg.Path, 47001)
	w.wantCode("state 2", update(id, 2, "path", "p"), apis.SetUpdatableMsg.Path, 47502)
	w.wantCode("0 to 1", update(id, 1, "path", "?foo=bar", "version_type", "release"), apis.SetUpdatableMsg.Path, 0)
	look("state 1", "Started", "#CCCCCC", false)
	w.wantCode("1 to 0", update(id, 0, "member_count", "2", "room_limit", "5"), apis.SetUpdatableMsg.Path, 47502)
	w.wantCode("1 to 1", update(id, 1, "path", "p", "version_type", "release"), apis.SetUpdatableMsg.Path, 47502)
	w.wantCode("unknown", update("nope", 1, "path", "p", "version_type", "release"), apis.SetUpdatableMsg.Path, 47501)
	w.wantCode("empty", "", apis.SetUpdatableMsg.Path, 44002)
	w.wantCode("broken", `{"activity_id":`, apis.SetUpdatableMsg.Path, 47001)
	w.wantCode("no state", `{"activity_id":"`+id+`"}`, apis.SetUpdatableMsg.Path, 47001)

	other := w.newActivity()
	w.s.Advance(24 * time.Hour)
	w.token = w.fetchToken()
	w.wantCode("after 24 h", update(other, 1, "path", "p", "version_type", "release"), apis.SetUpdatableMsg.Path, 47504)
	look("over", "Ended", "#00ff00", true)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	try := func() int { t.Helper(); return w.code(w.say("GET", apis.CreateActivityID.Path, "")) }
	want := func(what string, code int) {
		t.Helper()
		if got := try(); got != code {
			t.Errorf("%s: errcode %d, want %d", what, got, code)
		}
	}
	want("fresh", 0)
	first := w.token
	if again := w.fetchToken(); again != first {
		t.Error("stable_token gave another token before the last 5 minutes")
	}
	w.s.Advance(2*time.Hour - 5*time.Minute)
	if again := w.fetchToken(); again == first {
		t.Error("stable_token gave the same token in the last 5 minutes")
	}
	want("the old one, in its last minutes", 0)
	w.s.Advance(5 * time.Minute)
	want("the old one, after its end", 42001)
	w.token = w.fetchToken()
	want("the new one", 0)
	w.s.ExpireTokens()
	want("expired by order", 42001)
	w.token = w.fetchToken()
	want("renewed", 0)

	w.s.InvalidateTokens()
	want("invalidated", 40001)
	dead := w.token
	if w.token = w.fetchToken(); w.token != dead {
		t.Error("stable_token renewed an invalidated token without being forced")
	}
	force := `{"grant_type":"client_credential","appid":"` + DefaultAppID + `","secret":"` + DefaultAppSecret + `","force_refresh":true}`
	w.token = fmt.Sprint(w.must(w.post(apis.StableToken.Path, force))["access_token"])
	want("forced", 0)
	w.wantCode("forced twice in 30 s", force, apis.StableToken.Path, 45011)

	classic := apis.Token.Path + "?grant_type=client_credential&appid=" + DefaultAppID + "&secret=" + DefaultAppSecret
	w.token = fmt.Sprint(w.must(w.say("GET", classic, ""))["access_token"])
	want("classic", 0)
	w.must(w.say("GET", classic, ""))
	want("classic, replaced, within the overlap", 0)
	w.s.Advance(5 * time.Minute)
	want("classic, replaced, after the overlap", 40001)
	w.token = "no.token"
	want("malformed", 40014)
	w.token = ""
	want("missing", 41001)

	for query, code := range map[string]int{
		"?grant_type=x":                                                                       40002,
		"?grant_type=client_credential":                                                       41002,
		"?grant_type=client_credential&appid=wx1":                                             41004,
		"?grant_type=client_credential&appid=wx1&secret=s":                                    40013,
		"?grant_type=client_credential&appid=" + DefaultAppID + "&secret=s":                   40125,
		"?grant_type=client_credential&appid=" + DefaultAppID + "&secret=" + DefaultAppSecret: 0,
	} {
		if got := w.code(w.say("GET", apis.Token.Path+query, "")); got != code {
			t.Errorf("GET %s = errcode %d, want %d", query, got, code)
		}
	}
	for _, r := range w.s.Received() {
		b, _ := json.Marshal(r)
		if strings.Contains(string(b), DefaultAppSecret) || strings.Contains(string(b), first) {
			t.Errorf("Received holds a secret: %s", b)
		}
	}
}

const notice = `{"touser":"oA","template_id":"T1","data":{"thing1":{"value":"Tea"},"time2":{"value":"15:00"}}}`

func TestBizsendConditions(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	ask := func(what string, code int, old, new string) {
		t.Helper()
		w.wantCode(what, strings.Replace(notice, old, new, 1), apis.SubscribeSend.Path, code)
	}
	ask("as it is", 0, "", "")
	ask("no template", 40037, "T1", "")
	ask("no one", 40003, "oA", "")
	ask("thing of 21", 47003, "Tea", strings.Repeat("茶", 21))
	ask("no time", 47003, "15:00", "soon")
	ask("bad lang", 47003, `"touser"`, `"lang":"fr_FR","touser"`)
	ask("bad state", 47003, `"touser"`, `"miniprogram_state":"release","touser"`)
	ask("escaped", 40033, "Tea", `\u8336`)
	ask("number value", 0, `"Tea"`, `12`)
	ask("data no object", 47001, `{"thing1"`, `[{"thing1"`)
	ask("null value", 47001, `"Tea"`, `null`)
	w.s.Templates("T2")
	ask("another template", 40037, "", "")
	w.s.Templates()
	w.s.Refuses("oA")
	ask("refusing", 43101, "", "")
	w.s.Refuses()
	w.s.Unknown("oA")
	ask("unknown", 40003, "", "")
	w.s.Unknown()
	w.s.Followers("oB")
	ask("no follower", 40003, "", "")
	w.s.Followers()
	w.s.Pages("pages/index")
	ask("no such page", 41030, `"touser"`, `"page":"other","touser"`)
	ask("page with a query", 0, `"touser"`, `"page":"pages/index?a=b","touser"`)
	w.s.Quota(apis.SubscribeSend.Path, 0)
	ask("over quota", 45009, "", "")
	w.s.Quota(apis.SubscribeSend.Path, -1)
	w.s.Certified(false)
	ask("not certified", 48001, "", "")
	if got := w.code(w.say("GET", apis.SubscribeSend.Path, "")); got != 43002 {
		t.Errorf("GET = errcode %d, want 43002", got)
	}
	if got := len(w.s.Phone().Notifications); got != 3 {
		t.Errorf("phone has %d notifications, want 3", got)
	}
	if n := w.s.Phone().Notifications[0]; len(n.Lines) != 2 || n.Lines[0] != (Line{Key: "thing1", Value: "Tea"}) {
		t.Errorf("phone shows %+v, want thing1 first", n.Lines)
	}
}

func TestBizsendDoesNotDeduplicate(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	for range 2 {
		w.wantCode("same client_msg_id", strings.Replace(notice, `"touser"`, `"client_msg_id":"M1","touser"`, 1), apis.SubscribeSend.Path, 0)
	}
	if got := len(w.s.Phone().Notifications); got != 2 {
		t.Errorf("phone has %d notifications, want 2", got)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	type outcome struct {
		acted, answered bool
		code            int
	}
	for name, tc := range map[string]struct {
		order func(*Server)
		err   string
		want  outcome
	}{
		"busy":        {func(s *Server) { s.Busy(1) }, "", outcome{false, true, -1}},
		"answer":      {func(s *Server) { s.Answer(apis.SubscribeSend.Path, 45109, 1) }, "", outcome{false, true, 45109}},
		"drop before": {func(s *Server) { s.DropBefore(1) }, "EOF", outcome{false, false, 0}},
		"drop after":  {func(s *Server) { s.DropAfter(1) }, "EOF", outcome{true, false, 0}},
		"garbage":     {func(s *Server) { s.Garbage(1) }, "invalid character", outcome{false, true, 0}},
		"http error":  {func(s *Server) { s.HTTPError(1, 502) }, "HTTP 502", outcome{false, true, 0}},
		"cut body":    {func(s *Server) { s.CutBody(1) }, "unexpected EOF", outcome{true, false, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, Options{})
			tc.order(w.s)
			out, err := w.post(apis.SubscribeSend.Path, notice)
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("answer %v, %v, want error %q", out, err, tc.err)
			}
			r := w.s.ReceivedOn(apis.SubscribeSend.Path)[0]
			if got := (outcome{r.Acted, r.Answered, r.Code}); got != tc.want {
				t.Errorf("received %+v, want %+v", got, tc.want)
			}
			shown := len(w.s.Phone().Notifications)
			if (shown == 1) != tc.want.acted {
				t.Errorf("phone has %d notifications, acted %v", shown, tc.want.acted)
			}
			w.wantCode("used up", notice, apis.SubscribeSend.Path, 0)
			if left := w.s.Faults(); len(left) != 0 {
				t.Errorf("faults left: %v", left)
			}
		})
	}
}

func TestSlowActsFirst(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	w.s.Slow(time.Hour)
	ended := make(chan error, 1)
	go func() { _, err := w.post(apis.SubscribeSend.Path, notice); ended <- err }()
	if err := w.s.Wait(t.Context(), func(s *Server) bool {
		r := s.ReceivedOn(apis.SubscribeSend.Path)
		return len(r) == 1
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		t.Fatalf("answered at once: %v", err)
	default:
	}
	w.s.Down(true)
	if err := <-ended; err == nil {
		t.Error("got an answer from a server that went down")
	}
	if r := w.s.ReceivedOn(apis.SubscribeSend.Path)[0]; r.Answered {
		t.Errorf("received %+v, want it unanswered", r)
	}
}

func TestDownAndUp(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	w.net.CloseIdleConnections()
	w.s.Down(true)
	w.s.Down(true)
	if _, err := w.post(apis.SubscribeSend.Path, notice); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("down: %v, want a refused connection", err)
	}
	w.s.Clear()
	w.wantCode("up", notice, apis.SubscribeSend.Path, 0)

	bare := New(Options{})
	bare.Down(true)
	func() {
		defer func() {
			if e := recover(); e == nil || !errors.Is(e.(error), http.ErrAbortHandler) {
				t.Errorf("a server without a port, down: %v, want a dropped connection", e)
			}
		}()
		req, _ := http.NewRequest("POST", apis.SubscribeSend.Path, strings.NewReader("{}"))
		req.URL = &url.URL{Path: apis.SubscribeSend.Path}
		bare.ServeHTTP(nil, req)
	}()
}

func TestNewsRules(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	article := `{"title":"T","thumb_media_id":"M","content":"C"}`
	list := func(n int) string {
		return `{"articles":[` + strings.TrimSuffix(strings.Repeat(article+",", n), ",") + `]}`
	}
	w.wantCode("none", list(0), apis.UploadNews.Path, 47001)
	w.wantCode("nine", list(9), apis.UploadNews.Path, 45008)
	w.wantCode("no title", strings.Replace(list(1), `"T"`, `""`, 1), apis.UploadNews.Path, 47001)
	w.wantCode("no thumb", strings.Replace(list(1), `"M"`, `""`, 1), apis.UploadNews.Path, 40007)
	w.wantCode("switch", strings.Replace(list(1), `{"title"`, `{"show_cover_pic":2,"title"`, 1), apis.UploadNews.Path, 47001)
	out := w.must(w.post(apis.UploadNews.Path, list(8)))
	if out["type"] != "news" || len(fmt.Sprint(out["media_id"])) != 64 || out["errcode"] != nil {
		t.Errorf("eight articles: %v, want type news, a media_id of 64, no errcode", out)
	}
	for range 4 {
		w.wantCode("within the quota", list(1), apis.UploadNews.Path, 0)
	}
	w.wantCode("the eleventh of the day", list(1), apis.UploadNews.Path, 45009)
	if got := len(w.s.Phone().Articles); got != 5 {
		t.Errorf("phone has %d pieces of news, want 5", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { w.post(apis.SubscribeSend.Path, notice); w.s.Phone(); w.s.Received(); w.s.Busy(0) })
	}
	wg.Wait()
	if got := len(w.s.Phone().Notifications); got != 50 {
		t.Errorf("phone has %d notifications, want 50", got)
	}
}

func TestSameOrderSameAnswers(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var seen []string
	for range 2 {
		w := start(t, Options{Now: func() time.Time { return at }})
		w.newActivity()
		out := w.must(w.post(apis.SubscribeSend.Path, "{}"))
		seen = append(seen, fmt.Sprint(w.token, w.s.Phone(), out))
	}
	if seen[0] != seen[1] {
		t.Errorf("two runs differ:\n%s\n%s", seen[0], seen[1])
	}
	if !strings.Contains(seen[0], " rid: ") {
		t.Errorf("no rid in %s", seen[0])
	}
}
