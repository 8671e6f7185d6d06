package wechat

import (
	"net/http"
	"reflect"
	"testing"

	"magpie/wechat/wechattest"
)

// TestPeopleForms: the shapes in which WeChat tells of people, as its pages and people's
// logs show them.
func TestPeopleForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]any{
		`<xml><FromUserName>oA</FromUserName><Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent><List><TemplateId>T</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List><List><TemplateId>U</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgPopupEvent></xml>`: SubscribeAnswered{[]SubscribeAnswer{{"T", true}, {"U", false}}},
		`<xml><Event>subscribe_msg_change_event</Event><SubscribeMsgChangeEvent><List><TemplateId>T</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgChangeEvent></xml>`:                                                                                                                                                   SubscribeAnswered{[]SubscribeAnswer{{"T", false}}},
		`<xml><Event>subscribe_msg_change_event</Event><SubscribeMsgPopupEvent><List><TemplateId>T</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgPopupEvent></xml>`:                                                                                                                                                     SubscribeAnswered{[]SubscribeAnswer{{"T", false}}},
		`{"Event":"subscribe_msg_popup_event","List":{"PopupScene":"0","SubscribeStatusString":"accept","TemplateId":"T"}}`:                                                                                                                                                                                                                                     SubscribeAnswered{[]SubscribeAnswer{{"T", true}}},
		`{"Event":"subscribe_msg_popup_event","List":[{"SubscribeStatusString":"accept","TemplateId":"T"},{"SubscribeStatusString":"ban","TemplateId":"U"}]}`:                                                                                                                                                                                                   SubscribeAnswered{[]SubscribeAnswer{{"T", true}, {"U", false}}},
		`{"Event":"subscribe_msg_popup_event"}`:                                                                      SubscribeAnswered{},
		`<xml><Event>subscribe</Event><EventKey>qrscene_spring</EventKey><Ticket>t</Ticket></xml>`:                   Followed{"spring"},
		`<xml><Event>subscribe</Event><EventKey></EventKey></xml>`:                                                   Followed{},
		`<xml><Event>unsubscribe</Event></xml>`:                                                                      Unfollowed{},
		`<xml><Event>SCAN</Event><EventKey>qrscene_x</EventKey></xml>`:                                               Scanned{"qrscene_x"},
		`<xml><MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId><MsgId>1</MsgId></xml>`:                  Wrote{},
		`<xml><MsgType>event</MsgType><Event>CLICK</Event><EventKey>k</EventKey></xml>`:                              nil,
		`{"MsgType":"miniprogrampage","FromUserName":"oA","Title":"t","PagePath":"p","MsgId":1,"CreateTime":"1600"}`: Wrote{},
	} {
		n, err := parseEvent([]byte(body))
		if err != nil {
			t.Errorf("parseEvent(%s) = %v", body, err)
			continue
		}
		if e := n.event(); !reflect.DeepEqual(e.What, want) {
			t.Errorf("%s\nis %+v\nwant %+v", body, e.What, want)
		}
	}
}

// TestPeopleAreTold: what people do at the pretended WeChat arrives.
func TestPeopleAreTold(t *testing.T) {
	t.Parallel()
	e := listen(t, wechattest.DefaultAESKey)
	e.Follows("oA", "spring")
	e.Follows("oB", "")
	e.Answers("oA", "T", true)
	e.TurnsOff("oA", "T")
	e.Scans("oB", "shop")
	e.Writes("oB", "hello")
	e.Unfollows("oA")
	if n, err := e.Deliver(t.Context()); n != 7 || err != nil {
		t.Fatalf("Deliver = %d, %v, want 7", n, err)
	}
	want := []any{
		Followed{"spring"}, Followed{}, SubscribeAnswered{[]SubscribeAnswer{{"T", true}}}, SubscribeAnswered{[]SubscribeAnswer{{"T", false}}},
		Scanned{"shop"}, Wrote{}, Unfollowed{},
	}
	for i, event := range e.heard {
		if !reflect.DeepEqual(event.What, want[i]) || event.From == "" || event.At.IsZero() {
			t.Errorf("event %d is %+v, want %+v", i, event, want[i])
		}
	}
	if status, _, err := e.Post(t.Context(), e.Sign("<xml/>")); err != nil || status != http.StatusOK {
		t.Errorf("an empty event is answered %d, %v", status, err)
	}
}
