package wechat

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// everyWay gives a client for each way of calling, of one pretended WeChat each.
func everyWay(t *testing.T) map[string]func() (*wechattest.Server, *Client) {
	return map[string]func() (*wechattest.Server, *Client){
		"https": func() (*wechattest.Server, *Client) { return pretend(t) },
		"platform": func() (*wechattest.Server, *Client) {
			s, c, _ := platformed(t)
			return s, c
		},
		"hosting": func() (*wechattest.Server, *Client) {
			s, c := pretend(t, func(o *Options) { o.Call, o.AppSecret = "hosting", "" })
			s.Hosting()
			return s, c
		},
		"function": func() (*wechattest.Server, *Client) { return pretend(t, functioned) },
	}
}

func functioned(o *Options) {
	o.Call, o.Function = "function", Function{wechattest.DefaultCloudEnv, wechattest.DefaultCloudFunction}
}

// TestEveryWay: the same typed methods, and what they do, in each way.
func TestEveryWay(t *testing.T) {
	t.Parallel()
	for name, start := range everyWay(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start()
			s.UniformAsPage(true)
			a, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{OpenID: "oAAAAAAAA9Z"})
			if err != nil || a.ActivityID == "" || a.ExpirationTime.IsZero() {
				t.Fatalf("CreateActivityID = %+v, %v", a, err)
			}
			if err := c.SetUpdatableMsg(t.Context(), UpdatableMsg{a.ActivityID, 0, params("member_count", "2", "room_limit", "5")}); err != nil {
				t.Errorf("SetUpdatableMsg = %v", err)
			}
			if err := c.SendUniform(t.Context(), uniformExample()); err != nil {
				t.Errorf("SendUniform = %v", err)
			}
			msg := notice
			msg.Data = map[string]DataValue{"character_string2": {Value: "A1"}, "thing1": {Value: "<茶>"}}
			msg.Miniprogram = &Miniprogram{"xiaochengxuappid12345", "index?foo_bar=1"}
			if err := c.SendSubscribe(t.Context(), msg); err != nil {
				t.Errorf("SendSubscribe = %v", err)
			}
			phone := s.Phone()
			if len(phone.Notifications) != 2 || phone.Activities[0].MemberCount != "2" {
				t.Fatalf("the phone shows %+v", phone)
			}
			n := phone.Notifications[1]
			got := map[string]string{}
			for _, l := range n.Lines {
				got[l.Key] = l.Value
			}
			if got["character_string2"] != "A1" || got["thing1"] != "<茶>" || n.MiniprogramPath != "index?foo_bar=1" {
				t.Errorf("the phone shows %+v", n)
			}
			s.Refuses(notice.ToUser)
			if e := failed(t, "SendSubscribe", c.SendSubscribe(t.Context(), notice)); e.Code != 43101 || e.RID == "" || e.Unclear() || e.NotSent() || strings.Contains(e.Msg, "openapi") {
				t.Errorf("SendSubscribe to one who refuses = %v (rid %q, msg %q), want 43101", e, e.RID, e.Msg)
			}
			if e := failed(t, "SetUpdatableMsg", c.SetUpdatableMsg(t.Context(), UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5")})); e.Code != 47501 || e.API != apis.SetUpdatableMsg.Path {
				t.Errorf("SetUpdatableMsg of a strange id = %v, want 47501", e)
			}
		})
	}
}

// TestNotInThisWay: what WeChat does not offer is refused before anything is sent.
func TestNotInThisWay(t *testing.T) {
	t.Parallel()
	calls := map[string]func(c *Client) error{
		"UploadNews": func(c *Client) error {
			_, err := c.UploadNews(t.Context(), []Article{{Title: "T", ThumbMediaID: "M", Content: "C"}})
			return err
		},
		"AddDraft": func(c *Client) error {
			_, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T")})
			return err
		},
		"SubmitPublish": func(c *Client) error { _, err := c.SubmitPublish(t.Context(), "M"); return err },
		"SendMass": func(c *Client) error {
			_, err := c.SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: MassContent{Text: "T"}})
			return err
		},
		"ServiceTemplates": func(c *Client) error { _, err := c.ServiceTemplates(t.Context()); return err },
		"SendTemplate":     func(c *Client) error { _, err := c.SendTemplate(t.Context(), templateMsg()); return err },
		"UploadImage": func(c *Client) error {
			_, err := c.UploadImage(t.Context(), File{Name: "a.png", Body: bytes.NewReader(picture(100))})
			return err
		},
	}
	for name, start := range everyWay(t) {
		for call, do := range calls {
			s, c := start()
			before := len(s.Received())
			err := do(c)
			cloud := name == "hosting" && call != "SendTemplate" && call != "UploadImage" || name == "function"
			if got := errors.Is(err, ErrWay); got != cloud {
				t.Errorf("%s: %s = %v, want ErrWay %v", name, call, err, cloud)
			}
			if !cloud {
				continue
			}
			e := failed(t, call, err)
			if _, again := e.RetryAfter(); !e.NotSent() || again || !strings.Contains(e.Advice("en"), "WECHAT_CALL") || e.Meaning("zh") == e.Meaning("en") {
				t.Errorf("%s: %s = %v, advice %q", name, call, e, e.Advice("en"))
			}
			if n := len(s.Received()); n != before {
				t.Errorf("%s: %s made %d calls, want none", name, call, n-before)
			}
		}
	}
}

func TestWayFaults(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]Options{
		`Call is "carrier pigeon"`:          {AppID: "a", AppSecret: "b", Call: "carrier pigeon"},
		"Platform.AppID":                    {AppID: "a", Call: "platform"},
		"Platform.Store":                    {AppID: "a", Call: "platform"},
		"Function.Env":                      {AppID: "a", AppSecret: "b", Call: "function"},
		"AppSecret":                         {AppID: "a", Call: "function", Function: Function{"e", "n"}},
		`Shared is for TokenMode "classic"`: {AppID: "a", AppSecret: "b", Shared: &sharedRow{}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%+v) = %v, want it to name %s", o, err, want)
		}
	}
	c, err := New(Options{AppID: "a", Call: "hosting"})
	if err != nil || c.root.String() != "http://api.weixin.qq.com" {
		t.Errorf("New for hosting = %v at %q", err, c.root.String())
	}
}
