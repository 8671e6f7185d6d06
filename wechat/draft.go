package wechat

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	draftAdd    = api{"POST", "/cgi-bin/draft/add"}
	draftGet    = api{"POST", "/cgi-bin/draft/get"}
	draftUpdate = api{"POST", "/cgi-bin/draft/update"}
	draftDelete = api{"POST", "/cgi-bin/draft/delete"}
	draftList   = api{"POST", "/cgi-bin/draft/batchget"}
	draftCount  = api{"GET", "/cgi-bin/draft/count"}
)

// What an article of a draft holds at most, by today's page. Characters are
// Unicode code points; older pages allow a title of 64.
const (
	MaxTitle         = 32
	MaxAuthor        = 16
	MaxDigest        = 128
	MaxContent       = 20_000  // characters, the HTML counted; the page says "fewer than"
	MaxContentBytes  = 1 << 20 // the page says "smaller than"
	MaxSourceURL     = 1 << 10 // bytes
	MaxArticleImages = 20      // of a picture article
)

// DraftArticle is one article of a draft. A switch that is nil is left out.
type DraftArticle struct {
	ArticleType        string     `json:"article_type,omitempty"` // news (the default) or newspic
	Title              string     `json:"title"`
	Author             string     `json:"author,omitempty"`
	Digest             string     `json:"digest,omitempty"` // empty: WeChat takes the first 54 characters of the text
	Content            string     `json:"content"`          // HTML; scripts and foreign images are taken out by WeChat
	ContentSourceURL   string     `json:"content_source_url,omitempty"`
	ThumbMediaID       string     `json:"thumb_media_id,omitempty"` // of permanent material; not for newspic
	ShowCoverPic       *int       `json:"show_cover_pic,omitempty"` // of the older page; today's leaves it out
	NeedOpenComment    *int       `json:"need_open_comment,omitempty"`
	OnlyFansCanComment *int       `json:"only_fans_can_comment,omitempty"`
	PicCrop2351        string     `json:"pic_crop_235_1,omitempty"` // X1_Y1_X2_Y2, 0 to 1: the cover at 2.35:1
	PicCrop11          string     `json:"pic_crop_1_1,omitempty"`   // the cover at 1:1
	ImageInfo          *ImageInfo `json:"image_info,omitempty"`     // of newspic alone
}

// ImageInfo holds the pictures of a picture article, the cover first.
type ImageInfo struct {
	ImageList []ImageID `json:"image_list"`
}

// ImageID names one picture, permanent material.
type ImageID struct {
	ImageMediaID string `json:"image_media_id"`
}

// Draft is what AddDraft sends: 1 to 8 articles.
type Draft struct {
	Articles []DraftArticle `json:"articles"`
}

// Check holds the articles against today's limits.
func (d Draft) Check() error {
	var f faults
	if len(d.Articles) < 1 || len(d.Articles) > MaxArticles {
		f.add("articles", ruleCount, 1, MaxArticles, len(d.Articles))
	}
	for i, a := range d.Articles {
		if a.Check() != nil { // paths are put together for what is wrong alone
			a.check(&f, fmt.Sprintf("articles[%d].", i))
		}
	}
	return f.err()
}

// Check checks one article alone; the fields are named without articles[…].
func (a DraftArticle) Check() error {
	var f faults
	a.check(&f, "")
	return f.err()
}

func (a DraftArticle) check(f *faults, path string) {
	f.oneOf(path+"article_type", a.ArticleType, "news", "newspic")
	f.need(path+"title", a.Title)
	f.atMost(path+"title", a.Title, MaxTitle)
	f.atMost(path+"author", a.Author, MaxAuthor)
	f.atMost(path+"digest", a.Digest, MaxDigest)
	f.need(path+"content", a.Content)
	// Counted only where there are enough bytes: an article is checked on each call.
	if n := len(a.Content); n >= MaxContent {
		if runes := utf8.RuneCountInString(a.Content); runes >= MaxContent {
			f.add(path+"content", ruleTooLong, MaxContent-1, runes)
		} else if n >= MaxContentBytes {
			f.add(path+"content", ruleTooBig, MaxContentBytes-1, n)
		}
	}
	f.bytes(path+"content_source_url", a.ContentSourceURL, MaxSourceURL)
	if a.ArticleType == "newspic" {
		n := 0
		if a.ImageInfo != nil {
			n = len(a.ImageInfo.ImageList)
			for i, image := range a.ImageInfo.ImageList {
				f.need(fmt.Sprintf("%simage_info.image_list[%d].image_media_id", path, i), image.ImageMediaID)
			}
		}
		f.between(path+"image_info.image_list", n, 1, MaxArticleImages)
	} else {
		f.need(path+"thumb_media_id", a.ThumbMediaID)
	}
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
	if c := a.PicCrop2351; c != "" && !isCrop(c) {
		f.add(path+"pic_crop_235_1", ruleCrop)
	}
	if c := a.PicCrop11; c != "" && !isCrop(c) {
		f.add(path+"pic_crop_1_1", ruleCrop)
	}
}

