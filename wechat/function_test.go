package wechat

import (
	"strings"
	"testing"

	"magpie/wechat/apis"
)

func TestFunctionOnTheWire(t *testing.T) {
	t.Parallel()
	s, c := pretend(t, functioned)
	s.UniformAsPage(true)
	if err := c.SendUniform(t.Context(), uniformExample()); err != nil {
		t.Fatal(err)
	}
	r := s.ReceivedOn(apis.InvokeFunction.Path)[0]
	if r.Query.Get("env") != c.function.Env || r.Query.Get("name") != c.function.Name || len(s.ReceivedOn(apis.UniformSend.Path)) != 0 {
		t.Errorf("the function was called with %v", r.Query)
	}
	sameJSON(t, "SendUniform", r.Body, `{"api":"uniformMessage.send","params":{
		"touser":"OPENID",
		"weappTemplateMsg":{"page":"page/page/index","data":{"keyword1":{"value":"339208499"},"keyword2":{"value":"2015-01-05,  12:30"},"keyword3":{"value":"Tencent WeChat Headquarters"},"keyword4":{"value":"No. 397, Xingang Zhonglu, Haizhu District, Guangzhou"}},"templateId":"TEMPLATE_ID","formId":"FORMID","emphasisKeyword":"keyword1.DATA"},
		"mpTemplateMsg":{"appid":"APPID ","url":"http://weixin.qq.com/download","miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},"data":{"first":{"value":"Purchase succeeded!","color":"#173177"},"keyword1":{"value":"Chocolates","color":"#173177"},"keyword2":{"value":"39.8CNY","color":"#173177"},"keyword3":{"value":"2014-9-22, ","color":"#173177"},"remark":{"value":"Welcome to purchase more!","color":"#173177"}},"templateId":"TEMPLATE_ID"}}}`)
	if _, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{UnionID: "u"}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "CreateActivityID", s.ReceivedOn(apis.InvokeFunction.Path)[1].Body, `{"api":"updatableMessage.createActivityId","params":{"unionid":"u"}}`)
}

// TestFunctionFates: whose fault it was decides whether the message may have left.
func TestFunctionFates(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":0,\"errMsg\":\"openapi.subscribeMessage.bizsend:ok\"}"}`:                                        "done",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":43101,\"errMsg\":\"openapi.subscribeMessage.bizsend:fail user refuse rid: 1-2-3\"}"}`:           "refused 43101",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":-1,\"errMsg\":\"openapi.subscribeMessage.bizsend:fail system error\"}"}`:                        "refused -1",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":42001,\"errMsg\":\"expired\"}"}`:                                                                "refused 42001",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":-604101,\"errMsg\":\"openapi.subscribeMessage.bizsend:fail no permission to call this API\"}"}`: "refused -604101",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":-404011,\"errMsg\":\"cloud function execution error\"}"}`:                                       "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"message\":\"connect ETIMEDOUT\"}"}`:                                                                       "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"null"}`:                                                                                                      "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"{}{}"}`:                                                                                                      "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"<html>"}`:                                                                                                    "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":-501001,\"errMsg\":\"connect ECONNRESET\"}"}`:                                                   "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errCode\":-1,\"errMsg\":\"unknown error\"}"}`:                                                             "unclear",
		`{"errcode":0,"errmsg":"ok","resp_data":"{\"errMsg\":\"x is not a function\"}"}`:                                                                      "unclear",
		`{"errcode":-501005,"errmsg":"invalid env"}`:                                                                                                          "refused -501005",
		`{"errcode":0,"errmsg":"ok"}`:                              "unclear",
		`{"errcode":-501000,"errmsg":"env not found rid: 1-2-3"}`:  "refused -501000",
		`{"errcode":-504002,"errmsg":"function crashed"}`:          "unclear",
		`{"errcode":-1,"errmsg":"system error"}`:                   "unclear",
		`{"errcode":45009,"errmsg":"reach max api daily quota"}`:   "refused 45009",
		`{"errcode":48001,"errmsg":"api unauthorized rid: 1-2-3"}`: "refused 48001",
	} {
		c := plain(t, write(body), functioned)
		if got := fateOf(c.SendSubscribe(t.Context(), notice)); got != want {
			t.Errorf("SendSubscribe answered %s = %s (%v), want %s", body, got, c.SendSubscribe(t.Context(), notice), want)
		}
	}
}

// TestFunctionTokens: the call of the function is what needs the token; a
// refusal inside it is no reason to fetch another.
func TestFunctionTokens(t *testing.T) {
	t.Parallel()
	s, c := pretend(t, functioned)
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	s.ExpireTokens()
	if err := c.SendSubscribe(t.Context(), notice); err != nil {
		t.Errorf("SendSubscribe with an expired token = %v", err)
	}
	s.Function(func([]byte) []byte { return []byte(`{"errCode":42001,"errMsg":"access_token expired"}`) })
	before := len(s.Received())
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != 42001 || len(s.Received()) != before+1 {
		t.Errorf("SendSubscribe = %v after %d calls, want 42001 after one", e, len(s.Received())-before)
	}
	s.Function(func([]byte) []byte { return nil })
	if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); !e.Unclear() || e.For != apis.SubscribeSend.Path {
		t.Errorf("SendSubscribe by a function that crashes = %v, want unclear", e)
	}
}

func TestKeysAreRenamed(t *testing.T) {
	t.Parallel()
	for snake, camel := range map[string]string{
		"touser": "touser", "template_id": "templateId", "weapp_template_msg": "weappTemplateMsg", "member_count": "memberCount", "a_b_c": "aBC", "expiration_time": "expirationTime",
	} {
		if got := toCamel(snake); got != camel {
			t.Errorf("toCamel(%s) = %s, want %s", snake, got, camel)
		}
		if got := toSnake(camel); got != snake {
			t.Errorf("toSnake(%s) = %s, want %s", camel, got, snake)
		}
	}
	if toSnake("errCode") != "errcode" || toSnake("errMsg") != "errmsg" {
		t.Error("errCode and errMsg are errcode and errmsg on the wire")
	}
	got, err := renameKeys([]byte(`{"template_id":"a_b","data":{"character_string2":{"value":"x_y"}},"list":[{"a_b":12345678901234567890}]}`), toCamel)
	if err != nil || string(got) != `{"data":{"character_string2":{"value":"x_y"}},"list":[{"aB":12345678901234567890}],"templateId":"a_b"}` {
		t.Errorf("renameKeys = %s, %v", got, err)
	}
	if _, err := renameKeys([]byte("{"), toCamel); err == nil || !strings.Contains(err.Error(), "EOF") {
		t.Errorf("renameKeys of half an object = %v", err)
	}
}
