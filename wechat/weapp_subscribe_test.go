package wechat

import "testing"

func TestWeappSubscribe(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	m := WeappSubscribeMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", Page: "index?foo=bar", MiniprogramState: "developer", Lang: "zh_CN", Data: map[string]DataValue{"thing1": {Value: "Tea"}}}
	if err := c.SendWeappSubscribe(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendWeappSubscribe", s.ReceivedOn(weappSubscribe.path)[0].Body, `{"touser":"oAAAAAAAA9Z","template_id":"T","page":"index?foo=bar","miniprogram_state":"developer","lang":"zh_CN","data":{"thing1":{"value":"Tea"}}}`)
	if n := s.Phone().Notifications[0]; n.API != weappSubscribe.path || n.Page != "index?foo=bar" || n.MsgID == "" {
		t.Errorf("phone shows %+v", n)
	}
	checked(t, "Check of nothing", WeappSubscribeMsg{}.Check(), "touser: required\ntemplate_id: required\ndata: required")
	m.Lang, m.MiniprogramState, m.Data = "fr", "release", map[string]DataValue{"number1": {Value: "x"}}
	checked(t, "Check of a bad one", m.Check(), "miniprogram_state: must be developer | trial | formal, not \"release\"\nlang: must be zh_CN | en_US | zh_HK | zh_TW, not \"fr\"\ndata.number1: digits only, with at most one decimal point")
	s.Refuses("oAAAAAAAA9Z")
	m = WeappSubscribeMsg{ToUser: "oAAAAAAAA9Z", TemplateID: "T", Data: map[string]DataValue{"thing1": {Value: "Tea"}}}
	if e := failed(t, "SendWeappSubscribe", c.SendWeappSubscribe(t.Context(), m)); e.Code != 43101 {
		t.Errorf("SendWeappSubscribe to one who refuses = %v, want 43101", e)
	}
}
