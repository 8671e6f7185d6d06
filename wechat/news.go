package wechat

import (
	"context"
	"fmt"
	"time"

	"magpie/wechat/apis"
)

// MaxArticles is how many articles one piece of news holds at most.
const MaxArticles = 8

// News is what UploadNews sends: 1 to 8 articles.
type News struct {
	Articles []Article `json:"articles"`
}

// Article is one article of a piece of news. A switch that is nil is left out.
type Article struct {
	Title              string `json:"title"`
	Author             string `json:"author,omitempty"`
	ThumbMediaID       string `json:"thumb_media_id"`
	Content            string `json:"content"` // HTML
	ContentSourceURL   string `json:"content_source_url,omitempty"`
	Digest             string `json:"digest,omitempty"`
	ShowCoverPic       *int   `json:"show_cover_pic,omitempty"`
	NeedOpenComment    *int   `json:"need_open_comment,omitempty"`
	OnlyFansCanComment *int   `json:"only_fans_can_comment,omitempty"`
}

// Check asks for 1 to 8 articles, each with a title, a thumb_media_id and
// content, and for 0 or 1 in the switches.
func (n News) Check() error {
	var f faults
	if len(n.Articles) < 1 || len(n.Articles) > MaxArticles {
		f.add("articles", ruleCount, 1, MaxArticles, len(n.Articles))
	}
	for i, a := range n.Articles {
		a.check(&f, fmt.Sprintf("articles[%d].", i))
	}
	return f.err()
}

// Check checks one article alone; the fields are named without articles[…].
func (a Article) Check() error {
	var f faults
	a.check(&f, "")
	return f.err()
}

func (a Article) check(f *faults, path string) {
	f.need(path+"title", a.Title)
	f.need(path+"thumb_media_id", a.ThumbMediaID)
	f.need(path+"content", a.Content)
	for _, s := range []struct {
		name  string
		value *int
	}{
		{"show_cover_pic", a.ShowCoverPic},
		{"need_open_comment", a.NeedOpenComment},
		{"only_fans_can_comment", a.OnlyFansCanComment},
	} {
		if s.value != nil && *s.value != 0 && *s.value != 1 {
			f.add(path+s.name, ruleSwitch, *s.value)
		}
	}
}

// UploadedNews is the material that came of an upload. CreatedAt is zero where
// WeChat gave no moment that can be read.
type UploadedNews struct {
	Type      string    `json:"type"`
	MediaID   string    `json:"media_id"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

type newsReply struct {
	answer
	Type      looseString `json:"type"`
	MediaID   looseString `json:"media_id"`
	CreatedAt looseTime   `json:"created_at"`
}

func (r *newsReply) missing(answer) string {
	if r.MediaID == "" {
		return "media_id"
	}
	return ""
}

// UploadNews uploads 1 to 8 articles as one piece of news.
//
// WeChat: POST /cgi-bin/media/uploadnews
func (c *Client) UploadNews(ctx context.Context, articles []Article) (*UploadedNews, error) {
	news := News{Articles: articles}
	if err := news.Check(); err != nil {
		return nil, err
	}
	var out newsReply
	if err := c.call(ctx, request{api: apis.UploadNews, in: news, out: &out}); err != nil {
		return nil, err
	}
	return &UploadedNews{Type: string(out.Type), MediaID: string(out.MediaID), CreatedAt: out.CreatedAt.Time}, nil
}
