package wechat

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What an article of a draft holds at most, by today's page. Characters are
// Unicode code points; older pages allow a title of 64.
const (
	MaxTitle         = 32
	MaxAuthor        = 16
	MaxDigest        = 128
	MaxContent       = 20_000  // characters; the page says "fewer than", and not whether tags count
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
	// CoverInfo and ProductInfo are of newspic alone: how its cover is cut, and the
	// product below its text.
	CoverInfo   *CoverInfo   `json:"cover_info,omitempty"`
	ProductInfo *ProductInfo `json:"product_info,omitempty"`
}

// CoverInfo says how the cover of a picture article is cut at each ratio.
type CoverInfo struct {
	CropPercentList []CropPercent `json:"crop_percent_list"`
}

// CropPercent is one cut: from x1, y1 to x2, y2 of the picture, each 0 to 1.
type CropPercent struct {
	Ratio string `json:"ratio"` // 1_1, 16_9 or 2.35_1
	X1    string `json:"x1"`
	Y1    string `json:"y1"`
	X2    string `json:"x2"`
	Y2    string `json:"y2"`
}

// ProductInfo names a product of the account's shop.
type ProductInfo struct {
	FooterProductInfo struct {
		ProductKey string `json:"product_key"`
	} `json:"footer_product_info"`
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

var markup = regexp.MustCompile(`<[^<>]*>`)

// readLength is how many characters of HTML people read.
func readLength(content string) int {
	return utf8.RuneCountInString(html.UnescapeString(markup.ReplaceAllString(content, "")))
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
	// Counted only where there are enough bytes: an article is checked on each call. Tags are
	// left out: WeChat decides about those (docs/wechat.md).
	if n := len(a.Content); n >= MaxContent {
		if runes := readLength(a.Content); runes >= MaxContent {
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
