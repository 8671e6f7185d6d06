package commands

import (
	"context"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type customSendArgs struct {
	To        Openids       `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`
	Text      string        `name:"text" xor:"what" placeholder:"\"…\"" lines:""`
	Media     string        `name:"media" xor:"what" placeholder:"MEDIA_ID"`
	Article   ArticleNumber `name:"article" xor:"what" placeholder:"A3" example:"A3"`
	ArticleID string        `name:"article_id" xor:"what"`
	Page      string        `name:"page" xor:"what" example:"pages/index?foo=bar"`
	Type      *string       `name:"type" enum:"image,voice,video"`
	Title     string        `name:"title" placeholder:"\"…\""`
	Thumb     string        `name:"thumb" placeholder:"MEDIA_ID"`
	AppID     string        `name:"appid" example:"wx0123456789abcdef"`
}

// customSend writes to people who wrote to the account.
func customSend() *Command {
	return &Command{
		Path: "custom send",
		Role: outbox.Sender,
		Examples: []string{
			`custom send to=OPENID text="Your parcel left today."`,
			`custom send to=OPENID media=MEDIA_ID type=image`,
			`custom send to=OPENID article=A3`,
			`custom send to=OPENID page="pages/order?id=7" title="Your order" thumb=MEDIA_ID appid=wx0123456789abcdef`,
		},
		grammar: func() any { return new(customSendArgs) },
		ask:     askCustomSend,
		prepare: prepareCustomSend,
		names:   func(field string) (string, string) { return customFields.of(field) },
	}
}

var customFields = fieldNames{
	{"touser", "to", false}, {"text.content", "text", false}, {"image.media_id", "media", false}, {"voice.media_id", "media", false}, {"video.media_id", "media", false},
	{"video.thumb_media_id", "thumb", false}, {"mpnewsarticle.article_id", "article_id", false}, {"miniprogrampage.title", "title", false},
	{"miniprogrampage.pagepath", "page", false}, {"miniprogrampage.thumb_media_id", "thumb", false},
}

// customMessage is a customer-service message as it is approved, without its recipient.
type customMessage struct {
	wechat.CustomMsg
	Titles string `json:"titles,omitempty"` // of the published article
}

func askCustomSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*customSendArgs)
	if a.Text == "" && a.Media == "" && a.Article == 0 && a.ArticleID == "" && a.Page == "" {
		return outbox.Ask{}, atField(cards.Refuse("fault.custom_what"), "text")
	}
	for _, other := range []struct {
		name  string
		given bool
	}{
		{"type", a.Type != nil && a.Media == ""}, {"title", a.Title != "" && a.Page == "" && orNone(a.Type) != wechat.MediaVideo},
		{"thumb", a.Thumb != "" && a.Page == "" && orNone(a.Type) != wechat.MediaVideo}, {"appid", a.AppID != "" && a.Page == ""},
	} {
		if other.given {
			return outbox.Ask{}, atField(cards.Refuse("fault.custom_not_with", "name", cards.Code(other.name+"=")), other.name)
		}
	}
	m := customMessage{CustomMsg: a.message()}
	check := m.CustomMsg
	check.ToUser = a.To.one()
	return askTo(a.To, "custom.send", m, check.Check(), Data{"content": {Value: a.Text}, "title": {Value: a.Title}, "pagepath": {Value: a.Page}})
}

func (a *customSendArgs) message() wechat.CustomMsg {
	switch {
	case a.Text != "":
		return wechat.CustomMsg{Text: &wechat.CustomText{Content: a.Text}}
	case a.Page != "":
		return wechat.CustomMsg{Card: &wechat.CustomCard{Title: a.Title, AppID: a.AppID, PagePath: a.Page, ThumbMediaID: a.Thumb}}
	case a.ArticleID != "":
		return wechat.CustomMsg{Article: &wechat.CustomArticle{ArticleID: a.ArticleID}}
	case a.Article > 0:
		// WeChat's id takes its place once it is looked up.
		return wechat.CustomMsg{Article: &wechat.CustomArticle{ArticleID: nameOf(a.Article)}}
	}
	switch orNone(a.Type) {
	case wechat.MediaVoice:
		return wechat.CustomMsg{Voice: &wechat.CustomMedia{MediaID: a.Media}}
	case wechat.MediaVideo:
		return wechat.CustomMsg{Video: &wechat.CustomVideo{MediaID: a.Media, ThumbMediaID: a.Thumb, Title: a.Title}}
	}
	return wechat.CustomMsg{Image: &wechat.CustomMedia{MediaID: a.Media}}
}

