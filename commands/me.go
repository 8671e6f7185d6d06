package commands

import (
	"context"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type meArgs struct {
	What   *string `arg:"" optional:"" name:"WHAT" enum:"code,off"`
	OpenID string  `name:"openid" placeholder:"OPENID"`
	Who    string  `name:"who" placeholder:"@USER" said:""`
}

// me links one's own WeChat, to which one may send without anybody's approval.
func me() *Command {
	return &Command{
		Path:     "me",
		Role:     outbox.Sender,
		looks:    true, // a code is made at WeChat
		Examples: []string{`me openid=OPENID`, `me code`, `me`, `me off who=@USER`},
		grammar:  func() any { return new(meArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*meArgs)
			press := call.press(0)
			press.Account = call.Account
			ids := openidsIn([]string{a.OpenID})
			switch {
			case orNone(a.What) == "off":
				who := call.Who.ID
				if a.Who != "" {
					var err error
					if who, err = mentioned(a.Who, "who"); err != nil {
						return Answer{}, err
					}
				}
				return answer(b.outbox.Unlink(ctx, press, who))
			case orNone(a.What) == "code":
				return ownCode(ctx, b, press)
			case len(ids) > 1:
				return Answer{}, atField(cards.Refuse("fault.me_one", "count", len(ids)), "openid")
			case len(ids) == 1:
				return answer(b.outbox.Link(ctx, press, ids[0]))
			}
			return ownLink(ctx, b, call)
		},
	}
}

// ownLink shows what somebody has linked, or how they link it.
func ownLink(ctx context.Context, b *Book, call Call) (Answer, error) {
	if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
		return Answer{}, err
	}
	own, err := b.outbox.Own(ctx, call.Account, call.Who.ID)
	switch {
	case err != nil:
		return Answer{}, err
	case own != "":
		return Answer{Card: cards.Card{Body: []cards.Text{cards.T("me.linked", "openid", cards.Code(own))}}}, nil
	}
	card := cards.Card{Body: []cards.Text{cards.T("me.none", "line", cards.Code(b.index.command+" "+b.For(call.Account, "me openid=OPENID")))}}
	if b.wechat.Hears {
		card.Buttons = []cards.Button{{Label: cards.T("me.button_code"), Line: "me code", Style: "primary"}}
	}
	return Answer{Card: card}, nil
}

// ownCode makes a QR code that links the WeChat which scans it: where WeChat's events of the
// account are received alone.
func ownCode(ctx context.Context, b *Book, press outbox.Press) (Answer, error) {
	if !b.wechat.Hears {
		return Answer{}, cards.Refuse("fault.me_unheard", "line", cards.Code(b.index.command+" "+b.For(press.Account, "me openid=OPENID")))
	}
	scene, err := b.outbox.OwnScene(ctx, press)
	if err != nil {
		return Answer{}, err
	}
	looking, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	code, err := b.wechat.CreateQRCode(looking, wechat.QRCode{Scene: scene, Expires: outbox.OwnCodeLife})
	if err != nil {
		return Answer{}, unread(ctx, err)
	}
	return Answer{Card: cards.Card{
		Body:   []cards.Text{cards.T("me.code", "span", cards.Span(outbox.OwnCodeLife.Round(time.Minute)))},
		Fields: []cards.Field{{Label: cards.T("qr.picture"), Value: cards.Link(b.wechat.QRPictureURL(code.Ticket))}},
	}}, nil
}
