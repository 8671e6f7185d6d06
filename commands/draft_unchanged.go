package commands

import (
	"context"
	"errors"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/wechat"
)

// unchangedDraft holds a draft against what was approved of it; with nothing approved
// there is nothing to hold it against. A draft that is gone may have been sent by the
// call that is being repeated: WeChat knows.
func unchangedDraft(ctx context.Context, w *wechat.Client, mediaID string, approved []articles.DraftArticle) error {
	if len(approved) == 0 {
		return nil
	}
	now, _, err := articles.ReadDraft(ctx, w, mediaID)
	if err != nil {
		return &beforeSending{explain(err)}
	}
	if now != nil && !articles.SameDraft(now, approved) {
		return &explained{errors.New("the draft has changed since it was approved"), cards.T("fault.draft_changed", "media", cards.Code(mediaID))}
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
