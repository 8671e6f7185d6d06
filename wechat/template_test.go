package wechat

import (
	"maps"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

func templateMsg() TemplateMsg {
	return TemplateMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", Data: map[string]DataValue{"first": {"恭喜你购买成功！", purchase}, "keyword1": {Value: "巧克力"}}}
}

func TestTemplateOnTheWire(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := templateMsg()
	m.URL, m.Miniprogram, m.ClientMsgID = "http://weixin.qq.com/download", &Miniprogram{"xiaochengxuappid12345", "index?foo=bar"}, "MSG_000001"
	id, err := c.SendTemplate(t.Context(), m)
	if err != nil || id == "" {
		t.Fatalf("SendTemplate = %q, %v", id, err)
	}
	sameJSON(t, "SendTemplate", s.ReceivedOn(apis.TemplateSend.Path)[0].Body, `{"touser":"oAAAAAAAA9Z","template_id":"T","url":"http://weixin.qq.com/download","miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},"client_msg_id":"MSG_000001","data":{"first":{"value":"恭喜你购买成功！","color":"#173177"},"keyword1":{"value":"巧克力"}}}`)
	if _, err := c.SendTemplate(t.Context(), templateMsg()); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendTemplate", s.ReceivedOn(apis.TemplateSend.Path)[1].Body, `{"touser":"oAAAAAAAA9Z","template_id":"T","data":{"first":{"value":"恭喜你购买成功！","color":"#173177"},"keyword1":{"value":"巧克力"}}}`)
	if n := s.Phone().Notifications[0]; n.Via != "template" || n.URL == "" || n.MiniprogramPath != "index?foo=bar" || n.MsgID != id {
		t.Errorf("phone shows %+v", n)
	}
}

// TestTemplateAsShown: WeChat sends what it no longer shows, and leaves it out.
func TestTemplateAsShown(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := templateMsg()
	m.Data["remark"], m.Data["keyword2"] = DataValue{Value: "欢迎再来"}, DataValue{Value: "第一行\n" + strings.Repeat("茶", 25), Color: purchase}
	m.Data["keyword3"] = DataValue{Value: "好🎉"}
	if _, err := c.SendTemplate(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range s.Phone().Notifications[0].Lines {
		got[l.Key] = l.Value
		if l.Color != "" {
			t.Errorf("%s has the colour %s", l.Key, l.Color)
		}
	}
	want := map[string]string{"keyword1": "巧克力", "keyword2": "第一行 " + strings.Repeat("茶", 16) + "…", "keyword3": "好"}
	if !maps.Equal(got, want) {
		t.Errorf("the phone shows %v, want %v", got, want)
	}
}

// TestTemplateTypes: what does not fit its field's type is refused before the call, as
// WeChat would with 47003.
func TestTemplateTypes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := templateMsg()
	m.Data = map[string]DataValue{"thing1": {Value: strings.Repeat("茶", 25)}, "character_string2": {Value: "单号1"}, "short_thing3": {Value: strings.Repeat("茶", 25)}}
	checked(t, "Check of typed fields", m.Check(), "data.character_string2: digits, letters and symbols only: no Chinese characters or line breaks\ndata.thing1: at most 20 characters, not 25")
	if _, err := c.SendTemplate(t.Context(), m); err == nil || len(s.ReceivedOn(apis.TemplateSend.Path)) != 0 {
		t.Errorf("SendTemplate = %v, %d calls; want it refused before one", err, len(s.ReceivedOn(apis.TemplateSend.Path)))
	}
	err := c.call(t.Context(), request{api: apis.TemplateSend, in: m, out: &msgIDReply{}})
	if e := failed(t, "SendTemplate past Check", err); e.Code != 47003 || e.Msg != "argument invalid! data.character_string2.value invalid" {
		t.Errorf("WeChat says %v, want 47003 with the field's name", e)
	}
}

// TestTemplateIsDeduplicated: one openid and client_msg_id are one message for 10 minutes.
func TestTemplateIsDeduplicated(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := templateMsg()
	m.ClientMsgID = "MSG_000001"
	send := func() string {
		t.Helper()
		id, err := c.SendTemplate(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	s.DropAfter(0)
	first := send()
	if second := send(); second != first || len(s.Phone().Notifications) != 1 {
		t.Errorf("SendTemplate twice = %s and %s, %d notifications; want one message", first, second, len(s.Phone().Notifications))
	}
	m.ToUser = "oBBBBBBBB9Z"
	if other := send(); other == first {
		t.Error("another person was not sent the message")
	}
	m.ToUser = templateMsg().ToUser
	s.Advance(TemplateWindow)
	if third := send(); third == first || len(s.Phone().Notifications) != 3 {
		t.Errorf("after the window SendTemplate = %s, want a new message", third)
	}
}

func TestTemplateCheck(t *testing.T) {
	t.Parallel()
	checked(t, "Check of nothing", TemplateMsg{}.Check(), "touser: required\ntemplate_id: required\ndata: required")
	m := templateMsg()
	m.Miniprogram, m.ClientMsgID = &Miniprogram{PagePath: "p"}, strings.Repeat("x", 33)
	checked(t, "Check of odd parts", m.Check(), "miniprogram.appid: required\nclient_msg_id: at most 32 bytes, not 33")
}

func TestTemplateCodes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	send := func() error { _, err := c.SendTemplate(t.Context(), templateMsg()); return err }
	want := func(code int) {
		t.Helper()
		if e := failed(t, "SendTemplate", send()); e.Code != code {
			t.Errorf("SendTemplate = %v, want %d", e, code)
		}
	}
	s.Unknown(templateMsg().ToUser)
	want(40003)
	s.Unknown()
	s.Templates("other")
	want(40037)
	s.Templates()
	s.Refuses(templateMsg().ToUser)
	want(43004)
	s.Certified(false)
	want(48001)
}

func TestTemplateReplies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"errcode":0,"errmsg":"ok","msgid":200228332}`: "200228332", `{"errcode":0,"errmsg":"ok","msgid":"200228332"}`: "200228332", `{"errcode":0,"errmsg":"ok"}`: "",
	} {
		if id, err := answering(t, body).SendTemplate(t.Context(), templateMsg()); err != nil || id != want {
			t.Errorf("SendTemplate answered %s = %q, %v", body, id, err)
		}
	}
	if _, err := answering(t, `{}`).SendTemplate(t.Context(), templateMsg()); !failed(t, "SendTemplate", err).Unclear() {
		t.Errorf("SendTemplate answered {} = %v, want unclear", err)
	}
}

func TestServiceTemplates(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	all, err := c.ServiceTemplates(t.Context())
	if err != nil || len(all) != 1 || all[0].Kind != TemplateService || len(all[0].Fields) != 4 {
		t.Fatalf("ServiceTemplates = %+v, %v", all, err)
	}
	if f := all[0].Fields[1]; f.Name != "keyword1" || f.Label != "商品名称" || f.Type != "" {
		t.Errorf("the second field is %+v", f)
	}
	if f := all[0].Fields[0]; f.Name != "first" || f.Label != "" {
		t.Errorf("the first field is %+v", f)
	}
	checked(t, "Check without what is not shown", all[0].Check(map[string]DataValue{"keyword1": {Value: "巧克力"}, "keyword2": {Value: "39.8元"}}, nil), "")
	checked(t, "Check with it", all[0].Check(map[string]DataValue{"first": {Value: "您好"}, "keyword1": {Value: "巧克力"}, "remark": {Value: "再来"}}, nil), "data.keyword2: required")
	if TemplateWindow != 10*time.Minute {
		t.Error("the window is 10 minutes")
	}
}
