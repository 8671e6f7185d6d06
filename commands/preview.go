package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type previewArgs struct {
	Media string `arg:"" name:"MEDIA_ID"`

	To     string  `name:"to" xor:"whom" placeholder:"OPENID"`
	WxName string  `name:"wxname" xor:"whom" placeholder:"NAME"`
	Type   *string `name:"type" enum:"news,voice,image,video"`
}

func preview() *Command {
	return &Command{
		Path:     "preview",
		Role:     outbox.Sender,
		Examples: []string{`preview MEDIA_ID to=OPENID`, `preview MEDIA_ID wxname=NAME`},
		grammar:  func() any { return new(previewArgs) },
		ask: first(func(a *previewArgs) (outbox.Ask, error) {
			if a.To == "" && a.WxName == "" {
				return outbox.Ask{}, atField(cards.Refuse("fault.preview_whom"), "to")
			}
			ask := outbox.Ask{Kind: "mass.preview", Payload: massPreview{Type: massType(a.Type), MediaID: a.Media, WxName: a.WxName}}
			if a.To != "" {
				ask.Recipients = []string{a.To}
			}
			return ask, nil
		}),
	}
}

// massPreview is what one person is shown: the recipient, or who has the WeChat name.
type massPreview struct {
	Type    string `json:"type"`
	MediaID string `json:"media_id"`
	WxName  string `json:"towxname,omitempty"`
}

func massPreviewKind(w *wechat.Client) outbox.Kind[massPreview] {
	return outbox.Kind[massPreview]{
		Name: "mass.preview", Approval: true, Reaches: true, Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, p massPreview, recipient string) (outbox.Receipt, error) {
			return nil, explain(w.PreviewMass(ctx, wechat.Previewer{OpenID: recipient, WxName: p.WxName}, massContent(p.Type, p.MediaID)))
		},
		Content: func(p massPreview) []cards.Content {
			return contents{}.add("type", p.Type).add("media_id", p.MediaID).add("towxname", p.WxName)
		},
	}
}

// massType is the type that a line names, news where it names none.
func massType(named *string) string {
	if named == nil {
		return wechat.MediaNews
	}
	return *named
}

func massContent(kind, id string) wechat.MassContent {
	switch kind {
	case wechat.MediaVoice:
		return wechat.MassContent{Voice: id}
	case wechat.MediaImage:
		return wechat.MassContent{Image: []string{id}}
	case wechat.MediaVideo:
		return wechat.MassContent{Video: id}
	}
	return wechat.MassContent{News: id}
}
