package wechattest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// DraftArticle is one article of a draft as WeChat keeps it: without scripts
// and foreign images.
type DraftArticle struct {
	Article
	ArticleType string `json:"article_type,omitempty"`
	PicCrop2351 string `json:"pic_crop_235_1,omitempty"`
	PicCrop11   string `json:"pic_crop_1_1,omitempty"`
	ImageInfo   *struct {
		ImageList []struct {
			ImageMediaID string `json:"image_media_id"`
		} `json:"image_list"`
	} `json:"image_info,omitempty"`
	// CoverInfo is taken and not given back: the page of draft/get does not name it.
	CoverInfo   json.RawMessage `json:"cover_info,omitempty"`
	ProductInfo *struct {
		FooterProductInfo struct {
			ProductKey string `json:"product_key"`
		} `json:"footer_product_info"`
	} `json:"product_info,omitempty"`
}

// Draft is one draft of the draft box.
type Draft struct {
	MediaID   string         `json:"media_id"`
	Articles  []DraftArticle `json:"articles"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
}

func (s *Server) addDraft(c *call) reply {
	var in struct {
		Articles *[]DraftArticle `json:"articles"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if in.Articles == nil || len(*in.Articles) == 0 {
		return refuse(44003)
	}
	if len(*in.Articles) > 8 {
		return refuse(45008)
	}
	for i := range *in.Articles {
		if r := s.keep(&(*in.Articles)[i], c.now); r.code != 0 {
			r.detail = strings.TrimSpace(fmt.Sprintf("articles[%d] %s", i, r.detail))
			return r
		}
	}
	d := &Draft{MediaID: s.id("draft", 64), Articles: *in.Articles, CreatedAt: c.now, UpdatedAt: c.now}
	s.library.drafts = append(s.library.drafts, d)
	return reply{bare: true, fields: map[string]any{"media_id": d.MediaID, "item": []any{}}}
}

// keep holds an article against the limits and cleans it as WeChat does.
func (s *Server) keep(a *DraftArticle, now time.Time) reply {
	pictures := a.ArticleType == "newspic"
	switch {
	case a.ArticleType != "" && a.ArticleType != "news" && !pictures:
		return refuseOn(47001, "article_type")
	case a.Title == "":
		return refuseOn(47001, "title missing")
	case utf8.RuneCountInString(a.Title) > 32:
		return refuse(45003)
	case utf8.RuneCountInString(a.Author) > 16:
		return refuse(45110)
	case utf8.RuneCountInString(a.Digest) > 128:
		return refuse(45004)
	case a.Content == "" || utf8.RuneCountInString(a.Content) >= 20_000 || len(a.Content) >= 1<<20:
		return refuse(45002)
	case len(a.ContentSourceURL) > 1<<10:
		return refuseOn(47001, "content_source_url")
	case !pictures && !s.hasMedia(a.ThumbMediaID, now, false):
		return refuseOn(40007, "thumb_media_id")
	case pictures && (a.ImageInfo == nil || len(a.ImageInfo.ImageList) == 0 || len(a.ImageInfo.ImageList) > 20):
		return refuseOn(47001, "image_info")
	}
	if pictures {
		for _, image := range a.ImageInfo.ImageList {
			if !s.hasMedia(image.ImageMediaID, now, false) {
				return refuseOn(40007, "image_media_id")
			}
		}
	}
	for _, crop := range []string{a.PicCrop2351, a.PicCrop11} {
		if crop != "" && !cropShape.MatchString(crop) {
			return refuseOn(47001, "pic_crop")
		}
	}
	for _, sw := range []*int{a.ShowCoverPic, a.NeedOpenComment, a.OnlyFansCanComment} {
		if sw != nil && *sw != 0 && *sw != 1 {
			return refuseOn(47001, "a switch is 0 or 1")
		}
	}
	a.Content = clean(a.Content)
	if a.Digest == "" {
		text := []rune(strings.Join(strings.Fields(tags.ReplaceAllString(a.Content, " ")), " "))
		a.Digest = string(text[:min(54, len(text))])
	}
	return done
}

var (
	cropShape = regexp.MustCompile(`^[0-9.]+(_[0-9.]+){3}$`)
	scripts   = regexp.MustCompile(`(?is)<script\b.*?(</script\s*>|$)`)
	images    = regexp.MustCompile(`(?is)<img\b[^>]*>`)
	source    = regexp.MustCompile(`(?is)\bsrc\s*=\s*["']?([^"'\s>]+)`)
	tags      = regexp.MustCompile(`(?s)<[^>]*>`)
)

