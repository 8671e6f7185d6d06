package wechat

import (
	"context"
	"time"

	"magpie/wechat/apis"
)

// MaterialItem is one line of a listing. News has Articles, the others have a
// Name and, where WeChat tells it, a URL.
type MaterialItem struct {
	MediaID    string
	Name       string
	URL        string
	Articles   []NewsItem
	UpdateTime time.Time
}

// MaterialPage is part of a listing.
type MaterialPage struct {
	Total int
	Items []MaterialItem
}

// Page is which part of a listing is wanted: Count (1 to 20) entries from
// Offset (from 0) on.
type Page struct {
	Offset int `json:"offset"`
	Count  int `json:"count"`
}

// Check asks for an offset of at least 0 and a count of 1 to 20.
func (p Page) Check() error {
	var f faults
	p.check(&f)
	return f.err()
}

func (p Page) check(f *faults) {
	f.between("offset", p.Offset, 0, 1<<31-1)
	f.between("count", p.Count, 1, MaxPage)
}

type materialPageReply struct {
	answer
	TotalCount looseInt `json:"total_count"`
	Item       []struct {
		MediaID    looseString `json:"media_id"`
		Name       looseString `json:"name"`
		URL        looseString `json:"url"`
		UpdateTime looseTime   `json:"update_time"`
		Content    newsContent `json:"content"`
	} `json:"item"`
}

func (r *materialPageReply) missing(answer) string {
	if !r.TotalCount.given && r.Item == nil {
		return "total_count"
	}
	return ""
}

// ListMaterial lists the library: images, voices, videos or news, newest first.
//
// WeChat: POST /cgi-bin/material/batchget_material
func (c *Client) ListMaterial(ctx context.Context, kind string, p Page) (*MaterialPage, error) {
	var f faults
	if f.need("type", kind); kind != "" {
		f.oneOf("type", kind, MediaImage, MediaVoice, MediaVideo, MediaNews)
	}
	if p.check(&f); f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		Type string `json:"type"`
		Page
	}{kind, p}
	var out materialPageReply
	if err := c.call(ctx, request{api: apis.ListMaterial, in: in, out: &out}); err != nil {
		return nil, err
	}
	page := &MaterialPage{Total: out.TotalCount.n}
	for _, i := range out.Item {
		page.Items = append(page.Items, MaterialItem{
			MediaID: string(i.MediaID), Name: string(i.Name), URL: string(i.URL), Articles: i.Content.NewsItem, UpdateTime: i.UpdateTime.Time,
		})
	}
	return page, nil
}

// MaterialCount is how many pieces of each kind the library holds.
type MaterialCount struct{ Voices, Videos, Images, News int }

type materialCountReply struct {
	answer
	Voice looseInt `json:"voice_count"`
	Video looseInt `json:"video_count"`
	Image looseInt `json:"image_count"`
	News  looseInt `json:"news_count"`
}

func (r *materialCountReply) missing(answer) string {
	if !r.Image.given {
		return "image_count"
	}
	return ""
}

// CountMaterial counts the library.
//
// WeChat: GET /cgi-bin/material/get_materialcount
func (c *Client) CountMaterial(ctx context.Context) (*MaterialCount, error) {
	var out materialCountReply
	if err := c.call(ctx, request{api: apis.CountMaterial, out: &out}); err != nil {
		return nil, err
	}
	return &MaterialCount{Voices: out.Voice.n, Videos: out.Video.n, Images: out.Image.n, News: out.News.n}, nil
}
