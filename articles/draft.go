package articles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"magpie/outbox"
	"magpie/wechat"
)

// DraftArticle is an article of one of WeChat's drafts as it was approved: what its
// readers see, and a hash of everything that WeChat gives back of it.
type DraftArticle struct {
	Title    string   `json:"title"`
	Author   string   `json:"author,omitempty"`
	Digest   string   `json:"digest,omitempty"`
	Source   string   `json:"source,omitempty"`   // where "read more" leads
	Cover    string   `json:"cover,omitempty"`    // the media_id of its picture
	Pictures []string `json:"pictures,omitempty"` // media_ids, of a picture article
	Product  string   `json:"product,omitempty"`  // of the account's shop, below a picture article
	Comments string   `json:"comments,omitempty"` // who may comment: "", Everybody or OnlyFans
	SHA256   string   `json:"sha256"`             // of its canonical form
}

// Who may comment on an article.
const (
	Everybody = "everybody"
	OnlyFans  = "followers"
)

// ReadDraft reads what a draft says now, and when it was last changed. It is nil for a
// media_id that is of no draft: one that was deleted, published or sent, or what news
// upload has filed, which cannot be changed. Articles that are in the library since
// before there were drafts are read like one.
//
// WeChat: POST /cgi-bin/draft/get
func ReadDraft(ctx context.Context, w *wechat.Client, mediaID string) ([]DraftArticle, time.Time, error) {
	items, changed, err := readItems(ctx, w, mediaID)
	if err != nil || items == nil {
		return nil, time.Time{}, err
	}
	all := make([]DraftArticle, len(items))
	for i, item := range items {
		if all[i], err = draftArticle(item); err != nil {
			return nil, time.Time{}, err
		}
	}
	return all, changed, nil
}

func readItems(ctx context.Context, w *wechat.Client, mediaID string) ([]wechat.NewsItem, time.Time, error) {
	draft, err := w.GetDraft(ctx, mediaID)
	if isCode(err, codeNoMedia) {
		items, err := w.News(ctx, mediaID)
		return items, time.Time{}, err
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	return draft.Articles, draft.UpdateTime, nil
}

func draftArticle(item wechat.NewsItem) (DraftArticle, error) {
	canonical, err := item.Canonical()
	if err != nil {
		return DraftArticle{}, err
	}
	sum := sha256.Sum256(canonical)
	a := DraftArticle{
		Title: item.Title, Author: item.Author, Digest: item.Digest, Source: item.ContentSourceURL, Cover: item.ThumbMediaID, SHA256: hex.EncodeToString(sum[:]),
	}
	if item.ImageInfo != nil {
		for _, image := range item.ImageInfo.ImageList {
			a.Pictures = append(a.Pictures, image.ImageMediaID)
		}
	}
	if item.ProductInfo != nil {
		a.Product = item.ProductInfo.FooterProductInfo.ProductKey
	}
	switch {
	case bool(item.NeedOpenComment && item.OnlyFansCanComment):
		a.Comments = OnlyFans
	case bool(item.NeedOpenComment):
		a.Comments = Everybody
	}
	return a, nil
}

// SameDraft reports whether two readings of a draft are of the same content.
func SameDraft(a, b []DraftArticle) bool {
	return slices.EqualFunc(a, b, func(a, b DraftArticle) bool { return a.SHA256 == b.SHA256 })
}

// numbered is what stands before an article's field where there are several articles.
func numbered(i, of int) string {
	if of < 2 {
		return ""
	}
	return fmt.Sprintf("%d. ", i+1)
}

// KeptOf are the parts of a draft that an approval binds to.
func KeptOf(draft []DraftArticle) []outbox.Kept {
	var all []outbox.Kept
	for i, a := range draft {
		of := ""
		if len(draft) > 1 {
			of = strconv.Itoa(i + 1)
		}
		all = append(all, outbox.Kept{What: "title", Of: of, Is: a.Title}, outbox.Kept{What: "author", Of: of, Is: a.Author},
			outbox.Kept{What: "digest", Of: of, Is: a.Digest}, outbox.Kept{What: "whole", Of: of, Is: a.SHA256})
	}
	return all
}
