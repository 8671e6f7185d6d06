package wechat

import (
	"context"

	"magpie/wechat/apis"
)

// CustomMsg is a customer-service message to one person: exactly one of its parts.
type CustomMsg struct {
	ToUser  string         `json:"touser"`
	Text    *CustomText    `json:"text,omitempty"`
	Image   *CustomMedia   `json:"image,omitempty"`
	Voice   *CustomMedia   `json:"voice,omitempty"`
	Video   *CustomVideo   `json:"video,omitempty"`
	Article *CustomArticle `json:"mpnewsarticle,omitempty"`
	Card    *CustomCard    `json:"miniprogrampage,omitempty"`
}

// CustomText is plain text; links may stand in it as <a href="…">.
type CustomText struct {
	Content string `json:"content"`
}

// CustomMedia is a picture or a voice, temporary or permanent.
type CustomMedia struct {
	MediaID string `json:"media_id"`
}

// CustomVideo is a video with the picture that stands for it.
type CustomVideo struct {
	MediaID      string `json:"media_id"`
	ThumbMediaID string `json:"thumb_media_id"`
	Title        string `json:"title,omitempty"`
	Description  string `json:"description,omitempty"`
}

// CustomArticle is an article that the account has published.
type CustomArticle struct {
	ArticleID string `json:"article_id"`
}

// CustomCard leads to a page of a Mini Program. AppID is left out where the account is
// that Mini Program.
type CustomCard struct {
	Title        string `json:"title"`
	AppID        string `json:"appid,omitempty"`
	PagePath     string `json:"pagepath"`
	ThumbMediaID string `json:"thumb_media_id"`
}

// MsgType is what WeChat calls the part that is there; "" where there is not exactly one.
func (m CustomMsg) MsgType() string {
	kind := ""
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"text", m.Text != nil}, {"image", m.Image != nil}, {"voice", m.Voice != nil}, {"video", m.Video != nil},
		{"mpnewsarticle", m.Article != nil}, {"miniprogrampage", m.Card != nil},
	} {
		switch {
		case part.is && kind != "":
			return ""
		case part.is:
			kind = part.name
		}
	}
	return kind
}

// Check asks for touser, for exactly one part, and for what that part must have.
func (m CustomMsg) Check() error {
	var f faults
	f.need("touser", m.ToUser)
	switch m.MsgType() {
	case "":
		f.add("msgtype", ruleOneOf, "text, image, voice, video, mpnewsarticle, miniprogrampage")
	case "text":
		f.need("text.content", m.Text.Content)
	case "image":
		f.need("image.media_id", m.Image.MediaID)
	case "voice":
		f.need("voice.media_id", m.Voice.MediaID)
	case "video":
		f.need("video.media_id", m.Video.MediaID)
		f.need("video.thumb_media_id", m.Video.ThumbMediaID)
	case "mpnewsarticle":
		f.need("mpnewsarticle.article_id", m.Article.ArticleID)
	default:
		f.need("miniprogrampage.title", m.Card.Title)
		f.need("miniprogrampage.pagepath", m.Card.PagePath)
		f.need("miniprogrampage.thumb_media_id", m.Card.ThumbMediaID)
	}
	return f.err()
}

// SendCustom sends a customer-service message to somebody who wrote to the account
// within 48 hours. WeChat takes five after each of their messages, and three within a
// minute of a click on the menu, a follow or a scan. No event tells what became of it.
//
// WeChat: POST /cgi-bin/message/custom/send
func (c *Client) SendCustom(ctx context.Context, m CustomMsg) error {
	if err := m.Check(); err != nil {
		return err
	}
	in := struct {
		CustomMsg
		MsgType string `json:"msgtype"`
	}{m, m.MsgType()}
	return c.call(ctx, request{api: apis.CustomSend, in: in, out: &done{}, to: m.ToUser})
}
