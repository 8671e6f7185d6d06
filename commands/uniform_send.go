package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type uniformSendArgs struct {
	To Openids `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`

	MP struct {
		AppID       string   `name:"appid" required:"" example:"wx0123456789abcdef"`
		TemplateID  string   `name:"template_id" required:""`
		URL         string   `name:"url" required:"" example:"http://weixin.qq.com/download"`
		Miniprogram progArgs `embed:"" prefix:"miniprogram."`
		Data        Data     `name:"data" required:"" color:"" placeholder:"mp.data.keyword1=\"…\" …" example:"keyword1=Chocolates"`
	} `embed:"" prefix:"mp."`

	Weapp weappArgs `embed:"" prefix:"weapp."`
}

// weappArgs are the Mini Program's half, which goes first where it is given.
type weappArgs struct {
	TemplateID      string `name:"template_id"`
	Page            string `name:"page" example:"page/page/index"`
	FormID          string `name:"form_id"`
	Data            Data   `name:"data" color:"" placeholder:"weapp.data.keyword1=\"…\" …" example:"keyword1=339208499"`
	EmphasisKeyword string `name:"emphasis_keyword" example:"keyword1.DATA"`
}

func uniformSend() *Command {
	return &Command{
		Path: "uniform send",
		Role: outbox.Sender,
		Examples: []string{
			`uniform send to=OPENID mp.appid=APPID mp.template_id=TEMPLATE_ID mp.url=http://weixin.qq.com/download mp.data.keyword1="Chocolates" mp.data.keyword2="39.8"`,
			`uniform send to=OPENID mp.appid=APPID mp.template_id=TEMPLATE_ID mp.url=http://weixin.qq.com/download mp.data.keyword1="Chocolates" weapp.template_id=TEMPLATE_ID weapp.page=page/page/index weapp.form_id=FORMID weapp.data.keyword1=339208499 weapp.emphasis_keyword=keyword1.DATA`,
		},
		grammar: func() any { return new(uniformSendArgs) },
		ask:     askUniformSend,
		prepare: toOneMeant,
		instead: insteadOfUniform,
		names:   func(field string) (string, string) { return uniformFields.of(field) },
	}
}

var uniformFields = fieldNames{
	{"touser", "to", false},
	{"mp_template_msg.data", "mp.data", true}, {"mp_template_msg", "mp", true},
	{"weapp_template_msg.data", "weapp.data", true}, {"weapp_template_msg", "weapp", true},
}

func askUniformSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*uniformSendArgs)
	msg := wechat.UniformMsg{MP: &wechat.MPTemplateMsg{
		AppID: a.MP.AppID, TemplateID: a.MP.TemplateID, URL: a.MP.URL,
		Miniprogram: a.MP.Miniprogram.wechat(), Data: a.MP.Data.wechat(),
	}}
	if h := a.Weapp; h.TemplateID+h.Page+h.FormID+h.EmphasisKeyword != "" || len(h.Data) > 0 {
		msg.Weapp = &wechat.WeappTemplateMsg{
			TemplateID: h.TemplateID, Page: h.Page, FormID: h.FormID,
			Data: h.Data.wechat(), EmphasisKeyword: h.EmphasisKeyword,
		}
	}
	check := msg
	check.ToUser = a.To.one()
	return askTo(a.To, "uniform.send", msg, check.Check(), a.MP.Data, a.Weapp.Data)
}

// uniformSendKind keeps a message without its recipient; each delivery has one.
func uniformSendKind(b *Book, w *wechat.Client) outbox.Kind[wechat.UniformMsg] {
	return outbox.Kind[wechat.UniformMsg]{
		Name: "uniform.send", Approval: true, Reaches: outbox.ByRecipient[wechat.UniformMsg](), Keeps: outbox.Elsewhere(keptUniform), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, msg wechat.UniformMsg, recipient string) (outbox.Receipt, error) {
			msg.ToUser = recipient
			return nil, explain(w.SendUniform(ctx, msg))
		},
		Check: func(msg wechat.UniformMsg, recipient string) error {
			msg.ToUser = recipient
			return explain(msg.Check())
		},
		Quota: quotaOf(w, "uniform.send"),
		Face:  b.templates.uniformFace,
		Head: func(msg wechat.UniformMsg, recipients []string) []cards.Text {
			return append(uniformWithdrawn(b, msg, recipients), uniformUnlisted(b, msg)...)
		},
		Content: func(msg wechat.UniformMsg) []cards.Content {
			c := contents{}
			if h := msg.Weapp; h != nil {
				c = c.add("weapp.template_id", h.TemplateID).add("weapp.page", h.Page).add("weapp.form_id", h.FormID)
				c = c.data("weapp.data.", h.Data).add("weapp.emphasis_keyword", h.EmphasisKeyword)
			}
			if h := msg.MP; h != nil {
				c = c.add("mp.appid", h.AppID).add("mp.template_id", h.TemplateID).add("mp.url", h.URL)
				c = c.miniprogram("mp.miniprogram.", h.Miniprogram).data("mp.data.", h.Data)
			}
			return c
		},
	}
}

// keptUniform are the templates of a message: their wording is kept at WeChat, which does
// not give it to us.
func keptUniform(msg wechat.UniformMsg) []outbox.Kept {
	var all []outbox.Kept
	if msg.Weapp != nil {
		all = append(all, outbox.Kept{What: "template", Of: "weapp", Is: msg.Weapp.TemplateID})
	}
	if msg.MP != nil {
		all = append(all, outbox.Kept{What: "template", Of: "mp", Is: msg.MP.TemplateID})
	}
	return all
}

// uniformUnlisted warns of templates that the account does not list, and says where they are
// another account's, whose list nobody here can read.
func uniformUnlisted(b *Book, msg wechat.UniformMsg) (warned []cards.Text) {
	if msg.Weapp != nil {
		warned = b.templates.unlisted(msg.Weapp.TemplateID, false)
	}
	switch {
	case msg.MP == nil:
	case b.of[msg.MP.AppID] != nil:
		warned = append(warned, b.of[msg.MP.AppID].templates.unlisted(msg.MP.TemplateID, true)...)
	default:
		warned = append(warned, cards.T("template.elsewhere", "template", cards.Code(msg.MP.TemplateID), "appid", cards.Code(msg.MP.AppID)))
	}
	return warned
}

// uniformFace is what would be seen: the Mini Program's half, or else the Official Account's.
func (t *Templates) uniformFace(msg wechat.UniformMsg) cards.Face {
	switch {
	case msg.Weapp != nil:
		return t.faceOf(msg.Weapp.TemplateID, msg.Weapp.Data).Add(cards.T("opens.page"), msg.Weapp.Page)
	case msg.MP != nil:
		return t.faceOf(msg.MP.TemplateID, msg.MP.Data).Add(cards.T("opens.url"), msg.MP.URL)
	}
	return cards.Face{}
}
