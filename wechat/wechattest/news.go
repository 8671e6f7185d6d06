package wechattest

import "fmt"

// Article is one article as it was uploaded.
type Article struct {
	Title              string `json:"title"`
	Author             string `json:"author,omitempty"`
	ThumbMediaID       string `json:"thumb_media_id"`
	Content            string `json:"content"`
	ContentSourceURL   string `json:"content_source_url,omitempty"`
	Digest             string `json:"digest,omitempty"`
	ShowCoverPic       *int   `json:"show_cover_pic,omitempty"`
	NeedOpenComment    *int   `json:"need_open_comment,omitempty"`
	OnlyFansCanComment *int   `json:"only_fans_can_comment,omitempty"`
}

// uploadNews takes 1 to 8 articles.
func (s *Server) uploadNews(c *call) reply {
	var in struct {
		Articles *[]Article `json:"articles"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if in.Articles == nil || len(*in.Articles) == 0 {
		return refuseOn(47001, "articles missing")
	}
	if len(*in.Articles) > 8 {
		return refuse(45008)
	}
	for i, a := range *in.Articles {
		at := fmt.Sprintf("articles[%d].", i)
		switch {
		case a.Title == "":
			return refuseOn(47001, "%stitle missing", at)
		case !s.hasMedia(a.ThumbMediaID, c.now, true):
			return refuseOn(40007, "%sthumb_media_id", at)
		case a.Content == "":
			return refuseOn(47001, "%scontent missing", at)
		}
		for _, sw := range []*int{a.ShowCoverPic, a.NeedOpenComment, a.OnlyFansCanComment} {
			if sw != nil && *sw != 0 && *sw != 1 {
				return refuseOn(47001, "%s: a switch is 0 or 1", at)
			}
		}
	}
	news := UploadedNews{MediaID: s.id("news", 64), CreatedAt: c.now, Articles: *in.Articles}
	s.articles = append(s.articles, news)
	return reply{bare: true, fields: map[string]any{
		"type": "news", "media_id": news.MediaID, "created_at": c.now.Unix(),
	}}
}
