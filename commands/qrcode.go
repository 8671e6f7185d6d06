package commands

import (
	"context"
	"strconv"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type qrcodeArgs struct {
	Scene   string  `name:"scene" required:"" example:"spring-market"`
	Expires string  `name:"expires" xor:"life" example:"7d"`
	Forever *string `name:"permanent" enum:"yes" xor:"life"`
}

// qrLife is how long a code lives where the line does not say.
const qrLife = 7 * 24 * time.Hour

// qrcode makes a QR code with a scene, which tells by which code people came.
func qrcode() *Command {
	return &Command{
		Path:     "qrcode",
		Role:     outbox.Sender,
		Examples: []string{`qrcode scene=spring-market`, `qrcode scene=spring-market expires=30d`, `qrcode scene=shop-7 permanent=yes`},
		grammar:  func() any { return new(qrcodeArgs) },
		ask: first(func(a *qrcodeArgs) (outbox.Ask, error) {
			p := newCode{Scene: a.Scene, Permanent: a.Forever != nil}
			if !p.Permanent {
				life, ok := lifeOf(a.Expires)
				if !ok {
					return outbox.Ask{}, atField(cards.Refuse("fault.qr_life", "value", cards.Code(snippet(a.Expires))), "expires")
				}
				p.Seconds = int(life / time.Second)
			}
			return outbox.Ask{Kind: "qrcode.create", Payload: p}, p.wechat().Check()
		}),
		names: func(field string) (string, string) { return qrFields.of(field) },
	}
}

var qrFields = fieldNames{{"scene_str", "scene", false}, {"expire_seconds", "expires", false}}

// lifeOf reads 30m, 12h or 7d.
func lifeOf(said string) (time.Duration, bool) {
	if said == "" {
		return qrLife, true
	}
	n, err := strconv.Atoi(said[:len(said)-1])
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[said[len(said)-1]]
	const year = 366 * 24 * time.Hour // longer than any is: what is too long WeChat's rule tells
	if err != nil || unit == 0 || n < 1 {
		return 0, false
	}
	return time.Duration(min(n, int(year/unit))) * unit, true
}

// newCode is a QR code that is asked for.
type newCode struct {
	Scene     string `json:"scene_str"`
	Seconds   int    `json:"expire_seconds,omitempty"`
	Permanent bool   `json:"permanent,omitempty"`
}

func (p newCode) wechat() wechat.QRCode {
	return wechat.QRCode{Scene: p.Scene, Permanent: p.Permanent, Expires: time.Duration(p.Seconds) * time.Second}
}

// qrcodeKind reaches nobody and needs no approval. The picture is shown where Slack takes
// it; its address stands beside.
func qrcodeKind(w *wechat.Client, d *articles.Desk) outbox.Kind[newCode] {
	return outbox.Kind[newCode]{
		Name: "qrcode.create", Done: cards.T("done.created"), Keeps: outbox.InTheLine[newCode](), Repeat: outbox.RepeatHarmless,
		Do: func(ctx context.Context, p newCode, _ string) (outbox.Receipt, error) {
			code, err := w.CreateQRCode(ctx, p.wechat())
			if err != nil {
				return nil, explain(err)
			}
			receipt := outbox.Receipt{"ticket": code.Ticket, "url": code.URL, "picture": w.QRPictureURL(code.Ticket)}
			if code.Expires > 0 {
				receipt["expire_seconds"] = strconv.Itoa(int(code.Expires / time.Second))
			}
			if picture, err := w.QRPicture(ctx, code.Ticket); err == nil {
				receipt["slack_file"] = d.KeepPicture(ctx, "qrcode", p.Scene, picture)
			}
			return receipt, nil
		},
		What: func(p newCode) cards.Text { return cards.Code(p.Scene) },
		Face: func(newCode) cards.Face { return cards.Face{} },
		Head: func(p newCode, _ []string) []cards.Text {
			if p.Permanent {
				return []cards.Text{cards.T("qr.permanent")}
			}
			return []cards.Text{cards.T("qr.temporary", "span", cards.Span(time.Duration(p.Seconds)*time.Second))}
		},
		Content: func(p newCode) []cards.Content {
			c := contents{}.add("scene_str", p.Scene)
			if p.Seconds > 0 {
				c = c.add("expire_seconds", strconv.Itoa(p.Seconds))
			}
			if p.Permanent {
				return c.add("action_name", "QR_LIMIT_STR_SCENE")
			}
			return c.add("action_name", "QR_STR_SCENE")
		},
		Result: func(r outbox.Receipt) []cards.Field {
			return append(results(r, "url", "expire_seconds"), cards.Field{Label: cards.T("qr.picture"), Value: cards.Link(r["picture"])})
		},
		Shows: func(r outbox.Receipt) cards.Image {
			return cards.Image{File: r["slack_file"], Alt: cards.T("qr.alt")}
		},
	}
}
