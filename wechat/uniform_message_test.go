package wechat

import (
	"strings"
	"testing"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

const purchase = "#173177"

func uniformExample() UniformMsg {
	return UniformMsg{
		ToUser: "OPENID",
		Weapp: &WeappTemplateMsg{
			TemplateID: "TEMPLATE_ID", Page: "page/page/index", FormID: "FORMID",
			Data: map[string]DataValue{
				"keyword1": {Value: "339208499"},
				"keyword2": {Value: "2015-01-05,  12:30"},
				"keyword3": {Value: "Tencent WeChat Headquarters"},
				"keyword4": {Value: "No. 397, Xingang Zhonglu, Haizhu District, Guangzhou"},
			},
			EmphasisKeyword: "keyword1.DATA",
		},
		MP: &MPTemplateMsg{
			AppID: "APPID ", TemplateID: "TEMPLATE_ID", URL: "http://weixin.qq.com/download",
			Miniprogram: &Miniprogram{AppID: "xiaochengxuappid12345", PagePath: "index?foo=bar"},
			Data: map[string]DataValue{
				"first":    {"Purchase succeeded!", purchase},
				"keyword1": {"Chocolates", purchase},
				"keyword2": {"39.8CNY", purchase},
				"keyword3": {"2014-9-22, ", purchase},
				"remark":   {"Welcome to purchase more!", purchase},
			},
		},
	}
}

// pretendPage is the WeChat of uniformMessage.send's page.
func pretendPage(t *testing.T, change ...func(*Options)) (*wechattest.Server, *Client) {
	t.Helper()
	s, c := pretend(t, change...)
	s.UniformAsPage(true)
	return s, c
}

func TestUniformSeedExample(t *testing.T) {
	t.Parallel()
	s, c := pretendPage(t)
	if err := c.SendUniform(t.Context(), uniformExample()); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "SendUniform", s.ReceivedOn(apis.UniformSend.Path)[0].Body, `{
    "touser":"OPENID",
    "weapp_template_msg":{
        "template_id":"TEMPLATE_ID",
        "page":"page/page/index",
        "form_id":"FORMID",
        "data":{
            "keyword1":{"value":"339208499"},
            "keyword2":{"value":"2015-01-05,  12:30"},
            "keyword3":{"value":"Tencent WeChat Headquarters"},
            "keyword4":{"value":"No. 397, Xingang Zhonglu, Haizhu District, Guangzhou"}
        },
        "emphasis_keyword":"keyword1.DATA"
    },
    "mp_template_msg":{
        "appid":"APPID ",
        "template_id":"TEMPLATE_ID",
        "url":"http://weixin.qq.com/download",
        "miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},
        "data":{
            "first":{"value":"Purchase succeeded!","color":"#173177"},
            "keyword1":{"value":"Chocolates","color":"#173177"},
            "keyword2":{"value":"39.8CNY","color":"#173177"},
            "keyword3":{"value":"2014-9-22, ","color":"#173177"},
            "remark":{"value":"Welcome to purchase more!","color":"#173177"}
        }
    }
}`)
	if n := s.Phone().Notifications[0]; n.Via != "weapp" || n.Page != "page/page/index" || n.Emphasis != "keyword1.DATA" || len(n.Lines) != 4 {
		t.Errorf("phone shows %+v, want the Mini Program's half", n)
	}
}

func TestUniformOfficialAccountAlone(t *testing.T) {
	t.Parallel()
	s, c := pretendPage(t)
	m := uniformExample()
	m.Weapp, m.MP.Miniprogram = nil, &Miniprogram{}
	if err := c.SendUniform(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	body := string(s.ReceivedOn(apis.UniformSend.Path)[0].Body)
	if strings.Contains(body, "weapp") || strings.Contains(body, "miniprogram") {
		t.Errorf("SendUniform sent %s, want what is empty left out", body)
	}
	if n := s.Phone().Notifications[0]; n.Via != "mp" || n.URL == "" || n.Lines[0].Color != purchase {
		t.Errorf("phone shows %+v, want the Official Account's half", n)
	}
}

// TestUniformIsWithdrawn: since 20 September 2023 nothing is delivered.
func TestUniformIsWithdrawn(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	e := failed(t, "SendUniform", c.SendUniform(t.Context(), uniformExample()))
	if e.Code != 45109 || !strings.HasPrefix(e.Msg, "This API has been unsupported") || e.Unclear() || len(s.Phone().Notifications) != 0 {
		t.Errorf("SendUniform = %v, the phone has %d; want 45109 and nothing", e, len(s.Phone().Notifications))
	}
}

func TestUniformMsgCheck(t *testing.T) {
	t.Parallel()
	checked(t, "Check of the example", uniformExample().Check(), "")
	checked(t, "Check of nothing", UniformMsg{}.Check(), "touser: required\nmp_template_msg: required")
	const w, mp = "weapp_template_msg.", "mp_template_msg."
	checked(t, "Check of empty halves", UniformMsg{ToUser: "o", Weapp: &WeappTemplateMsg{}, MP: &MPTemplateMsg{}}.Check(), strings.Join([]string{
		w + "template_id: required", w + "page: required", w + "form_id: required", w + "data: required", w + "emphasis_keyword: required",
		mp + "appid: required", mp + "template_id: required", mp + "url: required", mp + "data: required",
	}, "\n"))
	m := uniformExample()
	m.MP.Miniprogram = &Miniprogram{PagePath: "p"}
	m.Weapp.Data[""] = DataValue{Value: "x"}
	checked(t, "Check of odd parts", m.Check(), w+"data: required\n"+mp+"miniprogram.appid: required")
}
