package wechattest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"magpie/wechat/apis"
)

// conversation is one person's with the account: when they wrote last, and how many
// customer-service messages WeChat still takes for it.
type conversation struct {
	at   time.Time
	left int
}

// How long WeChat takes customer-service messages after somebody wrote, and how many:
// developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
const (
	customWindow = 48 * time.Hour
	customMost   = 5
)

// Writes has a person send the account a text: an event, and the 48 hours in which they
// can be written to. Before anybody has, everybody is believed to have written just now.
func (s *Server) Writes(openid, text string) {
	s.set(func() {
		if s.book.wrote == nil {
			s.book.wrote = map[string]*conversation{}
		}
		s.book.wrote[openid] = &conversation{s.clock(), customMost}
		s.serial++
		s.push(fmt.Sprintf(
			"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>",
			openid, s.clock().Unix(), text, 23_000_000_000+s.serial))
	})
}

type customIn struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	Text    *struct {
		Content string `json:"content"`
	} `json:"text"`
	Image *mediaIn `json:"image"`
	Voice *mediaIn `json:"voice"`
	Video *struct {
		mediaIn
		Thumb string `json:"thumb_media_id"`
	} `json:"video"`
	Article *struct {
		ArticleID string `json:"article_id"`
	} `json:"mpnewsarticle"`
	Card *struct {
		Title    string `json:"title"`
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
		Thumb    string `json:"thumb_media_id"`
	} `json:"miniprogrampage"`
	WxCard *cardIn `json:"wxcard"`
}

// sendCustom delivers a customer-service message.
func (s *Server) sendCustom(c *call) reply {
	var in customIn
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if !s.knows(in.ToUser) {
		return refuse(40003)
	}
	shown, r := s.customLines(c, in)
	if r.code != 0 {
		return r
	}
	if s.refusing[in.ToUser] {
		return refuse(48002)
	}
	if s.book.wrote != nil {
		talk := s.book.wrote[in.ToUser]
		switch {
		case talk == nil || c.now.Sub(talk.at) > customWindow:
			return refuse(45015)
		case talk.left == 0:
			return refuse(45047)
		}
		talk.left--
	}
	s.notifications = append(s.notifications, Notification{At: c.now, OpenID: in.ToUser, API: apis.CustomSend.Path, Via: "custom", Lines: shown})
	return done
}

// customLines is what the person sees, by the names of WeChat's fields.
func (s *Server) customLines(c *call, in customIn) ([]Line, reply) {
	media := func(id string) reply {
		if !s.hasMedia(id, c.now, true) {
			return refuse(40007)
		}
		return done
	}
	switch {
	case !slices.Contains([]string{"text", "image", "voice", "video", "mpnewsarticle", "miniprogrampage", "wxcard"}, in.MsgType):
		return nil, refuse(40008)
	case in.MsgType == "text" && in.Text != nil && in.Text.Content != "":
		return []Line{{Key: "content", Value: in.Text.Content}}, done
	case in.MsgType == "text":
		return nil, refuse(44004)
	case in.MsgType == "image" && in.Image != nil:
		return []Line{{Key: "image", Value: in.Image.MediaID}}, media(in.Image.MediaID)
	case in.MsgType == "voice" && in.Voice != nil:
		return []Line{{Key: "voice", Value: in.Voice.MediaID}}, media(in.Voice.MediaID)
	case in.MsgType == "video" && in.Video != nil:
		if r := media(in.Video.Thumb); r.code != 0 {
			return nil, r
		}
		return []Line{{Key: "video", Value: in.Video.MediaID}}, media(in.Video.MediaID)
	case in.MsgType == "mpnewsarticle" && in.Article != nil:
		if !slices.ContainsFunc(s.library.published, func(p *PublishedNews) bool { return p.ArticleID == in.Article.ArticleID }) {
			return nil, refuse(53600)
		}
		return []Line{{Key: "article_id", Value: in.Article.ArticleID}}, done
	case in.MsgType == "wxcard" && in.WxCard != nil && in.WxCard.CardID != "":
		return []Line{{Key: "card_id", Value: in.WxCard.CardID}}, done
	case in.MsgType == "miniprogrampage" && in.Card != nil:
		if in.Card.Title == "" || in.Card.PagePath == "" {
			return nil, refuseOn(47001, "miniprogrampage")
		}
		if in.Card.AppID != "" && !s.apps.allows(in.Card.AppID) {
			return nil, refuse(40013)
		}
		return []Line{{Key: "title", Value: in.Card.Title}, {Key: "appid", Value: in.Card.AppID}, {Key: "pagepath", Value: in.Card.PagePath}}, media(in.Card.Thumb)
	}
	return nil, refuseOn(47001, "%s missing", in.MsgType)
}

// namedNumber reads a number that may come as a string.
func namedNumber(raw json.RawMessage) string {
	s, _ := plain(raw)
	return s
}
