package commands

import (
	"context"

	"magpie/articles"
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
		prepare: preparePreview,
	}
}

// preparePreview finds out what there is to be shown: that is approved.
func preparePreview(ctx context.Context, b *Book, _ []any, ask *outbox.Ask) error {
	p := ask.Payload.(massPreview)
	var err error
	if p.Type == wechat.MediaNews {
		p.Articles, p.FiledBy, err = readNews(ctx, b, ask.Account, p.MediaID)
	} else {
		err = knownMedia(ctx, b, p.MediaID)
	}
	ask.Payload = p
	return unread(ctx, err)
}

// massPreview is what one person is shown: the recipient, or who has the WeChat name.
type massPreview struct {
	Type     string                  `json:"type"`
	MediaID  string                  `json:"media_id"`
	Articles []articles.DraftArticle `json:"articles,omitempty"` // of a draft, as it stood
	FiledBy  int64                   `json:"filed_by,omitempty"` // see massMessage
	WxName   string                  `json:"towxname,omitempty"`
}

// fields names who is shown it by their WeChat name.
func (p massPreview) fields() []cards.Field {
	if p.WxName == "" {
		return nil
	}
	return []cards.Field{{Label: cards.T("preview.to"), Value: cards.Code(p.WxName)}}
}

// head says what is shown, where a title does not.
func (p massPreview) head([]string) []cards.Text { return whatMedia(p.Type, p.Articles, p.FiledBy) }

func massPreviewKind(w *wechat.Client, d *articles.Desk, account string) outbox.Kind[massPreview] {
	return outbox.Kind[massPreview]{
		Name: "mass.preview", Done: cards.T("done.shown"), Approval: true, Reaches: outbox.ByRecipient[massPreview](), Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(func(p massPreview) []outbox.Kept { return articles.KeptOf(p.Articles) }),
		Do: func(ctx context.Context, p massPreview, recipient string) (outbox.Receipt, error) {
			if err := unchangedDraft(ctx, w, p.MediaID, p.Articles); err != nil {
				return nil, err
			}
			return nil, explain(w.PreviewMass(ctx, wechat.Previewer{OpenID: recipient, WxName: p.WxName}, massContent(p.Type, p.MediaID)))
		},
		Content: func(p massPreview) []cards.Content {
			c := append(contents{}, articles.DraftContents(p.Articles)...).add("towxname", p.WxName).add("type", p.Type).add("media_id", p.MediaID)
			return append(c, articles.DraftSums(p.Articles)...)
		},
		What:    func(p massPreview) cards.Text { return whatOfMedia(p.Type, p.Articles) },
		Face:    func(p massPreview) cards.Face { return articles.DraftFace(p.Articles) },
		Fields:  massPreview.fields,
		Head:    massPreview.head,
		Preview: func(p massPreview) cards.Button { return previewOf(p.MediaID, p.Articles) },
		Picture: articles.CoverPicture(d, account, func(p massPreview) string { return pictureOf(p.Type, p.MediaID, p.Articles) }),
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