// prepareCustomSend finds out what is named, and who of the people is not known to have
// written: WeChat would refuse those.
func prepareCustomSend(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
	if err := toOneMeant(ctx, b, args, ask); err != nil {
		return err
	}
	a, m := args[0].(*customSendArgs), ask.Payload.(customMessage)
	if a.Article > 0 {
		p, err := b.articles.Published(ctx, ask.Account, int64(a.Article))
		if err != nil {
			return unread(ctx, err)
		}
		ask.Names = articleNames(int64(a.Article))
		m.Article = &wechat.CustomArticle{ArticleID: p.ArticleID}
		m.Titles = strings.Join(p.Articles, "\n")
	}
	for _, id := range []string{a.Media, a.Thumb} {
		if id == "" {
			continue
		}
		if err := knownMedia(ctx, b, id); err != nil {
			return unread(ctx, err)
		}
	}
	ask.Payload = m
	if len(ask.Recipients) == 0 {
		return nil
	}
	wrote, anybody, err := b.audiences.Wrote(ctx, ask.Account, ask.Recipients)
	if err != nil || !anybody {
		return err
	}
	var silent []cards.Text
	for _, id := range ask.Recipients {
		if !wrote[id] {
			silent = append(silent, cards.Code(id))
		}
	}
	if n := len(silent); n > 0 {
		ask.Note = cards.T("custom.silent", "count", n, "who", silent[:min(n, 10)])
	}
	return nil
}

// customSendKind reaches people, and WeChat neither names a message nor tells of its end: a
// person is asked before one is repeated.
func customSendKind(w *wechat.Client, d *articles.Desk, account string) outbox.Kind[customMessage] {
	return outbox.Kind[customMessage]{
		Name: "custom.send", Approval: true, Reaches: outbox.ByRecipient[customMessage](), Repeat: outbox.RepeatAsk,
		Keeps: outbox.Elsewhere(customMessage.kept),
		Do: func(ctx context.Context, m customMessage, recipient string) (outbox.Receipt, error) {
			m.ToUser = recipient
			return nil, explain(w.SendCustom(ctx, m.CustomMsg))
		},
		Check: func(m customMessage, recipient string) error {
			m.ToUser = recipient
			return explain(m.CustomMsg.Check())
		},
		Quota:   quotaOf(w, "custom.send"),
		Content: customMessage.contents,
		What:    customMessage.what,
		Face:    customMessage.face,
		Head:    customMessage.head,
		Picture: articles.CoverPicture(d, account, customMessage.picture),
	}
}

// kept is which article is meant: its number may be another's id by then.
func (m customMessage) kept() []outbox.Kept {
	if m.Article == nil {
		return nil
	}
	return []outbox.Kept{{What: "articles", Is: m.Titles}, {What: "article_id", Is: m.Article.ArticleID}}
}

func (m customMessage) contents() []cards.Content {
	c := contents{}.add("msgtype", m.MsgType())
	if m.Text != nil {
		c = c.add("content", m.Text.Content)
	}
	for _, media := range []*wechat.CustomMedia{m.Image, m.Voice} {
		if media != nil {
			c = c.add("media_id", media.MediaID)
		}
	}
	if v := m.Video; v != nil {
		c = c.add("media_id", v.MediaID).add("thumb_media_id", v.ThumbMediaID).add("title", v.Title).add("description", v.Description)
	}
	if m.Article != nil {
		c = c.add("article_id", m.Article.ArticleID)
	}
	if card := m.Card; card != nil {
		c = c.add("title", card.Title).add("appid", card.AppID).add("pagepath", card.PagePath).add("thumb_media_id", card.ThumbMediaID)
	}
	if m.Titles != "" {
		c = append(c, cards.Content{Name: "content.articles", Text: m.Titles})
	}
	return c
}

// what is what the sentence calls it.
func (m customMessage) what() cards.Text {
	switch m.MsgType() {
	case "text":
		return cards.T("what.a_text")
	case "image":
		return cards.T("what.a_picture")
	case "voice":
		return cards.T("what.a_voice")
	case "video":
		return cards.T("what.a_video")
	case "mpnewsarticle":
		return cards.T("what.an_article")
	}
	return cards.T("what.a_card")
}

// face is the text as it arrives, or the title of what is opened.
func (m customMessage) face() cards.Face {
	switch {
	case m.Text != nil:
		return cards.Face{}.Add(cards.Text{}, m.Text.Content)
	case m.Video != nil:
		return cards.Face{Title: m.Video.Title}.Add(cards.Text{}, m.Video.Description)
	case m.Card != nil:
		return cards.Face{Title: m.Card.Title}.Add(cards.T("opens.page"), m.Card.PagePath)
	}
	return cards.Face{Title: m.Titles}
}

// head says what they get, and that WeChat takes it for those alone who wrote.
func (m customMessage) head([]string) []cards.Text {
	within := cards.T("custom.within")
	switch m.MsgType() {
	case "text":
		return []cards.Text{cards.T("custom.a_text"), within}
	case "image":
		return []cards.Text{cards.T("mass.an_image"), within}
	case "voice":
		return []cards.Text{cards.T("mass.a_voice"), within}
	case "video":
		return []cards.Text{cards.T("mass.a_video"), within}
	case "mpnewsarticle":
		return []cards.Text{cards.T("custom.an_article"), within}
	}
	return []cards.Text{cards.T("custom.a_card"), within}
}

// picture is what stands on the card: the image itself, or what stands for the rest.
func (m customMessage) picture() string {
	switch {
	case m.Image != nil:
		return m.Image.MediaID
	case m.Video != nil:
		return m.Video.ThumbMediaID
	case m.Card != nil:
		return m.Card.ThumbMediaID
	}
	return ""
}