var cropForm = regexp.MustCompile(`^(0|1|0?\.\d+|[01]\.\d+)(_(0|1|0?\.\d+|[01]\.\d+)){3}$`)

func isCrop(s string) bool {
	if !cropForm.MatchString(s) {
		return false
	}
	var at [4]float64
	for i, part := range strings.Split(s, "_") {
		at[i], _ = strconv.ParseFloat(part, 64)
		if at[i] > 1 {
			return false
		}
	}
	return at[0] < at[2] && at[1] < at[3]
}

// AddDraft files 1 to 8 articles as one draft and returns its media_id, which
// changes no more. The draft is gone once it is published or mass-sent.
//
// WeChat: POST /cgi-bin/draft/add
func (c *Client) AddDraft(ctx context.Context, articles []DraftArticle) (string, error) {
	d := Draft{articles}
	if err := d.Check(); err != nil {
		return "", err
	}
	var out materialReply
	if err := c.call(ctx, request{api: draftAdd, in: d, out: &out}); err != nil {
		return "", err
	}
	return string(out.MediaID), nil
}

// DraftUpdate is what UpdateDraft sends: one article in place of the one that
// stands at Index (from 0). WeChat takes it as an object here, not as a list.
type DraftUpdate struct {
	MediaID string       `json:"media_id"`
	Index   int          `json:"index"`
	Article DraftArticle `json:"articles"`
}

// Check asks for the media_id, an index of 0 to 7 and a good article.
func (u DraftUpdate) Check() error {
	var f faults
	f.need("media_id", u.MediaID)
	f.between("index", u.Index, 0, MaxArticles-1)
	u.Article.check(&f, "articles.")
	return f.err()
}

// UpdateDraft replaces one article of a draft. Repeating it does no harm.
//
// WeChat: POST /cgi-bin/draft/update
func (c *Client) UpdateDraft(ctx context.Context, u DraftUpdate) error {
	if err := u.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: draftUpdate, in: u, out: &done{}})
}

// GetDraft reads a draft.
//
// WeChat: POST /cgi-bin/draft/get
func (c *Client) GetDraft(ctx context.Context, id string) (*NewsContent, error) {
	in := mediaID{id}
	if err := in.check(); err != nil {
		return nil, err
	}
	var out newsContent
	if err := c.call(ctx, request{api: draftGet, in: in, out: &out}); err != nil {
		return nil, err
	}
	return out.content(), nil
}

// DeleteDraft deletes a draft for good.
//
// WeChat: POST /cgi-bin/draft/delete
func (c *Client) DeleteDraft(ctx context.Context, id string) error {
	in := mediaID{id}
	if err := in.check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: draftDelete, in: in, out: &done{}})
}

// DraftItem is one draft of a listing.
type DraftItem struct {
	MediaID    string
	Content    NewsContent
	UpdateTime time.Time
}

// DraftPage is part of the draft box.
type DraftPage struct {
	Total int
	Items []DraftItem
}

// ListDrafts lists the draft box. Without content the HTML is left out.
//
// WeChat: POST /cgi-bin/draft/batchget
func (c *Client) ListDrafts(ctx context.Context, p Page, content bool) (*DraftPage, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var out newsPageReply
	if err := c.call(ctx, request{api: draftList, in: newsPage{p, noContent(content)}, out: &out}); err != nil {
		return nil, err
	}
	page := &DraftPage{Total: out.TotalCount.n}
	for _, i := range out.Item {
		page.Items = append(page.Items, DraftItem{MediaID: string(i.MediaID), Content: *i.Content.content(), UpdateTime: i.UpdateTime.Time})
	}
	return page, nil
}

type draftCountReply struct {
	answer
	TotalCount looseInt `json:"total_count"`
}

func (r *draftCountReply) missing(answer) string {
	if !r.TotalCount.given {
		return "total_count"
	}
	return ""
}

// CountDrafts counts the draft box.
//
// WeChat: GET /cgi-bin/draft/count
func (c *Client) CountDrafts(ctx context.Context) (int, error) {
	var out draftCountReply
	if err := c.call(ctx, request{api: draftCount, out: &out}); err != nil {
		return 0, err
	}
	return out.TotalCount.n, nil
}
