package wechat

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// TestEveryCode brings about each code's real condition at the pretended WeChat
// and looks at the error that comes back.
func TestEveryCode(t *testing.T) {
	t.Parallel()
	type world struct {
		s *wechattest.Server
		c *Client
		t *testing.T
	}
	subscribe := func(w world) error { return w.c.SendSubscribe(w.t.Context(), notice) }
	uniform := func(w world) error { w.s.UniformAsPage(true); return w.c.SendUniform(w.t.Context(), uniformExample()) }
	news := func(w world) error {
		_, err := w.c.UploadNews(w.t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}})
		return err
	}
	activity := func(w world) string {
		a, err := w.c.CreateActivityID(w.t.Context(), CreateActivityIDParams{})
		if err != nil {
			w.t.Fatal(err)
		}
		return a.ActivityID
	}
	update := func(w world, m UpdatableMsg) error { return w.c.SetUpdatableMsg(w.t.Context(), m) }
	open := params("member_count", "2", "room_limit", "5")
	begun := params("path", "p", "version_type", "release")
	raw := func(body any) func(world) error { // past Check
		return func(w world) error {
			return w.c.call(w.t.Context(), request{api: apis.SetUpdatableMsg, in: body, out: &done{}})
		}
	}

	for _, tc := range []struct {
		code int
		do   func(world) error
	}{
		{-1, func(w world) error { w.s.Busy(1); return subscribe(w) }},
		{40001, func(w world) error { w.s.Answer(apis.SubscribeSend.Path, 40001, 2); return subscribe(w) }},
		{40003, func(w world) error { w.s.Unknown(notice.ToUser); return subscribe(w) }},
		{40003, func(w world) error { w.s.Unknown("OPENID"); return uniform(w) }},
		{40007, func(w world) error { w.s.Media("other"); return news(w) }},
		{40013, func(w world) error { w.s.Apps("other"); return uniform(w) }},
		{40037, func(w world) error { w.s.Templates("other"); return subscribe(w) }},
		{40037, func(w world) error { w.s.Templates("other"); return uniform(w) }},
		{41028, func(w world) error { w.s.BadForms("FORMID"); return uniform(w) }},
		{41029, func(w world) error { uniform(w); return uniform(w) }},
		{41030, func(w world) error { w.s.Pages("other"); return uniform(w) }},
		{42001, func(w world) error { w.s.Answer(apis.SubscribeSend.Path, 42001, 2); return subscribe(w) }},
		{43101, func(w world) error { w.s.Refuses(notice.ToUser); return subscribe(w) }},
		{44002, raw(nil)},
		{45009, func(w world) error {
			for range 10 {
				if err := news(w); err != nil {
					return err
				}
			}
			return news(w)
		}},
		{45109, func(w world) error { return w.c.SendUniform(w.t.Context(), uniformExample()) }},
		{47001, raw(map[string]any{"activity_id": "A"})},
		{47003, func(w world) error {
			return w.c.call(w.t.Context(), request{api: apis.SubscribeSend, in: map[string]any{"touser": "o", "template_id": "T", "lang": "fr", "data": map[string]any{}}, out: &done{}})
		}},
		{47501, func(w world) error { return update(w, UpdatableMsg{"A", 0, open}) }},
		{47502, func(w world) error {
			id := activity(w)
			if err := update(w, UpdatableMsg{id, 1, begun}); err != nil {
				return err
			}
			return update(w, UpdatableMsg{id, 0, open})
		}},
		{47502, func(w world) error { return raw(UpdatableMsg{activity(w), 2, open})(w) }},
		{47503, func(w world) error {
			return raw(UpdatableMsg{activity(w), 1, params("path", "p", "version_type", "beta")})(w)
		}},
		{47504, func(w world) error {
			id := activity(w)
			w.s.Advance(24 * time.Hour)
			return update(w, UpdatableMsg{id, 0, open})
		}},
		{48001, func(w world) error { w.s.Certified(false); return subscribe(w) }},
		{48001, func(w world) error { w.s.Certified(false); return news(w) }},
	} {
		t.Run(fmt.Sprint(tc.code), func(t *testing.T) {
			t.Parallel()
			s, c := pretend(t)
			e := failed(t, "the call", tc.do(world{s, c, t}))
			if e.Code != tc.code || e.NotSent() || e.Unclear() || e.Busy() != (tc.code == -1) {
				t.Errorf("got %v (not sent %v, unclear %v, busy %v), want the answered refusal %d", e, e.NotSent(), e.Unclear(), e.Busy(), tc.code)
			}
			if e.RID == "" || strings.Contains(e.Msg, "rid") || e.Msg == "" || e.HTTPStatus != 200 {
				t.Errorf("Msg %q, RID %q, status %d; want the words without the rid, the rid, 200", e.Msg, e.RID, e.HTTPStatus)
			}
			for _, want := range []string{e.API, fmt.Sprint(tc.code), e.RID} {
				if !strings.Contains(e.Error(), want) {
					t.Errorf("Error() = %q, want %q in it", e, want)
				}
			}
			if _, known := codes[tc.code]; !known {
				t.Errorf("%d has no words of its own", tc.code)
			}
		})
	}
}

// TestTokenCodes: the codes of the account itself, by their conditions.
func TestTokenCodes(t *testing.T) {
	t.Parallel()
	for code, change := range map[int]func(*Options){
		40013: func(o *Options) { o.AppID = "wxother" },
		40125: func(o *Options) { o.AppSecret = "other-secret" },
	} {
		for _, mode := range []string{"stable", "classic"} {
			_, c := pretend(t, change, func(o *Options) { o.TokenMode = mode })
			if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != code || !e.NotSent() {
				t.Errorf("%s: SendSubscribe = %v, want %d, not sent", mode, e, code)
			}
		}
	}
}

