package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type weappSubscribeSendArgs struct {
	Template string `arg:"" name:"TEMPLATE_ID" example:"9Aw5ZV1j9xdWTFEkqCpZ7jWySL7aGN6rQom4gXINfJs"`

	To               Openids `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`
	Page             string  `name:"page" example:"pages/index?foo=bar"`
	Lang             *string `name:"lang" enum:"zh_CN,en_US,zh_HK,zh_TW"`
	MiniprogramState *string `name:"miniprogram_state" enum:"developer,trial,formal"`
	Data             Data    `name:"data" required:"" bare:"" placeholder:"thing1=\"Tea\" …" example:"thing1=Tea"`

	Unchecked Unchecked `name:"unchecked" said:"" placeholder:"FIELD[,FIELD…]" people:""`
}

func weappSubscribeSend() *Command {
	return &Command{
		Path: "weapp subscribe send",
		Role: outbox.Sender,
		Examples: []string{
			`weapp subscribe send TEMPLATE_ID to=OPENID thing1="Tea" time2="15:00"`,
			`weapp subscribe send TEMPLATE_ID to=OPENID_1,OPENID_2 page="pages/index?foo=bar" miniprogram_state=trial lang=zh_CN phrase3="审核通过"`,
		},
		grammar:   func() any { return new(weappSubscribeSendArgs) },
		ask:       askWeappSubscribeSend,
		prepare:   toOneMeant,
		names:     func(field string) (string, string) { return subscribeFields.of(field) },
		templates: ofSubscriptions,
	}
}

func askWeappSubscribeSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*weappSubscribeSendArgs)
	msg := wechat.WeappSubscribeMsg{
		TemplateID: a.Template, Page: a.Page, MiniprogramState: orNone(a.MiniprogramState), Lang: orNone(a.Lang), Data: a.Data.wechat(), Unchecked: a.Unchecked,
	}
	if err := a.Unchecked.allowed(a.Data); err != nil {
		return outbox.Ask{}, err
	}
	check := msg
	check.ToUser = a.To.one()
	err := b.templates.against(ofSubscriptions, a.Template, msg.Data, msg.Unchecked, check.Check())
	return askTo(a.To, "weapp.subscribe.send", msg, err, a.Data)
}

// weappSubscribeSendKind keeps a message without its recipient; each delivery has one.
func weappSubscribeSendKind(b *Book, w *wechat.Client) outbox.Kind[wechat.WeappSubscribeMsg] {
	return outbox.Kind[wechat.WeappSubscribeMsg]{
		Name: "weapp.subscribe.send", Approval: true, Reaches: outbox.ByRecipient[wechat.WeappSubscribeMsg](), Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(func(msg wechat.WeappSubscribeMsg) []outbox.Kept { return b.templates.kept(msg.TemplateID) }),
		Do: func(ctx context.Context, msg wechat.WeappSubscribeMsg, recipient string) (outbox.Receipt, error) {
			msg.ToUser = recipient
			return nil, explain(w.SendWeappSubscribe(ctx, msg))
		},
		Compile: func(msg wechat.WeappSubscribeMsg, marks []string) (func(context.Context, string, []string) (outbox.Receipt, error), error) {
			send, err := w.CompileWeappSubscribe(msg, marks)
			return func(ctx context.Context, recipient string, values []string) (outbox.Receipt, error) {
				return nil, explain(send(ctx, recipient, values))
			}, err
		},
		RefOf: func(msg wechat.WeappSubscribeMsg, recipient string) string {
			return subscribeRef(msg.TemplateID, recipient)
		},
		Check: func(msg wechat.WeappSubscribeMsg, recipient string) error {
			msg.ToUser = recipient
			return explain(b.templates.against(ofSubscriptions, msg.TemplateID, msg.Data, msg.Unchecked, msg.Check()))
		},
		Quota: quotaOf(w, "weapp.subscribe.send"),
		Notes: neverTold(b),
		What:  func(msg wechat.WeappSubscribeMsg) cards.Text { return b.templates.titleOf(msg.TemplateID) },
		Face: func(msg wechat.WeappSubscribeMsg) cards.Face {
			face := b.templates.faceOf(msg.TemplateID, msg.Data).Add(cards.T("opens.page"), msg.Page)
			return face
		},
		Head: func(msg wechat.WeappSubscribeMsg, _ []string) []cards.Text {
			return append(b.templates.unlisted(msg.TemplateID, false), wentUnchecked(msg.Unchecked)...)
		},
		Content: func(msg wechat.WeappSubscribeMsg) []cards.Content {
			c := contents{}.add("template_id", msg.TemplateID).data("data.", msg.Data).add("page", msg.Page)
			return c.add("miniprogram_state", msg.MiniprogramState).add("lang", msg.Lang)
		},
	}
}
