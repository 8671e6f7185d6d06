package wechat

import (
	"fmt"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func weappNotice() WeappSubscribeMsg {
	return WeappSubscribeMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", Data: map[string]DataValue{"thing1": {Value: "Tea"}}}
}

func TestWeappSubscribe(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := WeappSubscribeMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", Page: "index?foo=bar", MiniprogramState: "developer", Lang: "zh_CN", Data: map[string]DataValue{"thing1": {Value: "Tea"}}}
	if err := c.SendWeappSubscribe(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendWeappSubscribe", s.ReceivedOn(apis.WeappSubscribeSend.Path)[0].Body, `{"touser":"oAAAAAAAA9Z","template_id":"T","page":"index?foo=bar","miniprogram_state":"developer","lang":"zh_CN","data":{"thing1":{"value":"Tea"}}}`)
	if n := s.Phone().Notifications[0]; n.API != apis.WeappSubscribeSend.Path || n.Page != "index?foo=bar" || n.MsgID == "" {
		t.Errorf("phone shows %+v", n)
	}
	checked(t, "Check of nothing", WeappSubscribeMsg{}.Check(), "touser: required\ntemplate_id: required\ndata: required")
	m.Lang, m.MiniprogramState, m.Data = "fr", "release", map[string]DataValue{"number1": {Value: "x"}}
	checked(t, "Check of a bad one", m.Check(), "miniprogram_state: must be developer | trial | formal, not \"release\"\nlang: must be zh_CN | en_US | zh_HK | zh_TW, not \"fr\"\ndata.number1: digits only, with at most one decimal point")
	if e := failed(t, "SendWeappSubscribe", func() error {
		s.Templates("other")
		defer s.Templates()
		return c.SendWeappSubscribe(t.Context(), weappNotice())
	}()); e.Code != 40037 {
		t.Errorf("SendWeappSubscribe with another account's template = %v, want 40037", e)
	}
	s.Pages("index")
	m = weappNotice()
	m.Page = "other?foo=bar"
	if e := failed(t, "SendWeappSubscribe", c.SendWeappSubscribe(t.Context(), m)); e.Code != 41030 {
		t.Errorf("SendWeappSubscribe to a page that is not there = %v, want 41030", e)
	}
	s.Refuses("oAAAAAAAA9Z")
	m = weappNotice()
	if e := failed(t, "SendWeappSubscribe", c.SendWeappSubscribe(t.Context(), m)); e.Code != 43101 {
		t.Errorf("SendWeappSubscribe to one who refuses = %v, want 43101", e)
	}
}

// TestWeappSubscribeAnswers: the page names no msgid in the answer; with one or
// without, the message went.
func TestWeappSubscribeAnswers(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"errcode":0,"errmsg":"ok"}`, `{"errcode":0,"errmsg":"ok","msgid":294402298110051942}`} {
		if err := answering(t, body).SendWeappSubscribe(t.Context(), weappNotice()); err != nil {
			t.Errorf("SendWeappSubscribe answered %s = %v", body, err)
		}
	}
	for code, want := range map[int]string{43107: "banned", 45168: "wording", 43104: "Turn subscription messages on"} {
		e := failed(t, "SendWeappSubscribe", answering(t, fmt.Sprintf(`{"errcode":%d,"errmsg":"x"}`, code)).SendWeappSubscribe(t.Context(), weappNotice()))
		if said := e.Meaning("en") + " " + e.Advice("en"); e.Code != code || !strings.Contains(said, want) {
			t.Errorf("%d says %q, want %q in it", code, said, want)
		}
	}
}
