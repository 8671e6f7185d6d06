package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/cards"
	"magpie/wechat"
)

// massWindow is how long WeChat remembers a clientmsgid.
const massWindow = 24 * time.Hour

// massArticle is an article of a draft as it was approved: what its readers see in
// their list, and a hash of all that they read.
type massArticle struct {
	Title  string `json:"title"`
	Author string `json:"author,omitempty"`
	Digest string `json:"digest,omitempty"`
	SHA256 string `json:"sha256"`
}

// massArticles reads what a draft says now. It is nil for a media_id that is of no
// draft: what news upload has filed cannot be changed any more.
func massArticles(ctx context.Context, w *wechat.Client, mediaID string) ([]massArticle, error) {
	draft, err := w.GetDraft(ctx, mediaID)
	if isNoDraft(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := make([]massArticle, len(draft.Articles))
	for i, a := range draft.Articles {
		sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{a.Title, a.Author, a.Digest, a.Content, a.ContentSourceURL, a.ThumbMediaID}))
		all[i] = massArticle{Title: a.Title, Author: a.Author, Digest: a.Digest, SHA256: hex.EncodeToString(sum[:])}
	}
	return all, nil
}

const codeNoMedia = 40007

func isNoDraft(err error) bool {
	var failed *wechat.Error
	return errors.As(err, &failed) && failed.Code == codeNoMedia
}

// isUnchanged holds the draft against what was approved. A draft that is gone may have
// been sent by the call that is being repeated: WeChat knows, by the clientmsgid.
func (m massMessage) isUnchanged(ctx context.Context, w *wechat.Client) error {
	if len(m.Articles) == 0 {
		return nil
	}
	now, err := massArticles(ctx, w, m.MediaID)
	if err != nil {
		return &beforeSending{explain(err)}
	}
	if now != nil && !slices.Equal(now, m.Articles) {
		return &explained{errors.New("the draft has changed since it was approved"), cards.T("fault.mass_changed", "media", cards.Code(m.MediaID))}
	}
	return nil
}

// beforeSending is an error of a question that came before the message: nothing was
// sent, whatever became of the question.
type beforeSending struct{ error }

func (e *beforeSending) Unwrap() error { return e.error }

// Unclear is false: no message has left.
func (e *beforeSending) Unclear() bool { return false }

// NotSent is true: no message has left.
func (e *beforeSending) NotSent() bool { return true }

// RetryAfter asks for another try where WeChat could not be asked.
func (e *beforeSending) RetryAfter() (time.Duration, bool) {
	var failed *wechat.Error
	if errors.As(e.error, &failed) && failed.Unclear() {
		return 2 * time.Second, true
	}
	if errors.As(e.error, &failed) {
		return failed.RetryAfter()
	}
	return 0, false
}
