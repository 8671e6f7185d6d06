package articles

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"magpie/articles/unrender"
	"magpie/cards"
	"magpie/wechat"
)

// pictured is what came with an article beside its text.
type pictured struct {
	cover  blob
	images []fitted
}

// readEarlier reads an article of WeChat's: its text as Markdown with what could not be
// carried, its cover, and the pictures of a picture article. It refuses, without a code, one
// that is too large.
func (d *Desk) readEarlier(ctx context.Context, job earlierJob, found earlier) (text file, got pictured, err error) {
	item, wx := found.item, d.WeChat.Of(job.Account)
	var told []cards.Text
	if found.of > 1 {
		told = append(told, cards.T("article.earlier_others", "n", found.n, "count", found.of, "line", cards.Code("article import "+found.name+" n="+fmt.Sprint(another(found)))))
	}
	content, above := item.Content, ""
	if item.ArticleType == "newspic" {
		content = strings.ReplaceAll(content, "\n", "<br>") // it is text, in lines
		told = append(told, cards.T("article.earlier_pictures"))
		if item.ImageInfo != nil {
			if got.images, err = d.picturesOf(ctx, wx, item.ImageInfo.ImageList); err != nil {
				return text, got, err
			}
		}
		for _, image := range got.images {
			above += "![](" + image.name + ")\n\n"
		}
		if item.ProductInfo != nil {
			told = append(told, cards.T("article.back_product", "where", item.ProductInfo.FooterProductInfo.ProductKey))
		}
	}
	read, err := unrender.Read(ctx, content)
	if errors.Is(err, unrender.ErrTooBig) || errors.Is(err, unrender.ErrTooDeep) || err == nil && len(read.Markdown) > maxText {
		return text, got, cards.Refuse("article.earlier_too_big")
	}
	if err != nil {
		return text, got, err
	}
	if item.ThumbMediaID != "" {
		if got.cover, err = d.pictureOf(ctx, wx, item.ThumbMediaID); err != nil {
			if ctx.Err() != nil {
				return text, got, err
			}
			told = append(told, cards.T("article.earlier_no_cover", "why", whyNoPicture(err)))
		}
	}
	told = append(told, backNotes(read)...)
	if item.ArticleType != "newspic" {
		told = append(told, cards.T("article.earlier_style"))
	}
	return file{name: job.From.said(), data: []byte(frontOf(item) + above + read.Markdown), told: told}, got, nil
}

// another is the number of one of the others.
func another(found earlier) int {
	if found.n < found.of {
		return found.n + 1
	}
	return 1
}

// frontOf is the front matter that says what WeChat keeps beside the text.
func frontOf(item wechat.NewsItem) string {
	var b strings.Builder
	b.WriteString("---\n")
	for _, f := range [][2]string{{"title", item.Title}, {"author", item.Author}, {"digest", item.Digest}, {"content_source_url", item.ContentSourceURL}} {
		if f[1] != "" {
			b.WriteString(frontLine(f[0], f[1]))
		}
	}
	for _, f := range []struct {
		key string
		on  wechat.Switch
	}{{"show_cover_pic", item.ShowCoverPic}, {"need_open_comment", item.NeedOpenComment}, {"only_fans_can_comment", item.OnlyFansCanComment}} {
		if f.on {
			b.WriteString(f.key + ": 1\n")
		}
	}
	b.WriteString("---\n\n")
	return b.String()
}

// picturesOf reads the pictures of a picture article from the account's library. What cannot
// be had is told where it is to stand.
func (d *Desk) picturesOf(ctx context.Context, wx wechat.Account, ids []wechat.ImageID) (all []fitted, err error) {
	for i, id := range ids {
		one := fitted{name: fmt.Sprintf("picture-%d", i+1)}
		if one.blob, err = d.pictureOf(ctx, wx, id.ImageMediaID); err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			one.problem = problemCode(err)
			if failed, ok := errors.AsType[*wechat.Error](err); ok {
				one.problem = fmt.Sprintf("wechat|%d", failed.Code)
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// pictureOf reads a picture of the account's library, and makes it fit for an article.
func (d *Desk) pictureOf(ctx context.Context, wx wechat.Account, mediaID string) (blob, error) {
	var data atMost
	if _, err := wx.GetMaterial(ctx, mediaID, &data); err != nil {
		return blob{}, err
	}
	return d.fit(ctx, data.Bytes())
}

// whyNoPicture says why a picture could not be had.
func whyNoPicture(err error) cards.Text {
	if failed, ok := errors.AsType[*wechat.Error](err); ok {
		return cards.Both(failed.In("en"), failed.In("zh"))
	}
	code, detail, _ := strings.Cut(problemCode(err), "|")
	return cards.T("article.image_why_"+code, "detail", detail)
}

// backNotes put into words what an article of WeChat's has and one of ours has not.
func backNotes(read *unrender.Text) (told []cards.Text) {
	for _, n := range read.Notes {
		var where any = n.Where
		if n.Cut > 0 {
			where = cards.T("article.word_cut", "where", n.Where, "count", n.Cut)
		}
		told = append(told, cards.T(backWords[n.Code], "where", where))
	}
	if read.More > 0 {
		told = append(told, cards.T("article.back_more", "count", read.More))
	}
	return told
}

// backWords are the words for what unrender notes.
var backWords = map[string]string{
	"video": "article.back_video", "audio": "article.back_audio", "vote": "article.back_vote", "profile": "article.back_profile", "product": "article.back_product",
	"place": "article.back_place", "frame": "article.back_frame", "part": "article.back_part", "form": "article.back_form", "svg": "article.back_svg",
	"background": "article.back_background", "hidden": "article.word_hidden", "image": "article.back_image", "merged": "article.word_merged",
	"nested": "article.word_nested", "numbers": "article.back_numbers",
}
