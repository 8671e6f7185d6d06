package commands

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestLinesBecomeRequests(t *testing.T) {
	t.Parallel()
	const thumb = "qI6_Ze_6PtV7svjolgs-rN6stStuHIjs9_DidOHaj0Q-mwvBelOXCFZiq2OsIU-p"
	for _, test := range []struct {
		name, line, kind, want string
	}{
		{"create", `activity create`, "activity.create", `{}`},
		{"create for an openid", `activity create openid=oAB-9`, "activity.create", `{"openid":"oAB-9"}`},
		{"create for a unionid", `activity create unionid=u1`, "activity.create", `{"unionid":"u1"}`},
		{"update to state 0, the seed's example", `activity update 966_NGiqxxxxxxxxx...xxxxxxxxE33BlwX member_count=2 room_limit=5`, "activity.update",
			`{"activity_id":"966_NGiqxxxxxxxxx...xxxxxxxxE33BlwX","target_state":0,"template_info":{"parameter_list":[{"name":"member_count","value":"2"},{"name":"room_limit","value":"5"}]}}`},
		{"update to state 1", `activity update A state=1 path="?foo=bar" version_type=release`, "activity.update",
			`{"activity_id":"A","target_state":1,"template_info":{"parameter_list":[{"name":"path","value":"?foo=bar"},{"name":"version_type","value":"release"}]}}`},
		{"an id that begins with -", `activity update -abc member_count=2 room_limit=-5`, "activity.update",
			`{"activity_id":"-abc","target_state":0,"template_info":{"parameter_list":[{"name":"member_count","value":"2"},{"name":"room_limit","value":"-5"}]}}`},
		{"subscribe, the seed's example", `subscribe send ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY to=OPENID page=http://weixin.qq.com/download miniprogram.appid=xiaochengxuappid12345 miniprogram.pagepath=index?foo=bar client_msg_id=MSG_000001 keyword1="巧克力" keyword2=39.8元 keyword3=2014年9月22日`, "subscribe.send",
			`{"touser":"OPENID","template_id":"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY","page":"http://weixin.qq.com/download",
			"miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},"client_msg_id":"MSG_000001",
			"data":{"keyword1":{"value":"巧克力"},"keyword2":{"value":"39.8元"},"keyword3":{"value":"2014年9月22日"}}}`},
		{"subscribe as phones type it", "Subscribe\u00a0send\u3000T to＝A，B  Thing1=“Green tea” lang=zh_CN\u200b miniprogram_state＝trial ", "subscribe.send",
			`{"touser":"A","template_id":"T","lang":"zh_CN","miniprogram_state":"trial","data":{"Thing1":{"value":"Green tea"}}}`},
		{"subscribe, a time as Chinese keyboards type it", `subscribe send T to=A time1=15：00 date2=2026年11月24日 thing3=3：2 thing4="15：00"`, "subscribe.send",
			`{"touser":"A","template_id":"T","data":{"time1":{"value":"15:00"},"date2":{"value":"2026年11月24日"},"thing3":{"value":"3：2"},"thing4":{"value":"15：00"}}}`},
		{"subscribe, wrapped links and entities", `subscribe send T to=A page=<http://weixin.qq.com/download|weixin.qq.com/download> thing1="a &amp; b &lt;c&gt;"`, "subscribe.send",
			`{"touser":"A","template_id":"T","page":"http://weixin.qq.com/download","data":{"thing1":{"value":"a & b <c>"}}}`},
		{"subscribe, all by key, upper case", `/wechat subscribe send TO=A template_id=T --page=p data.thing1=x`, "subscribe.send",
			`{"touser":"A","template_id":"T","page":"p","data":{"thing1":{"value":"x"}}}`},
		{"subscribe, a quote half turned", `subscribe send T to=A thing1=“Tea" thing2=it’s thing3=it's thing4='don't'`, "subscribe.send",
			`{"touser":"A","template_id":"T","data":{"thing1":{"value":"Tea"},"thing2":{"value":"it’s"},"thing3":{"value":"it's"},"thing4":{"value":"don't"}}}`},
		{"subscribe, values that mean something to others", `subscribe send "" T to=A page=${HOME} client_msg_id=--x thing1='a,b;c' thing2="$(ls) %s {{.x}}"`, "subscribe.send",
			`{"touser":"A","template_id":"T","page":"${HOME}","client_msg_id":"--x","data":{"thing1":{"value":"a,b;c"},"thing2":{"value":"$(ls) %s {{.x}}"}}}`},
		{"subscribe, empty optional keys", `subscribe send T to=A page= lang="" thing1=x`, "subscribe.send",
			`{"touser":"A","template_id":"T","data":{"thing1":{"value":"x"}}}`},
		{"uniform, the seed's example", `uniform send to=OPENID weapp.template_id=TEMPLATE_ID weapp.page=page/page/index weapp.form_id=FORMID weapp.data.keyword1=339208499 weapp.data.keyword2="2015-01-05,  12:30" weapp.data.keyword3="Tencent WeChat Headquarters" weapp.data.keyword4="No. 397, Xingang Zhonglu, Haizhu District, Guangzhou" weapp.emphasis_keyword=keyword1.DATA mp.appid="APPID " mp.template_id=TEMPLATE_ID mp.url=http://weixin.qq.com/download mp.miniprogram.appid=xiaochengxuappid12345 mp.miniprogram.pagepath=index?foo=bar mp.data.first="Purchase succeeded!" mp.data.first.color=#173177 mp.data.keyword1=Chocolates mp.data.keyword1.color=#173177 mp.data.keyword2=39.8CNY mp.data.keyword2.color=#173177 mp.data.keyword3="2014-9-22, " mp.data.keyword3.color=#173177 mp.data.remark="Welcome to purchase more!" mp.data.remark.color=#173177`, "uniform.send",
			`{"touser":"OPENID","weapp_template_msg":{"template_id":"TEMPLATE_ID","page":"page/page/index","form_id":"FORMID","data":{"keyword1":{"value":"339208499"},"keyword2":{"value":"2015-01-05,  12:30"},"keyword3":{"value":"Tencent WeChat Headquarters"},"keyword4":{"value":"No. 397, Xingang Zhonglu, Haizhu District, Guangzhou"}},"emphasis_keyword":"keyword1.DATA"},
			"mp_template_msg":{"appid":"APPID ","template_id":"TEMPLATE_ID","url":"http://weixin.qq.com/download","miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},"data":{"first":{"value":"Purchase succeeded!","color":"#173177"},"keyword1":{"value":"Chocolates","color":"#173177"},"keyword2":{"value":"39.8CNY","color":"#173177"},"keyword3":{"value":"2014-9-22, ","color":"#173177"},"remark":{"value":"Welcome to purchase more!","color":"#173177"}}}}`},
		{"uniform, one half", `uniform send to=A mp.appid=wx1 mp.template_id=T mp.url=http://x mp.data.first=Hi`, "uniform.send",
			`{"touser":"A","mp_template_msg":{"appid":"wx1","template_id":"T","url":"http://x","data":{"first":{"value":"Hi"}}}}`},
		{"news, the seed's example", `news upload thumb=` + thumb + ` author=xxx title="Happy Day" url=www.qq.com content=content digest=digest cover=1 comments=1 fans_only=1 — thumb=` + thumb + ` author=xxx title="Happy Day" url=www.qq.com content=content digest=digest cover=0 comments=1 fans_only=1`, "news.upload",
			`{"articles":[{"thumb_media_id":"` + thumb + `","author":"xxx","title":"Happy Day","content_source_url":"www.qq.com","content":"content","digest":"digest","show_cover_pic":1,"need_open_comment":1,"only_fans_can_comment":1},
			{"thumb_media_id":"` + thumb + `","author":"xxx","title":"Happy Day","content_source_url":"www.qq.com","content":"content","digest":"digest","show_cover_pic":0,"need_open_comment":1,"only_fans_can_comment":1}]}`},
		{"news with the seed's markup", `news upload title=A thumb=M content="<mp-common-miniprogram data-miniprogram-appid=\"wx123123123\" data-miniprogram-path=\"pages/index/index\" data-miniprogram-title=\"小程序示例\" data-miniprogram-imageurl=\"http://example.com/demo.jpg\" data-miniprogram-type=\"card\"></mp-common-miniprogram>"`, "news.upload",
			`{"articles":[{"title":"A","thumb_media_id":"M","content":"<mp-common-miniprogram data-miniprogram-appid=\"wx123123123\" data-miniprogram-path=\"pages/index/index\" data-miniprogram-title=\"小程序示例\" data-miniprogram-imageurl=\"http://example.com/demo.jpg\" data-miniprogram-type=\"card\"></mp-common-miniprogram>"}]}`},
		{"a long value, emoji and right-to-left text", `news upload title="👨‍👩‍👧 שלום" thumb=M content="` + strings.Repeat("مرحبا 😀 \\n", 900) + `"`, "news.upload",
			`{"articles":[{"title":"👨‍👩‍👧 שלום","thumb_media_id":"M","content":"` + strings.Repeat("مرحبا 😀 \\\\n", 900) + `"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := plan(t, test.line)
			if err != nil {
				t.Fatalf("Plan(%s): %v: %s", test.line, err, newSayer(t, "en").say(refusalOf(t, test.line, err).Text))
			}
			if plan.Ask == nil || plan.Ask.Kind != test.kind {
				t.Fatalf("Plan(%s): got %+v, want a request of kind %s", test.line, plan, test.kind)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if got := payload(t, plan.Ask); !reflect.DeepEqual(got, want) {
				t.Errorf("Plan(%s):\ngot  %v\nwant %v", test.line, got, want)
			}
		})
	}
}
