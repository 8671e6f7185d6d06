package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type subscribeSendArgs struct {
	Template string `arg:"" name:"TEMPLATE_ID" example:"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"`

	To               Openids  `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`
	Page             string   `name:"page" example:"pages/index?foo=bar"`
	Lang             *string  `name:"lang" enum:"zh_CN,en_US,zh_HK,zh_TW"`
	MiniprogramState *string  `name:"miniprogram_state" enum:"developer,trial,formal"`
	Miniprogram      progArgs `embed:"" prefix:"miniprogram."`
	ClientMsgID      string   `name:"client_msg_id"`
	Data             Data     `name:"data" required:"" bare:"" placeholder:"thing1=\"Tea\" …" example:"thing1=Tea"`

	Unchecked Unchecked `name:"unchecked" said:"" placeholder:"FIELD[,FIELD…]" people:""`
}

// progArgs name the Mini Program that a tap leads to.
type progArgs struct {
	AppID    string `name:"appid" example:"wx0123456789abcdef"`
	PagePath string `name:"pagepath" example:"index?foo=bar"`
}

func (p progArgs) wechat() *wechat.Miniprogram {
	if p == (progArgs{}) {
		return nil
	}
	return &wechat.Miniprogram{AppID: p.AppID, PagePath: p.PagePath}
}

func subscribeSend() *Command {
	return &Command{
		Path: "subscribe send",
		Role: outbox.Sender,
		Examples: []string{
			`subscribe send TEMPLATE_ID to=OPENID thing1="Tea" time2="15:00"`,
			`subscribe send TEMPLATE_ID to=OPENID_1,OPENID_2 page="pages/index?foo=bar" lang=zh_CN phrase3="审核通过" date4="2019-12-25 09:42"`,
		},
		grammar:   func() any { return new(subscribeSendArgs) },
		ask:       askSubscribeSend,
		prepare:   toOneMeant,
		names:     func(field string) (string, string) { return subscribeFields.of(field) },
		templates: ofSubscriptions,
	}
}

var subscribeFields = fieldNames{{"template_id", "TEMPLATE_ID", false}, {"touser", "to", false}, {"data", "data", true}}

func askSubscribeSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*subscribeSendArgs)
	msg := wechat.SubscribeMsg{
		TemplateID: a.Template, Page: a.Page, Miniprogram: a.Miniprogram.wechat(),
		MiniprogramState: orNone(a.MiniprogramState), Lang: orNone(a.Lang), ClientMsgID: a.ClientMsgID,
		Data: a.Data.wechat(), Unchecked: a.Unchecked,
	}
	if err := a.Unchecked.allowed(a.Data); err != nil {
		return outbox.Ask{}, err
	}
	check := msg
	check.ToUser = a.To.one()
	err := b.templates.against(ofSubscriptions, a.Template, msg.Data, msg.Unchecked, check.Check())
	return askTo(a.To, "subscribe.send", msg, err, a.Data)
}

// subscribeSendKind keeps a message without its recipient; each delivery has one.
func subscribeSendKind(b *Book, w *wechat.Client) outbox.Kind[wechat.SubscribeMsg] {
	return outbox.Kind[wechat.SubscribeMsg]{
		Name: "subscribe.send", Approval: true, Reaches: outbox.ByRecipient[wechat.SubscribeMsg](), Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(func(msg wechat.SubscribeMsg) []outbox.Kept { return b.templates.kept(msg.TemplateID) }),
		Do: func(ctx context.Context, msg wechat.SubscribeMsg, recipient string) (outbox.Receipt, error) {
			msg.ToUser = recipient
			return nil, explain(w.SendSubscribe(ctx, msg))
		},
		Compile: func(msg wechat.SubscribeMsg, marks []string) (func(context.Context, string, []string) (outbox.Receipt, error), error) {
			send, err := w.CompileSubscribe(msg, marks)
			return func(ctx context.Context, recipient string, values []string) (outbox.Receipt, error) {
				return nil, explain(send(ctx, recipient, values))
			}, err
		},
		RefOf: func(msg wechat.SubscribeMsg, recipient string) string { return subscribeRef(msg.TemplateID, recipient) },
		Check: func(msg wechat.SubscribeMsg, recipient string) error {
			msg.ToUser = recipient
			return explain(b.templates.against(ofSubscriptions, msg.TemplateID, msg.Data, msg.Unchecked, msg.Check()))
		},
		Quota: quotaOf(w, "subscribe.send"),
		Notes: neverTold(b),
		What:  func(msg wechat.SubscribeMsg) cards.Text { return b.templates.titleOf(msg.TemplateID) },
		Face: func(msg wechat.SubscribeMsg) cards.Face {
			face := b.templates.faceOf(msg.TemplateID, msg.Data).Add(cards.T("opens.page"), msg.Page)
			if msg.Miniprogram != nil {
				face = face.Add(cards.T("opens.page"), msg.Miniprogram.PagePath)
			}
			return face
		},
		Head: func(msg wechat.SubscribeMsg, _ []string) []cards.Text {
			return append(b.templates.unlisted(msg.TemplateID, false), wentUnchecked(msg.Unchecked)...)
		},
		Content: func(msg wechat.SubscribeMsg) []cards.Content {
			c := contents{}.add("template_id", msg.TemplateID).data("data.", msg.Data).add("page", msg.Page)
			c = c.miniprogram("miniprogram.", msg.Miniprogram)
			return c.add("miniprogram_state", msg.MiniprogramState).add("lang", msg.Lang).add("client_msg_id", msg.ClientMsgID)
		},
	}
}

// subscribeRef names a notification for WeChat's later event. The reply brings no id:
// the event names the template and the person.
func subscribeRef(templateID, openid string) string { return templateID + " " + openid }
