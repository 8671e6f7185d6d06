package commands

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"

	"magpie/cards"
	"magpie/outbox"
	"magpie/sending"
	"magpie/wechat"
)

type templateSendArgs struct {
	Template string `arg:"" name:"TEMPLATE_ID" example:"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"`

	To          Openids  `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`
	URL         string   `name:"url" example:"http://weixin.qq.com/download"`
	Miniprogram progArgs `embed:"" prefix:"miniprogram."`
	ClientMsgID string   `name:"client_msg_id"`
	Data        Data     `name:"data" required:"" bare:"" color:"" placeholder:"keyword1=\"…\" …" example:"keyword1=Chocolates"`

	Unchecked Unchecked `name:"unchecked" said:"" placeholder:"FIELD[,FIELD…]" people:""`
}

func templateSend() *Command {
	return &Command{
		Path: "template send",
		Role: outbox.Sender,
		Examples: []string{
			`template send TEMPLATE_ID to=OPENID keyword1="Chocolates" keyword2="39.8"`,
			`template send TEMPLATE_ID to=OPENID_1,OPENID_2 url=http://weixin.qq.com/download client_msg_id=MSG_000001 thing1="Chocolates" amount2="¥39.80"`,
		},
		grammar:   func() any { return new(templateSendArgs) },
		ask:       askTemplateSend,
		prepare:   toOneMeant,
		names:     func(field string) (string, string) { return subscribeFields.of(field) },
		templates: ofService,
	}
}

func askTemplateSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*templateSendArgs)
	msg := wechat.TemplateMsg{
		TemplateID: a.Template, URL: a.URL, Miniprogram: a.Miniprogram.wechat(), ClientMsgID: a.ClientMsgID, Data: a.Data.wechat(), Unchecked: a.Unchecked,
	}
	if err := a.Unchecked.allowed(a.Data); err != nil {
		return outbox.Ask{}, err
	}
	check := msg
	check.ToUser = a.To.one()
	err := b.templates.against(ofService, a.Template, msg.Data, msg.Unchecked, check.Check())
	return askTo(a.To, "template.send", msg, err, a.Data)
}

// templateSendKind is repeated by itself: within the window WeChat delivers one
// client_msg_id to one person once, and where the line gave none, magpie does.
func templateSendKind(b *Book, w *wechat.Client) outbox.Kind[wechat.TemplateMsg] {
	return outbox.Kind[wechat.TemplateMsg]{
		Name: "template.send", Approval: true, Reaches: outbox.ByRecipient[wechat.TemplateMsg](), Repeat: outbox.RepeatDeduplicated, Window: wechat.TemplateWindow, Ref: "msgid",
		Keeps: outbox.Elsewhere(func(msg wechat.TemplateMsg) []outbox.Kept { return b.templates.kept(msg.TemplateID) }),
		Do: func(ctx context.Context, msg wechat.TemplateMsg, recipient string) (outbox.Receipt, error) {
			msg.ToUser, msg.ClientMsgID = recipient, cmp.Or(msg.ClientMsgID, sending.DeliveryID(ctx))
			id, err := w.SendTemplate(ctx, msg)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"msgid": id}, nil
		},
		Compile: func(msg wechat.TemplateMsg, marks []string) (func(context.Context, string, []string) (outbox.Receipt, error), error) {
			own := rand.Text() // for the id that magpie gives
			msg.ClientMsgID = cmp.Or(msg.ClientMsgID, own)
			send, err := w.CompileTemplate(msg, append(slices.Clip(marks), own))
			return func(ctx context.Context, recipient string, values []string) (outbox.Receipt, error) {
				id, err := send(ctx, recipient, append(slices.Clip(values), sending.DeliveryID(ctx)))
				if err != nil {
					return nil, explain(err)
				}
				return outbox.Receipt{"msgid": id}, nil
			}, err
		},
		Check: func(msg wechat.TemplateMsg, recipient string) error {
			msg.ToUser = recipient
			return explain(b.templates.against(ofService, msg.TemplateID, msg.Data, msg.Unchecked, msg.Check()))
		},
		Quota: quotaOf(w, "template.send"),
		Notes: neverTold(b),
		What:  func(msg wechat.TemplateMsg) cards.Text { return b.templates.titleOf(msg.TemplateID) },
		Face: func(msg wechat.TemplateMsg) cards.Face {
			face := b.templates.faceOf(msg.TemplateID, msg.Data).Add(cards.T("opens.url"), msg.URL)
			if msg.Miniprogram != nil {
				face = face.Add(cards.T("opens.page"), msg.Miniprogram.PagePath)
			}
			return face
		},
		Head: func(msg wechat.TemplateMsg, _ []string) []cards.Text {
			return slices.Concat(b.templates.unlisted(msg.TemplateID, true), unshown(msg.Data), wentUnchecked(msg.Unchecked))
		},
		Content: func(msg wechat.TemplateMsg) []cards.Content {
			c := contents{}.add("template_id", msg.TemplateID).data("data.", msg.Data).add("url", msg.URL)
			return c.miniprogram("miniprogram.", msg.Miniprogram).add("client_msg_id", msg.ClientMsgID)
		},
	}
}

// unshown warns of what WeChat sends along and shows to nobody: the lines before and after
// the others, and colours.
func unshown(data map[string]wechat.DataValue) []cards.Text {
	var left []cards.Text
	colored := false
	names := Data{}
	for name, value := range data {
		names[name] = Datum{}
		colored = colored || value.Color != ""
	}
	for _, name := range names.Names() {
		if wechat.NotShown(name) {
			left = append(left, cards.Code(name))
		}
	}
	if colored {
		left = append(left, cards.T("template.colours"))
	}
	if len(left) == 0 {
		return nil
	}
	return []cards.Text{cards.T("template.not_shown", "what", left)}
}