// clean takes out scripts, and images from elsewhere.
func clean(html string) string {
	html = scripts.ReplaceAllString(html, "")
	return images.ReplaceAllStringFunc(html, func(tag string) string {
		m := source.FindStringSubmatch(tag)
		if m == nil {
			return ""
		}
		if u, err := url.Parse(m[1]); err != nil || !strings.HasSuffix(u.Host, ".qpic.cn") && !strings.HasSuffix(u.Host, ".qlogo.cn") {
			return ""
		}
		return tag
	})
}

func (s *Server) namedDraft(id string) *Draft {
	i := slices.IndexFunc(s.library.drafts, func(d *Draft) bool { return d.MediaID == id })
	if i < 0 {
		return nil
	}
	return s.library.drafts[i]
}

func (s *Server) dropDraft(d *Draft) {
	s.library.drafts = slices.DeleteFunc(s.library.drafts, func(x *Draft) bool { return x == d })
}

func (s *Server) getDraft(c *call) reply {
	var in struct {
		MediaID string `json:"media_id"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	d := s.namedDraft(in.MediaID)
	if d == nil {
		return refuse(40007)
	}
	return reply{bare: true, fields: map[string]any{
		"news_item": items(d.Articles, "https://mp.weixin.qq.com/s?draft="+d.MediaID[:8], true), "create_time": d.CreatedAt.Unix(), "update_time": d.UpdatedAt.Unix(),
	}}
}

// items are articles as WeChat gives them back.
func items(articles []DraftArticle, at string, content bool) []any {
	var all []any
	for i, a := range articles {
		item := map[string]any{
			"article_type": a.ArticleType, "title": a.Title, "author": a.Author, "digest": a.Digest, "content": a.Content, "content_source_url": a.ContentSourceURL,
			"thumb_media_id": a.ThumbMediaID, "thumb_url": "https://" + imageHost + "/mmbiz_jpg/" + a.ThumbMediaID + "/0?wx_fmt=jpeg",
			"show_cover_pic": on(a.ShowCoverPic), "need_open_comment": on(a.NeedOpenComment), "only_fans_can_comment": on(a.OnlyFansCanComment),
			"url": fmt.Sprintf("%s&idx=%d#rd", strings.TrimSuffix(strings.TrimSuffix(at, "#rd"), "&idx=1"), i+1),
		}
		if a.ArticleType == "" {
			item["article_type"] = "news"
		}
		// As the example of the page of draft/get has them, for a picture article alone:
		// developers.weixin.qq.com/doc/service/api/draftbox/draftmanage/api_getdraft
		if a.ArticleType == "newspic" {
			item["image_info"] = a.ImageInfo
			if a.ProductInfo != nil {
				item["product_info"] = a.ProductInfo
			}
		}
		if !content {
			delete(item, "content")
		}
		all = append(all, item)
	}
	return all
}

func on(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

func (s *Server) updateDraft(c *call) reply {
	var in struct {
		MediaID string        `json:"media_id"`
		Index   *int          `json:"index"`
		Article *DraftArticle `json:"articles"` // an object, where draft/add has a list
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	d := s.namedDraft(in.MediaID)
	switch {
	case d == nil:
		return refuse(40007)
	case in.Article == nil:
		return refuse(44003)
	case in.Index == nil || *in.Index < 0 || *in.Index >= len(d.Articles):
		return refuseOn(40114, "index")
	}
	if r := s.keep(in.Article, c.now); r.code != 0 {
		return r
	}
	d.Articles[*in.Index], d.UpdatedAt = *in.Article, c.now
	return done
}

func (s *Server) deleteDraft(c *call) reply {
	var in struct {
		MediaID string `json:"media_id"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	d := s.namedDraft(in.MediaID)
	if d == nil {
		return refuse(40007)
	}
	s.dropDraft(d)
	return done
}

func (s *Server) countDrafts(*call) reply {
	return reply{bare: true, fields: map[string]any{"total_count": len(s.library.drafts)}}
}

func (s *Server) listDrafts(c *call) reply {
	var in window
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	var all []any
	for _, d := range slices.Backward(s.library.drafts) {
		all = append(all, map[string]any{
			"media_id": d.MediaID, "update_time": d.UpdatedAt.Unix(),
			"content": map[string]any{"news_item": items(d.Articles, "https://mp.weixin.qq.com/s?draft="+d.MediaID[:8], in.content()), "create_time": d.CreatedAt.Unix(), "update_time": d.UpdatedAt.Unix()},
		})
	}
	return in.page(all)
}
