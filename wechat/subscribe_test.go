package wechat

import (
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func TestSubscribeSeedExample(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := SubscribeMsg{
		ToUser: "OPENID", TemplateID: "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", Page: "http://weixin.qq.com/download",
		Miniprogram: &Miniprogram{AppID: "xiaochengxuappid12345", PagePath: "index?foo=bar"}, ClientMsgID: "MSG_000001",
		Data: map[string]DataValue{"keyword1": {Value: "巧克力"}, "keyword2": {Value: "39.8元"}, "keyword3": {Value: "2014年9月22日"}},
	}
	if err := c.SendSubscribe(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendSubscribe", s.ReceivedOn(apis.SubscribeSend.Path)[0].Body, `{
           "touser":"OPENID",
           "template_id":"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY",
           "page":"http://weixin.qq.com/download",
           "miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},
           "client_msg_id":"MSG_000001",
           "data":{"keyword1":{"value":"巧克力"},"keyword2":{"value":"39.8元"},"keyword3":{"value":"2014年9月22日"}}
       }`)
	if !strings.Contains(string(s.ReceivedOn(apis.SubscribeSend.Path)[0].Body), "巧克力") {
		t.Error("SendSubscribe did not send UTF-8")
	}
}

func TestSubscribeEveryKey(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := notice
	m.MiniprogramState, m.Lang, m.Miniprogram = "trial", "zh_HK", &Miniprogram{AppID: "wx1"}
	if err := c.SendSubscribe(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendSubscribe", s.ReceivedOn(apis.SubscribeSend.Path)[0].Body, `{"touser":"`+notice.ToUser+`","template_id":"T","miniprogram":{"appid":"wx1"},"miniprogram_state":"trial","lang":"zh_HK","data":{"thing1":{"value":"Tea"}}}`)
	m = notice
	m.Miniprogram = &Miniprogram{}
	if err := c.SendSubscribe(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendSubscribe", s.ReceivedOn(apis.SubscribeSend.Path)[1].Body, `{"touser":"`+notice.ToUser+`","template_id":"T","data":{"thing1":{"value":"Tea"}}}`)
}

func TestSubscribeMsgCheck(t *testing.T) {
	t.Parallel()
	checked(t, "Check of nothing", SubscribeMsg{}.Check(), "touser: required\ntemplate_id: required\ndata: required")
	for _, lang := range []string{"zh_CN", "en_US", "zh_HK", "zh_TW"} {
		m := notice
		m.Lang = lang
		checked(t, "Check of lang "+lang, m.Check(), "")
	}
	for _, state := range []string{"developer", "trial", "formal"} {
		m := notice
		m.MiniprogramState = state
		checked(t, "Check of state "+state, m.Check(), "")
	}
	m := notice
	m.Lang, m.MiniprogramState, m.Miniprogram = "fr", "release", &Miniprogram{PagePath: "p"}
	m.Data = map[string]DataValue{"thing1": {Value: strings.Repeat("茶", 21)}, "keyword1": {Value: ""}, "first": {}, "time2": {Value: "soon"}}
	checked(t, "Check of a bad one", m.Check(), strings.Join([]string{
		"miniprogram.appid: required",
		`miniprogram_state: must be developer | trial | formal, not "release"`,
		`lang: must be zh_CN | en_US | zh_HK | zh_TW, not "fr"`,
		"data.thing1: at most 20 characters, not 21",
		`data.time2: must be a 24-hour time such as 15:01 or 15:01:30, with a date if wanted (2019-10-01 15:01), or two of them joined with "~"`,
	}, "\n"))
	if got, want := FieldErrors(m.Check())[3].In("zh"), "data.thing1：最多 20 个字符，现为 21 个"; got != want {
		t.Errorf("in Chinese %q, want %q", got, want)
	}
}
