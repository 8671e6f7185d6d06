package playground

import (
	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

const (
	teamName     = "Magpie Town"
	slashCommand = "/wechat"

	alice = "U1ALICE"
	bob   = "U2BOB"
	carol = "U3CAROL"
	mei   = "U4MEI"
	gus   = "U5GUS"

	announcements = "C1ANNOUNCE"
	marketing     = "C2MARKETING"
	leadership    = "G3LEADERSHIP"

	approvers = "S1APPROVERS"
)

// person is somebody to be on the page. The role is what Env makes of them.
type person struct {
	ID   string `json:"id"`
	Role string `json:"role"`
}

var people = []person{{alice, "sender"}, {bob, "approver"}, {carol, "admin"}, {mei, "sender"}, {gus, "guest"}}

// settle puts people, channels and a group into the workspace.
func settle(s *slacktest.Workspace) {
	for _, u := range []slacktest.User{
		{ID: alice, Name: "alice", RealName: "Alice", TZ: "Europe/London"},
		{ID: bob, Name: "bob", RealName: "Bob", TZ: "America/New_York", TZOffset: -5 * 3600},
		{ID: carol, Name: "carol", RealName: "Carol", TZ: "Asia/Shanghai", TZOffset: 8 * 3600, Admin: true},
		{ID: mei, Name: "mei", RealName: "Mei 梅", Locale: "zh-CN", TZ: "Asia/Shanghai", TZOffset: 8 * 3600},
		{ID: gus, Name: "gus", RealName: "Gus", TZ: "Europe/Berlin", TZOffset: 3600, Guest: true},
	} {
		s.AddUser(u)
	}
	s.AddChannel(slacktest.Channel{ID: announcements, Name: "announcements", BotIn: true, Members: []string{alice, bob, carol, mei}})
	s.AddChannel(slacktest.Channel{ID: marketing, Name: "marketing", BotIn: true, Members: []string{alice, bob, carol, mei, gus}})
	s.AddChannel(slacktest.Channel{ID: leadership, Name: "leadership", Private: true, Members: []string{alice, bob, carol}})
	s.AddGroup(slacktest.Group{ID: approvers, Handle: "approvers", Name: "Approvers", Users: []string{bob}})
	for _, p := range people {
		s.DM(p.ID)
	}
	_, _ = s.Write(mei, marketing, "", "Who comes to the tea tasting. (Use *Import as an audience* on this message.)", s.AddFile(mei, "guests.csv", []byte(guests)))
}

// accounts are the WeChat accounts of the town: the tea house's, and its shop's.
func accounts() []account {
	return []account{
		{Name: "main", Title: "Acme Tea", Kind: "service", AppID: wechattest.DefaultAppID, Seal: "茶", previews: "oAlice", settle: settleTeaHouse},
		{Name: "shop-mini", Title: "Acme Shop", Kind: "miniprogram", AppID: "wxfedcba9876543210", Seal: "店", settle: settleShop},
	}
}

// settleTeaHouse gives the service account some followers, the phone's reader among them,
// a tag, a template, and an article in its draft box.
func settleTeaHouse(s *wechattest.Server) {
	s.Followed("oReader", "oAlice", "oBob", "oCarol", "oMei")
	s.Tag(100, "vip", "oReader", "oMei")
	s.ListAlso(wechattest.Template{ID: "tpl_tea", Title: "茶会通知", Type: 2, Content: "茶品:{{thing1.DATA}}\n时间:{{time2.DATA}}", Example: "茶品:龙井\n时间:15:00"})
	s.KeepDraft(wechattest.DraftArticle{Article: wechattest.Article{
		Title: "清明前的龙井到了", Author: "梅", Digest: "今年的第一锅茶，周六下午三点在店里开汤。", Content: springTea,
		ThumbMediaID: s.KeepImage("spring.png", hills()),
	}})
}

// settleShop gives the Mini Program the templates of a shop.
func settleShop(s *wechattest.Server) {
	s.List(
		wechattest.Template{ID: "tpl_order", Title: "订单发货通知", Type: 2, Content: "商品:{{thing1.DATA}}\n发货时间:{{time2.DATA}}", Example: "商品:春茶礼盒\n发货时间:15:00"},
		wechattest.Template{ID: "tpl_pickup", Title: "取货提醒", Type: 2, Content: "商品:{{thing1.DATA}}\n取货码:{{character_string2.DATA}}", Example: "商品:春茶礼盒\n取货码:A17"},
	)
}

// guests is a list to make an audience of: one row cannot be used.
const guests = `openid,name,seat
oAlice,Alice,A1
oBob,Bob,A2
oMei,梅,A3
oMei,Mei again,A4
oGus,Gus,B1
`
