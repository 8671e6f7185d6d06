package wechat

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

// FuzzRead throws bodies at the judge of answers: it never panics, always ends
// in one of the fates, and says done only of a JSON object with the promise in it.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"errcode":0,"errmsg":"ok"}`, `{"errcode":"42001","errmsg":"access_token expired rid: 1-2-3"}`, `{}`, `null`, `[]`, ``,
		`{"errcode":0}{"errcode":1}`, `{"errcode":1e3}`, `{"errcode":99999999999999999999}`, `{"media_id":"M","created_at":"1391857799"}`,
		`{"activity_id":"A","expiration_time":-1}`, `{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":5}`, `{"total_count":1,"item":[{"content":{"news_item":[{"title":"T","show_cover_pic":"1"}]}}]}`,
		`{"publish_status":"1","fail_idx":["1",2]}`, `{"errcode":0,"data":[{"type":"3","keywordEnumValueList":[{"keywordCode":1}]}]}`, `{"count":1,"data":{"openid":["a"]}}`, `{"errcode":40001,"news_item":5}`, `{"ErrCode":40001}`, `{"errcode":0,"errcode":1}`, "\xef\xbb\xbf{}", `{"errmsg":"hint: [x]"}`,
	} {
		f.Add([]byte(s))
	}
	c, err := New(Options{AppID: "wx", AppSecret: "0123456789"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, out := range everyReply() {
			err := c.read(apis.SubscribeSend, 200, raw, out)
			if err == nil {
				var m map[string]any
				if json.Unmarshal([]byte(strings.TrimPrefix(string(raw), "\xef\xbb\xbf")), &m) != nil || len(m) == 0 {
					t.Errorf("read(%q) into %T says done", raw, out)
				}
				continue
			}
			var e *Error
			if !errors.As(err, &e) || e.NotSent() || e.Unclear() == (e.Code != 0) {
				t.Errorf("read(%q) into %T = %v (%T)", raw, out, err, err)
			}
			if len(e.Error()) > 10_000 || strings.Contains(e.Error(), c.secret) {
				t.Errorf("read(%q) says %.100s… in %d bytes", raw, e, len(e.Error()))
			}
		}
	})
}

// everyReply is one of each, empty.
func everyReply() []reply {
	return []reply{
		&done{}, &newsReply{}, &activityReply{}, &tokenReply{}, &urlReply{}, &materialReply{}, &materialContentReply{}, &materialPageReply{},
		&materialCountReply{}, &newsContent{}, &newsPageReply{}, &publishJobReply{}, &publishStateReply{}, &massReply{}, &massStateReply{},
		&msgIDReply{}, &templateListReply{}, &subscribeTemplatesReply{}, &followersReply{}, &tagsReply{}, &quotaReply{}, &ridReply{}, &functionReply{},
		&componentReply{}, &authorizerReply{}, &queryAuthReply{},
	}
}

// FuzzEncode: whatever text goes in, WeChat reads the same text, unescaped.
func FuzzEncode(f *testing.F) {
	for _, s := range []string{"<a&b>", "\u2028", `\u2028`, `\\u2028`, "\\\u2029", "\ufffd", "\xff", "\x00\x1f", `"`, "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		raw, err := encode(map[string]string{"a": s})
		if len(FieldErrors(err)) > 0 {
			return // not UTF-8
		}
		var m map[string]string
		if err != nil || json.Unmarshal(raw, &m) != nil || m["a"] != s {
			t.Errorf("encode(%q) = %s, %v", s, raw, err)
		}
	})
}
