package articles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"magpie/wechat"
)

// DraftArticle is an article of one of WeChat's drafts as it was approved: what its
// readers see in their list, and a hash of all that they read.
type DraftArticle struct {
	Title  string `json:"title"`
	Author string `json:"author,omitempty"`
	Digest string `json:"digest,omitempty"`
	SHA256 string `json:"sha256"`
}

// ReadDraft reads what a draft says now, and when it was last changed. It is nil for a
// media_id that is of no draft: one that was deleted, published or sent, or what news
// upload has filed, which cannot be changed.
//
// WeChat: POST /cgi-bin/draft/get
func ReadDraft(ctx context.Context, w *wechat.Client, mediaID string) ([]DraftArticle, time.Time, error) {
	draft, err := w.GetDraft(ctx, mediaID)
	if isCode(err, codeNoMedia) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	all := make([]DraftArticle, len(draft.Articles))
	for i, a := range draft.Articles {
		sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{a.Title, a.Author, a.Digest, a.Content, a.ContentSourceURL, a.ThumbMediaID}))
		all[i] = DraftArticle{Title: a.Title, Author: a.Author, Digest: a.Digest, SHA256: hex.EncodeToString(sum[:])}
	}
	return all, draft.UpdateTime, nil
}
