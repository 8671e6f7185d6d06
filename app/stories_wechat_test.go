package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// The event address of the stories, as WeChat's console knows it.
const (
	eventToken = "eventToken1"
	eventKey   = wechattest.DefaultAESKey
)

// accountOrders are further orders of the story command wechat: events [platform] (push
// what happens, encrypted, to magpie), deliver (push now), push FILE [TIMES], push-template MSGID STATUS,
// push-mass MSG_ID STATUS, forge FILE
// (with a wrong signature), ticket, authorize, revoke; hosting; tag ID NAME OPENID…,
// followers OPENID…, draft TITLE, edit-draft MEDIA_ID TITLE [PLACE], picture-draft TITLE IDS PRODUCT,
// edit-pictures MEDIA_ID TITLE IDS PRODUCT, no-templates;
// uniform-as-page (uniform_send works, as its page says); template ID TITLE TYPE CONTENT (one
// more, where \n begins a line);
// fail-publish STATUS (the next one ends so), end-mass DURATION STATUS (the next one ends then and so); sent PATH prints the bodies of the calls there.
func accountOrders(ts *testscript.TestScript, args []string) map[string]func() {
	w := theWorld(ts)
	wx := w.wechat
	return map[string]func(){
		"events": func() {
			at := servesAt.FindAllStringSubmatch(w.log.String(), -1)
			if at == nil {
				ts.Fatalf("magpie serves nothing")
			}
			to := wechattest.EventAddress{URL: "http://" + at[len(at)-1][1] + eventsPath, Token: eventToken, AESKey: eventKey}
			for name, server := range w.servers { // each account has an address of its own
				if server == wx {
					to.URL += "/" + name
				}
			}
			if len(args) > 1 {
				to.AppID = wechattest.DefaultPlatformAppID
			}
			wx.EventsTo(to)
		},
		"deliver": func() {
			n, err := wx.Deliver(ctx(ts))
			ts.Check(err)
			tell(ts, fmt.Sprintf("%d delivered", n))
		},
		"push": func() {
			p, times := wx.Sign(ts.ReadFile(args[1])), 1
			if len(args) > 2 {
				times, _ = strconv.Atoi(args[2])
			}
			for range times {
				post(ts, p)
			}
		},
		"push-template": func() {
			post(ts, wx.Sign(fmt.Sprintf("<xml><FromUserName>oAlpha</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>%s</MsgID><Status>%s</Status></xml>", args[1], args[2])))
		},
		"push-mass": func() {
			post(ts, wx.Sign(fmt.Sprintf("<xml><FromUserName>oMASS</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>%s</MsgID><Status>%s</Status></xml>", args[1], args[2])))
		},
		"forge": func() {
			p := wx.Sign(ts.ReadFile(args[1]))
			p.Query.Set("msg_signature", strings.Repeat("0", 40))
			post(ts, p)
		},
		"ticket": func() { ts.Check(wx.PushTicket(ctx(ts))) },
		"authorize": func() {
			post(ts, wx.Sign(fmt.Sprintf("<xml><AppId>%s</AppId><CreateTime>%d</CreateTime><InfoType>authorized</InfoType><AuthorizerAppid>%s</AuthorizerAppid><AuthorizationCode>%s</AuthorizationCode></xml>",
				wechattest.DefaultPlatformAppID, wx.Now().Unix(), wechattest.DefaultAppID, wx.AuthorizePlatform())))
		},
		"revoke": wx.RevokePlatform,
		"fail-publish": func() {
			status, err := strconv.Atoi(args[1])
			ts.Check(err)
			wx.FailPublish(status)
		},
		"end-mass": func() {
			after, err := time.ParseDuration(args[1])
			ts.Check(err)
			wx.EndMass(after, strings.Join(args[2:], " "))
		},
		"hosting":         func() { wx.Hosting() },
		"followers":       func() { wx.Followers(args[1:]...) },
		"no-templates":    func() { wx.List() },
		"uniform-as-page": func() { wx.UniformAsPage(true) },
		"template": func() {
			kind, err := strconv.Atoi(args[3])
			ts.Check(err)
			wx.ListAlso(wechattest.Template{ID: args[1], Title: args[2], Type: kind, Content: strings.ReplaceAll(args[4], `\n`, "\n")})
		},
		"tag": func() {
			id, err := strconv.Atoi(args[1])
			ts.Check(err)
			wx.Tag(id, args[2], args[3:]...)
		},
		"draft": func() {
			id, err := console(ts).AddDraft(ctx(ts), []wechat.DraftArticle{article(args[1])})
			ts.Check(err)
			tell(ts, id)
		},
		"picture-draft": func() {
			id, err := console(ts).AddDraft(ctx(ts), []wechat.DraftArticle{pictures(args[1], args[2], args[3])})
			ts.Check(err)
			tell(ts, id)
		},
		"edit-pictures": func() {
			ts.Check(console(ts).UpdateDraft(ctx(ts), wechat.DraftUpdate{MediaID: args[1], Article: pictures(args[2], args[3], args[4])}))
		},
		"sent": func() {
			var b strings.Builder
			for _, r := range wx.ReceivedOn(args[1]) {
				body, err := json.Marshal(sent(r))
				ts.Check(err)
				fmt.Fprintf(&b, "%s\n", body)
			}
			tell(ts, b.String())
		},
		"edit-draft": func() {
			id := args[1]
			if id == "newest" {
				page, err := console(ts).ListDrafts(ctx(ts), wechat.Page{Count: 1}, false)
				ts.Check(err)
				id = page.Items[0].MediaID
			}
			place := 0
			if len(args) > 3 {
				var err error
				place, err = strconv.Atoi(args[3])
				ts.Check(err)
			}
			ts.Check(console(ts).UpdateDraft(ctx(ts), wechat.DraftUpdate{MediaID: id, Index: place, Article: article(args[2])}))
		},
	}
}

func post(ts *testscript.TestScript, p wechattest.Pushes) {
	status, answer, err := theWorld(ts).wechat.Post(ctx(ts), p)
	ts.Check(err)
	tell(ts, fmt.Sprintf("%d %s", status, answer))
}

// console is somebody at work in WeChat's own console.
func console(ts *testscript.TestScript) *wechat.Client {
	w := theWorld(ts)
	c, err := wechat.New(wechat.Options{AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, BaseURL: cmp.Or(w.env["WECHAT_API_URL"], w.env["WECHAT_MAIN_API_URL"])})
	ts.Check(err)
	return c
}

func article(title string) wechat.DraftArticle {
	return wechat.DraftArticle{Title: title, Author: "Mei", Digest: "About " + title, Content: "<p>" + title + "</p>", ThumbMediaID: "THUMB"}
}

// pictures is a picture article for followers to comment on.
func pictures(title, ids, product string) wechat.DraftArticle {
	yes := 1
	a := wechat.DraftArticle{
		ArticleType: "newspic", Title: title, Content: title, NeedOpenComment: &yes, OnlyFansCanComment: &yes, ImageInfo: new(wechat.ImageInfo), ProductInfo: new(wechat.ProductInfo),
	}
	for id := range strings.SplitSeq(ids, ",") {
		a.ImageInfo.ImageList = append(a.ImageInfo.ImageList, wechat.ImageID{ImageMediaID: id})
	}
	a.ProductInfo.FooterProductInfo.ProductKey = product
	return a
}
