package wechat

import (
	"strings"
	"testing"

	"magpie/wechat/wechattest"
)

func TestSubscribeTemplates(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	all, err := c.SubscribeTemplates(t.Context())
	if err != nil || len(all) != 2 || all[0].Kind != TemplateOnce || all[1].Kind != TemplateLongTerm {
		t.Fatalf("SubscribeTemplates = %+v, %v", all, err)
	}
	class := all[0]
	if f, ok := class.Field("时间"); !ok || f.Name != "time2" || f.Type != "time" {
		t.Errorf("Field(时间) = %+v, %v", f, ok)
	}
	if f, ok := class.Field("phrase3"); !ok || f.Label != "状态" || strings.Join(f.Enum, " ") != "已开课 未开课 已取消" {
		t.Errorf("Field(phrase3) = %+v, %v", f, ok)
	}
	if _, ok := class.Field("地点"); ok {
		t.Error("Field(地点) is there")
	}

	data := map[string]DataValue{"thing1": {Value: "茶艺"}, "time2": {Value: "15:00"}, "phrase3": {Value: "已开课"}}
	checked(t, "Check of good data", class.Check(data, nil), "")
	checked(t, "Check of bad data", class.Check(map[string]DataValue{"thing1": {Value: strings.Repeat("茶", 21)}, "phrase3": {Value: "也许"}, "thing9": {Value: "x"}}, nil), strings.Join([]string{
		"data.thing1: at most 20 characters, not 21", "data.time2: required", `data.phrase3: must be 已开课 | 未开课 | 已取消, not "也许"`,
		"data.thing9: the template has no such field; it has thing1, time2, phrase3",
	}, "\n"))
	checked(t, "Check without fields", Template{}.Check(data, nil), "")

	msg := SubscribeMsg{ToUser: "oA", TemplateID: class.ID, Data: data}
	if err := c.SendSubscribe(t.Context(), msg); err != nil {
		t.Errorf("SendSubscribe with a listed template = %v", err)
	}
	delete(msg.Data, "time2")
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), msg)); e.Code != 47003 || !strings.Contains(e.Msg, "time2") {
		t.Errorf("SendSubscribe without time2 = %v, want 47003 naming it", e)
	}
}

func TestSubscribeTemplatesEmptyOrOdd(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	s.List()
	if all, err := c.SubscribeTemplates(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("SubscribeTemplates of none = %v, %v", all, err)
	}
	s.List(wechattest.Template{ID: "X", Type: 2, Content: "no fields"})
	if all, err := c.SubscribeTemplates(t.Context()); err != nil || len(all[0].Fields) != 0 {
		t.Errorf("SubscribeTemplates = %v, %v", all, err)
	}
	c = answering(t, `{"errcode":0,"data":[{"priTmplId":1,"title":"T","content":"{{thing1.DATA}}\n时间: {{ time2.DATA }}","type":"3","keywordEnumValueList":[{"keywordCode":"thing1","enumValueList":["a"]}]}]}`)
	all, err := c.SubscribeTemplates(t.Context())
	if err != nil || all[0].ID != "1" || all[0].Kind != TemplateLongTerm || len(all[0].Fields) != 2 || len(all[0].Fields[0].Enum) != 1 || all[0].Fields[1].Label != "时间" {
		t.Errorf("SubscribeTemplates = %+v, %v", all, err)
	}
	if _, err := answering(t, `{}`).SubscribeTemplates(t.Context()); !failed(t, "SubscribeTemplates", err).Unclear() {
		t.Errorf("SubscribeTemplates answered {} = %v, want unclear", err)
	}
}
