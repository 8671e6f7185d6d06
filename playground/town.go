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
// a tag and a template.
func settleTeaHouse(s *wechattest.Server) {
	s.Followed("oReader", "oAlice", "oBob", "oCarol", "oMei")
	s.Tag(100, "vip", "oReader", "oMei")
	s.ListAlso(wechattest.Template{ID: "tpl_tea", Title: "茶会通知", Type: 2, Content: "茶品:{{thing1.DATA}}\n时间:{{time2.DATA}}", Example: "茶品:龙井\n时间:15:00"})
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

// examples are lines to begin with, offered in the message box.
var examples = []string{
	`/wechat help`,
	`/wechat accounts`,
	`/wechat activity create`,
	`/wechat activity update ACTIVITY_ID member_count=2 room_limit=5`,
	`/wechat activity update`,
	`/wechat subscribe send tpl_tea to=oAlice thing1="Tea" time2="15:00"`,
	`/wechat subscribe send`,
	`/wechat weapp subscribe send tpl_order to=oAlice thing1="Chocolate" time2="15:00" page=pages/order`,
	`/wechat audience import guests account=main`,
	`/wechat subscribe send tpl_tea to=@guests thing1="Tea, {{name}}" time2="15:00"`,
	`/wechat audience tag vip vip`,
	`/wechat audience list account=main`,
	`/wechat template library`,
	`/wechat uniform send to=oAlice mp.appid=wx0123456789abcdef mp.template_id=tpl_order mp.url=http://weixin.qq.com/download mp.data.keyword1="Chocolate"`,
	`/wechat news upload title="Happy Day" thumb=media_cover content="<p>Tea at three, for everyone.</p>" author="Mei" digest="Tea for everyone"`,
	`/wechat article draft "Our autumn teas: three kinds, where they grow, how to brew them" lang=en words=300`,
	`/wechat article draft "秋季新茶：三款茶的产地与冲泡" lang=zh style=festive`,
	`/wechat article import`,
	`/wechat article preview A1`,
	`/wechat article upload A1`,
	`/wechat articles`,
	`/wechat requests`,
	`/wechat show 1`,
}
