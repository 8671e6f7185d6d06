package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// NewsItem is an article as WeChat gives it back: of a draft, of what is
// published, of material.
type NewsItem struct {
	ArticleType        string       `json:"article_type"`
	Title              string       `json:"title"`
	Author             string       `json:"author"`
	Digest             string       `json:"digest"`
	Content            string       `json:"content"`
	ContentSourceURL   string       `json:"content_source_url"`
	ThumbMediaID       string       `json:"thumb_media_id"`
	ThumbURL           string       `json:"thumb_url"`
	ShowCoverPic       Switch       `json:"show_cover_pic"`
	NeedOpenComment    Switch       `json:"need_open_comment"`
	OnlyFansCanComment Switch       `json:"only_fans_can_comment"`
	ImageInfo          *ImageInfo   `json:"image_info"`   // of newspic alone
	ProductInfo        *ProductInfo `json:"product_info"` // of newspic alone
	URL                string       `json:"url"`          // of a draft: a preview for a while; of what is published: for good
	IsDeleted          bool         `json:"is_deleted"`

	raw json.RawMessage // the whole of it, with what has no field here
}

// UnmarshalJSON keeps the whole item beside its fields.
func (n *NewsItem) UnmarshalJSON(b []byte) error {
	type fields NewsItem
	var in fields
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*n = NewsItem(in)
	n.raw = bytes.Clone(b)
	return nil
}

// moving are the values of an item that WeChat may give otherwise each time though
// nobody has changed the article: where its preview can be seen for a while (the page of
// draft/get calls url 草稿的临时链接), and where the cover that thumb_media_id names is
// kept at the moment.
var moving = []string{"url", "thumb_url"}

// Canonical is everything that WeChat gives back of the item but what moves by itself,
// as JSON that is the same for the same article: sorted, without spaces. What WeChat
// adds to its answer one day is in it.
func (n NewsItem) Canonical() ([]byte, error) {
	all := map[string]any{}
	in := json.NewDecoder(bytes.NewReader(n.raw))
	in.UseNumber()
	if err := in.Decode(&all); err != nil {
		return nil, fmt.Errorf("read an article as WeChat gave it back: %w", err)
	}
	for _, name := range moving {
		delete(all, name)
	}
	return json.Marshal(all)
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