// TestEveryCodeHasWords holds the table against the codes of the pages and notes.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	for _, code := range []int{
		-1, 40001, 40003, 40007, 40013, 40014, 40033, 40037, 40125, 40164, 40241, 40243, 41028, 41029, 41030, 42001,
		43101, 43108, 43116, 43117, 44002, 45002, 45003, 45004, 45009, 45011, 45028, 45065, 45066, 45067, 45103, 45106,
		45109, 45166, 47001, 47003, 47501, 47502, 47503, 47504, 48001, 48004, 48006, 50002, 50004, 50007, 53503, 53504,
		53505, 89503, 89506, 89507,
		40031, 40032, 40059, 40060, 40065, 40130, 40152, 40204, 40215, 41040, 42010, 45062, 45113, 45162, 48003, 48021, 48022, 53600,
		61500, 61501, 61503, 89504, 89505,
	} {
		if _, ok := codes[code]; !ok {
			t.Errorf("%d has no words", code)
		}
	}
	all := map[string]words{"unclear": wordsUnclear, "not sent": wordsNotSent, "no token": wordsNoToken, "4xx": wordsHTTPRefused, "unknown": wordsUnknownCode}
	for _, code := range KnownCodes() {
		all[fmt.Sprint(code)] = codes[code]
	}
	for code, w := range all {
		for _, s := range []text{w.meaning, w.advice} {
			if s.en == "" || s.zh == "" || s.en == s.zh || !strings.HasSuffix(s.en, ".") || !strings.HasSuffix(s.zh, "。") {
				t.Errorf("%s: %q and %q, want a sentence in each language", code, s.en, s.zh)
			}
		}
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  Error
		en   string
		zh   string
		when time.Duration
		try  bool
	}{
		{Error{Code: 40164, Msg: "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", fate: notSent}, "203.0.113.7", "203.0.113.7", 0, false},
		{Error{Code: 45109, fate: refused}, "subscribe send", "subscribe send", 0, false},
		{Error{Code: 45011, fate: refused}, "after a minute", "一分钟", time.Minute, true},
		{Error{Code: -1, fate: refused}, "by itself", "自动", 3 * time.Second, true},
		{Error{Code: 99999, fate: refused}, "rid", "rid", 0, false},
		{Error{HTTPStatus: 404, fate: refused}, "WECHAT_API_URL", "WECHAT_API_URL", 0, false},
		{Error{HTTPStatus: 502, fate: unanswered}, "may or may not", "可能", 0, false},
		{Error{fate: notSent}, "safe", "放心", 2 * time.Second, true},
		{Error{For: "/x", HTTPStatus: 502, fate: notSent}, "safe", "放心", 2 * time.Second, true},
	} {
		if en, zh := tc.err.Advice("en"), tc.err.Advice("zh"); !strings.Contains(en, tc.en) || !strings.Contains(zh, tc.zh) {
			t.Errorf("%v: advice %q and %q, want %q and %q in it", &tc.err, en, zh, tc.en, tc.zh)
		}
		if when, try := tc.err.RetryAfter(); when != tc.when || try != tc.try {
			t.Errorf("%v: RetryAfter = %v, %v, want %v, %v", &tc.err, when, try, tc.when, tc.try)
		}
		if tc.err.Meaning("en") == tc.err.Meaning("zh") {
			t.Errorf("%v: one meaning in both languages", &tc.err)
		}
	}
}

func TestRIDAndHint(t *testing.T) {
	t.Parallel()
	for msg, want := range map[string][2]string{
		"invalid openid rid: 63f5c4a2-5d2a1b3c-1a2b3c4d": {"invalid openid", "63f5c4a2-5d2a1b3c-1a2b3c4d"},
		"invalid credential hint: [Qh3Xya0253s123]":      {"invalid credential", "Qh3Xya0253s123"},
		"invalid credential, hint: [abc] rid: 1a-2b":     {"invalid credential", "1a-2b"},
		"ok":                                {"ok", ""},
		"":                                  {"", ""},
		"rid: 1-2-3":                        {"", "1-2-3"},
		"the grid: 5":                       {"the grid: 5", ""},
		"access_token expired, rid: 1-2-3 ": {"access_token expired", "1-2-3"},
	} {
		if text, rid := splitRID(msg); text != want[0] || rid != want[1] {
			t.Errorf("splitRID(%q) = %q, %q, want %q, %q", msg, text, rid, want[0], want[1])
		}
	}
}

func TestErrorIsFound(t *testing.T) {
	t.Parallel()
	c := plain(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"errcode":43101,"errmsg":"no"}`) })
	err := fmt.Errorf("deliver 3 of #17: %w", c.SendSubscribe(t.Context(), notice))
	var e *Error
	if !errors.As(err, &e) || e.Code != 43101 || errors.Unwrap(e) != nil {
		t.Errorf("errors.As(%v) finds %v", err, e)
	}
	if got := FieldErrors(err); got != nil {
		t.Errorf("FieldErrors(%v) = %v, want none", err, got)
	}
	if got := FieldErrors(fmt.Errorf("x: %w", SubscribeMsg{}.Check())); len(got) != 3 {
		t.Errorf("FieldErrors of a wrapped check = %v, want 3", got)
	}
}
