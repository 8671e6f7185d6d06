package wechat

import "time"

// NewsItem is an article as WeChat gives it back: of a draft, of what is
// published, of material.
type NewsItem struct {
	ArticleType        string `json:"article_type"`
	Title              string `json:"title"`
	Author             string `json:"author"`
	Digest             string `json:"digest"`
	Content            string `json:"content"`
	ContentSourceURL   string `json:"content_source_url"`
	ThumbMediaID       string `json:"thumb_media_id"`
	ThumbURL           string `json:"thumb_url"`
	ShowCoverPic       Switch `json:"show_cover_pic"`
	NeedOpenComment    Switch `json:"need_open_comment"`
	OnlyFansCanComment Switch `json:"only_fans_can_comment"`
	URL                string `json:"url"` // of a draft: a preview for a while; of what is published: for good
	IsDeleted          bool   `json:"is_deleted"`
}

// Switch is 0 or 1 as WeChat gives it back: a number, a string or a boolean.
type Switch bool

// UnmarshalJSON reads leniently and never fails.
func (s *Switch) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "1", `"1"`, "true":
		*s = true
	default:
		*s = false
	}
	return nil
}

// NewsContent is the articles of a draft or of what is published, and when that
// was made and last changed, zero where WeChat does not say.
type NewsContent struct {
	Articles   []NewsItem
	CreateTime time.Time
	UpdateTime time.Time
}

type newsContent struct {
	answer
	NewsItem   []NewsItem `json:"news_item"`
	CreateTime looseTime  `json:"create_time"`
	UpdateTime looseTime  `json:"update_time"`
}

func (r *newsContent) missing(answer) string {
	if r.NewsItem == nil {
		return "news_item"
	}
	return ""
}

func (r *newsContent) content() *NewsContent {
	return &NewsContent{Articles: r.NewsItem, CreateTime: r.CreateTime.Time, UpdateTime: r.UpdateTime.Time}
}

// newsPage asks for a part of the drafts or of what is published.
type newsPage struct {
	Page
	NoContent int `json:"no_content"`
}

func noContent(content bool) int {
	if content {
		return 0
	}
	return 1
}

type newsPageReply struct {
	answer
	TotalCount looseInt `json:"total_count"`
	Item       []struct {
		MediaID    looseString `json:"media_id"`   // of a draft
		ArticleID  looseString `json:"article_id"` // of what is published
		Content    newsContent `json:"content"`
		UpdateTime looseTime   `json:"update_time"`
	} `json:"item"`
}

func (r *newsPageReply) missing(answer) string {
	if !r.TotalCount.given && r.Item == nil {
		return "total_count"
	}
	return ""
}
