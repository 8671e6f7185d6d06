package wechat

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"magpie/wechat/wechattest"
)

// TestEventForms: XML and JSON, and each kind's odd shapes.
func TestEventForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]any{
		`{"ToUserName":"gh_1","FromUserName":"oA","CreateTime":1620973045,"MsgType":"event","Event":"subscribe_msg_sent_event","List":{"TemplateId":"T","MsgID":"1864323726461255680","ErrorCode":0,"ErrorStatus":"success"}}`:                                                                                                                              SubscribeSent{[]SubscribeOutcome{{"T", "1864323726461255680", 0, "success"}}},
		`{"MsgType":"event","Event":"subscribe_msg_sent_event","List":[{"TemplateId":"T","MsgID":1,"ErrorCode":"43101","ErrorStatus":"no"},{"TemplateId":"U"}]}`:                                                                                                                                                                                            SubscribeSent{[]SubscribeOutcome{{"T", "1", 43101, "no"}, {"U", "", 0, ""}}},
		`<xml><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163840</MsgID><Status><![CDATA[failed:user block]]></Status></xml>`:                                                                                                                                                                                                                 TemplateSent{"200163840", "failed:user block"},
		`<xml><Event>MASSSENDJOBFINISH</Event><MsgID>1</MsgID><Status>err(10001)</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount><ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>u</ArticleUrl></item></ResultList></ArticleUrlResult></xml>`: MassSent{"1", "err(10001)", 100, 80, 75, 5, []PublishedIndex{{1, "u"}}},
		`<xml><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>2247503051</publish_id><publish_status>2</publish_status><fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo></xml>`:                                                                                                                                                  PublishDone{PublishState{PublishID: "2247503051", Status: PublishOriginality, FailIndex: []int{1, 2}}},
		`<xml><Event>PUBLISHJOBFINISH</Event></xml>`:                                                                                                  PublishDone{PublishState{Status: PublishFailed}},
		`<xml><AppId>wxp</AppId><InfoType>unauthorized</InfoType><AuthorizerAppid>wxa</AuthorizerAppid></xml>`:                                        Authorization{"wxp", "wxa", ""},
		`<xml><AppId>wxp</AppId><InfoType>authorized</InfoType><AuthorizerAppid>wxa</AuthorizerAppid><AuthorizationCode>c</AuthorizationCode></xml>`:  Authorization{"wxp", "wxa", "c"},
		`<xml><MsgType>text</MsgType><Content>你好 &amp; &lt;</Content><MsgId>23</MsgId></xml>`:                                                         Wrote{},
		`<?xml version="1.0"?><!-- c --><xml><Event>component_verify_ticket</Event><ComponentVerifyTicket> ticket@@@x </ComponentVerifyTicket></xml>`: VerifyTicket{"", "ticket@@@x"},
	} {
		n, err := parseEvent([]byte(body))
		if err != nil {
			t.Errorf("parseEvent(%s) = %v", body, err)
			continue
		}
		if e := n.event(); !reflect.DeepEqual(e.What, want) || e.Once == "" {
			t.Errorf("%s\nis %+v\nwant %+v", body, e.What, want)
		}
	}
	n, _ := parseEvent([]byte(`<xml><MsgType>text</MsgType><Content>你好 &amp; &lt;</Content><MsgId>23</MsgId></xml>`))
	if e := n.event(); e.Kind != "text" || e.Fields["Content"] != "你好 & <" || e.Once != "msg 23" {
		t.Errorf("a text is %+v", e)
	}
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	key, err := newEventKey(wechattest.DefaultAESKey)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 70 {
		msg := strings.Repeat("茶", n)
		sealed, err := key.seal([]byte(msg), "wxapp")
		if err != nil {
			t.Fatal(err)
		}
		got, appID, err := key.open(sealed)
		if err != nil || string(got) != msg || appID != "wxapp" {
			t.Errorf("open(seal(%d)) = %q for %q, %v", n, got, appID, err)
		}
		for i := range sealed {
			if broken := sealed[:i] + "!" + sealed[i+1:]; i%7 == 0 {
				if _, _, err := key.open(broken); err == nil {
					t.Errorf("open of a broken message is fine")
				}
			}
		}
	}
}

// FuzzEvent throws bodies at the decoder: it never panics, and takes nothing
// that is not signed.
func FuzzEvent(f *testing.F) {
	key := wechattest.DefaultAESKey
	s := wechattest.New(wechattest.Options{})
	now := time.Unix(1391857799, 0)
	s.SetClock(func() time.Time { return now })
	for _, aes := range []string{"", key} {
		s.EventsTo(wechattest.EventAddress{Token: eventToken, AESKey: aes})
		for _, event := range []string{"<xml><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><fail_idx>1</fail_idx></PublishEventInfo></xml>", `{"Event":"subscribe_msg_sent_event","List":[{"MsgID":1}]}`, "<xml/>", "{}"} {
			p := s.Sign(event)
			f.Add(p.Body, p.Query.Encode(), aes != "")
		}
	}
	f.Add([]byte(`<xml><Encrypt>AAAAAAAAAAAAAAAAAAAAAA==</Encrypt></xml>`), "", true)
	f.Fuzz(func(t *testing.T, body []byte, query string, encrypted bool) {
		o := EventOptions{AppIDs: []string{wechattest.DefaultAppID}, Token: eventToken, Now: func() time.Time { return now }, Handle: nil}
		e := &Events{o: o}
		if encrypted {
			e.key, _ = newEventKey(key)
			if _, _, err := e.key.open(string(body)); err != nil && err != errNotOurs {
				t.Errorf("open(%q) = %v", body, err)
			}
		}
		values, _ := url.ParseQuery(query)
		event, err := e.Decode(values, body)
		signed := sameSignature(values.Get("signature"), signature(eventToken, values.Get("timestamp"), values.Get("nonce"))) || values.Get("msg_signature") != ""
		if err == nil && (!signed || event.Once == "") {
			t.Errorf("Decode(%q, %q) took %+v", query, body, event)
		}
		if n, err := parseEvent(body); err == nil {
			if a, b := n.event(), n.event(); a.Once != b.Once {
				t.Errorf("%q is told apart from itself", body)
			}
		}
	})
}
