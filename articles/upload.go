package articles

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

// unclearError says that nobody can know whether WeChat filed the articles.
type unclearError struct{ error }

func (unclearError) Unclear() bool       { return true }
func (unclearError) Explain() cards.Text { return cards.T("article.filing_unclear") }
func (e unclearError) Unwrap() error     { return e.error }

// pausedError says that magpie stops: an upload goes on at the next start.
type pausedError struct{}

func (pausedError) Error() string                     { return "magpie stops" }
func (pausedError) NotSent() bool                     { return true }
func (pausedError) RetryAfter() (time.Duration, bool) { return time.Second, true }

func unanswered(err error) bool { u := (*wechat.Error)(nil); return errors.As(err, &u) && u.Unclear() }
func isCode(err error, code int) bool {
	u := (*wechat.Error)(nil)
	return errors.As(err, &u) && u.Code == code && !u.Unclear()
}

// File carries out an upload. It bears to be interrupted anywhere and to be called
// again: what was uploaded is not uploaded again, and whether a call without an answer
// has filed the articles is looked up, never guessed. decided says that a person has
// looked and wants it filed.
func (d *filer) File(ctx context.Context, u Upload, decided bool) (mediaID string, err error) {
	f, err := d.filingByID(ctx, d.DB, u.Filing)
	if err != nil {
		return "", err
	}
	if f.State != filingAsked && f.State != filingAdding {
		return f.MediaID, nil // it was done, and only the word of it was lost
	}
	ready, err := d.sendImages(ctx, f.Account, u)
	if err != nil {
		return "", err
	}
	if f.State == filingAdding {
		id, err := d.lookFor(ctx, f.Account, u, ready)
		if err != nil {
			return "", unclearError{err}
		}
		if id != "" {
			return id, d.filedAs(ctx, f, id)
		}
		if !decided {
			return "", unclearError{errors.New("filing it was left without an answer, and it is not to be found")}
		}
	}
	if u.To == UploadNews {
		return d.uploadNews(ctx, f, ready)
	}
	if id, err := d.updateDraft(ctx, f, ready); id != "" || err != nil {
		return id, err
	}
	if err := d.setFiling(ctx, f.ID, filingAdding); err != nil {
		return "", err
	}
	id, err := d.WeChat.Of(f.Account).AddDraft(ctx, drafts(ready))
	if err != nil {
		return "", d.notFiled(ctx, f, ready, err)
	}
	return id, d.filedAs(ctx, f, id)
}

// insist writes what WeChat has done until the database takes it.
func (d *shelf) insist(ctx context.Context, fn func(*store.Tx) error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := d.DB.Update(ctx, fn)
		if err == nil || ctx.Err() != nil || d.isStopping() {
			return err
		}
		d.Log.Error("not written yet", "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

func drafts(ready []readyArticle) []wechat.DraftArticle {
	all := make([]wechat.DraftArticle, len(ready))
	for i, s := range ready {
		all[i] = wechat.DraftArticle{
			Title: s.Title, Author: s.Author, Digest: s.Digest, Content: s.html, ContentSourceURL: s.ContentSourceURL, ThumbMediaID: s.thumb,
			ShowCoverPic: s.ShowCoverPic, NeedOpenComment: s.NeedOpenComment, OnlyFansCanComment: s.OnlyFansCanComment, PicCrop2351: s.Crop235, PicCrop11: s.Crop11,
		}
	}
	return all
}

// updateDraft puts the articles in place of those in the draft that WeChat has of
// exactly this set, or returns "" where there is none. Repeating it does no harm.
func (d *filer) updateDraft(ctx context.Context, f *filing, ready []readyArticle) (string, error) {
	last, err := d.lastFiling(ctx, d.DB, outbox.Accounts{f.Account}, f.Members)
	if err != nil || last == nil || last.State != filingFiled || last.Target != DraftBox {
		return "", err
	}
	wx := d.WeChat.Of(f.Account)
	for i, article := range drafts(ready) {
		err := wx.UpdateDraft(ctx, wechat.DraftUpdate{MediaID: last.MediaID, Index: i, Article: article})
		if isCode(err, codeNoMedia) {
			if _, getErr := wx.GetDraft(ctx, last.MediaID); isCode(getErr, codeNoMedia) {
				return "", d.setFiling(ctx, last.ID, filingGone) // somebody has deleted or published it
			}
		}
		if err != nil {
			return "", d.notFiled(ctx, f, ready, err)
		}
	}
	if err := d.filedAs(ctx, f, last.MediaID); err != nil {
		return "", err
	}
	return last.MediaID, d.setFiling(ctx, last.ID, filingGone)
}

const codeNoMedia = 40007

func (d *filer) uploadNews(ctx context.Context, f *filing, ready []readyArticle) (string, error) {
	all := make([]wechat.Article, len(ready))
	for i, s := range ready {
		all[i] = wechat.Article{
			Title: s.Title, Author: s.Author, Digest: s.Digest, Content: s.html, ContentSourceURL: s.ContentSourceURL, ThumbMediaID: s.thumb,
			ShowCoverPic: s.ShowCoverPic, NeedOpenComment: s.NeedOpenComment, OnlyFansCanComment: s.OnlyFansCanComment,
		}
	}
	if err := d.setFiling(ctx, f.ID, filingAdding); err != nil {
		return "", err
	}
	up, err := d.WeChat.Of(f.Account).UploadNews(ctx, all)
	if err != nil {
		return "", d.notFiled(ctx, f, ready, err)
	}
	return up.MediaID, d.filedAs(ctx, f, up.MediaID)
}

// notFiled notes that WeChat has refused, where that is certain. A cover that WeChat no
// longer has is forgotten, so that trying again uploads it.
func (d *filer) notFiled(ctx context.Context, f *filing, ready []readyArticle, err error) error {
	if unanswered(err) {
		return err
	}
	if isCode(err, codeNoMedia) {
		if err := d.insist(ctx, func(tx *store.Tx) error {
			for _, s := range ready {
				if _, err := tx.Exec(ctx, "delete from article_sent where account = $1 and usage = 'thumb' and sha256 = $2", f.Account, s.Cover); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return errors.Join(err, d.setFiling(ctx, f.ID, filingAsked))
}

// lookFor finds the draft that a call without an answer has made: one with these titles
// and covers that is none of those we know.
func (d *filer) lookFor(ctx context.Context, account string, u Upload, ready []readyArticle) (string, error) {
	if u.To != DraftBox {
		return "", nil // such material cannot be listed
	}
	page, err := d.WeChat.Of(account).ListDrafts(ctx, wechat.Page{Count: wechat.MaxPage}, false)
	if err != nil {
		return "", err
	}
	for _, item := range page.Items {
		if len(item.Content.Articles) != len(ready) {
			continue
		}
		same := true
		for i, a := range item.Content.Articles {
			same = same && a.Title == ready[i].Title && a.ThumbMediaID == ready[i].thumb
		}
		var known int
		if err := d.DB.QueryRow(ctx, "select count(*) from article_filing where account = $1 and media_id = $2", account, item.MediaID).Scan(&known); err != nil {
			return "", err
		}
		if same && known == 0 {
			return item.MediaID, nil
		}
	}
	return "", nil
}
