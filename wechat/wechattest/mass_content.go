package wechattest

import (
	"encoding/json"
	"slices"
)

type massIn struct {
	Filter *struct {
		All   bool `json:"is_to_all"`
		TagID int  `json:"tag_id"`
	} `json:"filter"`
	ToUser      json.RawMessage `json:"touser"`
	ToWxName    string          `json:"towxname"`
	MsgType     string          `json:"msgtype"`
	ClientMsgID string          `json:"clientmsgid"`
	MPNews      *mediaIn        `json:"mpnews"`
	Voice       *mediaIn        `json:"voice"`
	Image       *mediaIn        `json:"image"`
	MPVideo     *mediaIn        `json:"mpvideo"`
	Images      *struct {
		MediaIDs []string `json:"media_ids"`
	} `json:"images"`
	Text *struct {
		Content string `json:"content"`
	} `json:"text"`
	WxCard *cardIn `json:"wxcard"`
}

type mediaIn struct {
	MediaID string `json:"media_id"`
}

type cardIn struct {
	CardID string `json:"card_id"`
}

// content reads what a mass message says. A card is taken: the page of sendall has wxcard in
// its rows of msgtype and of the body. Its table of codes has 45113 beside it, by which cards
// are published no more; Answer has one refused so.
func (s *Server) content(c *call, in *massIn) (MassMessage, reply) {
	m := MassMessage{At: c.now, MsgType: in.MsgType, ClientMsgID: in.ClientMsgID}
	if len(in.ClientMsgID) > 32 {
		return m, refuse(45067)
	}
	media := map[string]*mediaIn{"mpnews": in.MPNews, "voice": in.Voice, "image": in.Image, "mpvideo": in.MPVideo}[in.MsgType]
	if in.MsgType == "image" && in.Images != nil && len(in.Images.MediaIDs) > 0 {
		media = &mediaIn{in.Images.MediaIDs[0]}
	}
	switch {
	case in.MsgType == "text" && in.Text != nil && in.Text.Content != "":
		m.Text = in.Text.Content
		return m, done
	case in.MsgType == "text":
		return m, refuse(44004)
	case in.MsgType == "wxcard" && in.WxCard != nil && in.WxCard.CardID != "":
		m.CardID = in.WxCard.CardID
		return m, done
	case !slices.Contains([]string{"mpnews", "wxcard", "voice", "image", "mpvideo"}, in.MsgType):
		return m, refuse(40008)
	case media == nil:
		return m, refuseOn(47001, "%s missing", in.MsgType)
	}
	m.MediaID = media.MediaID
	if in.MsgType != "mpnews" {
		if !s.hasMedia(media.MediaID, c.now, true) {
			return m, refuse(40007)
		}
		return m, done
	}
	d := s.namedDraft(media.MediaID)
	if d == nil && !slices.ContainsFunc(s.articles, func(n UploadedNews) bool { return n.MediaID == media.MediaID }) {
		return m, refuse(40007)
	}
	if d != nil {
		m.Articles = d.Articles
	}
	return m, done
}
