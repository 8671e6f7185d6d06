package articles

import (
	"context"
	"net/url"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

// maxListed is how many pages of 20 are looked through for an address: WeChat counts such
// calls by the day.
const maxListed = 50

// earlier is an article as WeChat gave it, one of all that stand together.
type earlier struct {
	item wechat.NewsItem
	n    int // which, from 1
	of   int
	name string // the key and value that name them all: media_id=…
}

// whichAt is what of an article's address says which one it is, "" where it is none of
// WeChat's articles. The same article has a short address, /s/ and letters, and a long one, of
// which __biz, mid and idx say which it is; what else stands in it changes by where it was
// copied. The address is never gone to.
func whichAt(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.EqualFold(u.Host, "mp.weixin.qq.com") {
		return ""
	}
	path := strings.TrimSuffix(u.Path, "/")
	if short, found := strings.CutPrefix(path, "/s/"); found && short != "" {
		return path
	}
	if path != "/s" && path != "/mp/appmsg/show" {
		return ""
	}
	q := u.Query()
	if mid := anyOf(q, "mid", "appmsgid"); mid != "" {
		idx := anyOf(q, "idx", "itemidx")
		if idx == "" {
			idx = "1"
		}
		return strings.Join([]string{"/s", q.Get("__biz"), mid, idx}, " ")
	}
	if q.Get("draft") != "" {
		return strings.Join([]string{"/s", q.Get("draft"), q.Get("idx")}, " ")
	}
	return ""
}

func anyOf(q url.Values, keys ...string) string {
	for _, key := range keys {
		if value := q.Get(key); value != "" {
			return value
		}
	}
	return ""
}

// findEarlier asks an account of WeChat's for an article. It refuses, without a code, what the
// account has not, or has no more.
func (d *Desk) findEarlier(ctx context.Context, account string, from Earlier) (earlier, error) {
	wx := d.WeChat.Of(account)
	switch {
	case from.MediaID != "":
		items, _, err := readItems(ctx, wx.Client, from.MediaID)
		if isCode(err, codeNoMedia) || err == nil && items == nil {
			return earlier{}, cards.Refuse("article.earlier_no_media", "id", cards.Code(shorten(from.MediaID, 100)), "account", wx.Title)
		}
		return chosen(items, from.N, "media_id="+from.MediaID, err)
	case from.ArticleID != "":
		return d.published(ctx, wx, from.ArticleID, from.N)
	}
	return d.atAddress(ctx, account, from)
}

func (d *Desk) published(ctx context.Context, wx wechat.Account, articleID string, n int) (earlier, error) {
	news, err := wx.GetPublished(ctx, articleID)
	if isCode(err, codeNoArticle) {
		return earlier{}, cards.Refuse("article.earlier_no_article", "id", cards.Code(shorten(articleID, 100)), "account", wx.Title)
	}
	if err != nil {
		return earlier{}, err
	}
	return chosen(news.Articles, n, "article_id="+articleID, nil)
}

// chosen is one of the articles that stand together.
func chosen(items []wechat.NewsItem, n int, name string, err error) (earlier, error) {
	n = max(n, 1)
	switch {
	case err != nil:
		return earlier{}, err
	case n > len(items):
		return earlier{}, cards.Refuse("article.earlier_number", "n", n, "count", len(items))
	case items[n-1].IsDeleted:
		return earlier{}, cards.Refuse("article.earlier_deleted")
	}
	return earlier{items[n-1], n, len(items), name}, nil
}

// atAddress finds an article by its address: among those that went out from here, then among
// what the account has published, then in its draft box.
func (d *Desk) atAddress(ctx context.Context, account string, from Earlier) (earlier, error) {
	wx, place := d.WeChat.Of(account), whichAt(from.URL)
	id, n, err := d.wentOutAs(ctx, account, place)
	if err != nil {
		return earlier{}, err
	}
	var newest []wechat.PublishedItem
	if id == "" {
		if id, n, newest, err = listedAs(ctx, wx, place); err != nil {
			return earlier{}, err
		}
	}
	if from.N > 0 {
		n = from.N
	}
	if id != "" {
		return d.published(ctx, wx, id, n)
	}
	id, n, err = draftedAs(ctx, wx, place)
	if err != nil {
		return earlier{}, err
	}
	if id != "" {
		if from.N > 0 {
			n = from.N
		}
		return d.findEarlier(ctx, account, Earlier{MediaID: id, N: n})
	}
	said := []cards.Text{cards.T("article.earlier_unknown", "account", wx.Title)}
	for _, p := range newest {
		said = append(said, cards.T("article.earlier_newest", "title", shorten(p.Content.Articles[0].Title, 60), "id", cards.Code("article_id="+p.ArticleID)))
	}
	return earlier{}, &cards.Refusal{Text: under(said)}
}

// wentOutAs is the article_id of what went out from here to an address, or "".
func (d *Desk) wentOutAs(ctx context.Context, account, place string) (id string, n int, err error) {
	rows, err := d.DB.Query(ctx, "select article_id, urls from article_filing where account = $1 and article_id <> '' and urls <> ''", account)
	if err != nil {
		return "", 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var article, urls string
		if err := rows.Scan(&article, &urls); err != nil {
			return "", 0, err
		}
		for i, address := range strings.Fields(urls) {
			if whichAt(address) == place {
				id, n = article, i+1
			}
		}
	}
	return id, n, rows.Err()
}

// shownNewest is how many of the newest articles are named where an address is none of them.
const shownNewest = 3

// listedAs is the article_id of what stands published at an address, or "" and the newest.
func listedAs(ctx context.Context, wx wechat.Account, place string) (id string, n int, newest []wechat.PublishedItem, err error) {
	for offset := 0; offset < maxListed*wechat.MaxPage; offset += wechat.MaxPage {
		page, err := wx.ListPublished(ctx, wechat.Page{Offset: offset, Count: wechat.MaxPage}, false)
		if err != nil {
			return "", 0, nil, err
		}
		for _, p := range page.Items {
			for i, item := range p.Content.Articles {
				if whichAt(item.URL) == place {
					return p.ArticleID, i + 1, nil, nil
				}
			}
			if len(newest) < shownNewest && len(p.Content.Articles) > 0 && !p.Content.Articles[0].IsDeleted {
				newest = append(newest, p)
			}
		}
		if len(page.Items) == 0 || offset+wechat.MaxPage >= page.Total {
			break
		}
	}
	return "", 0, newest, nil
}

// draftedAs is the media_id of the draft that is shown at an address, or "".
func draftedAs(ctx context.Context, wx wechat.Account, place string) (id string, n int, err error) {
	for offset := 0; offset < maxListed*wechat.MaxPage; offset += wechat.MaxPage {
		page, err := wx.ListDrafts(ctx, wechat.Page{Offset: offset, Count: wechat.MaxPage}, false)
		if err != nil {
			return "", 0, err
		}
		for _, p := range page.Items {
			for i, item := range p.Content.Articles {
				if whichAt(item.URL) == place {
					return p.MediaID, i + 1, nil
				}
			}
		}
		if len(page.Items) == 0 || offset+wechat.MaxPage >= page.Total {
			break
		}
	}
	return "", 0, nil
}
