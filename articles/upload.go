package articles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

// ImageError is an image that could not be uploaded: which one, and why.
type ImageError struct {
	Name    string
	Article int64
	N, Of   int
	Err     error
}

func (e *ImageError) Error() string {
	return fmt.Sprintf("image %d of %d of A%d (%s): %v", e.N, e.Of, e.Article, e.Name, e.Err)
}

func (e *ImageError) Unwrap() error { return e.Err }

// Where says which image it was.
func (e *ImageError) Where() cards.Text {
	return cards.T("article.which_image", "image", cards.Code(shorten(e.Name, 100)), "article", name(e.Article), "n", e.N, "of", e.Of)
}

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
func (d *Desk) File(ctx context.Context, u Upload, decided bool) (mediaID string, err error) {
	f, err := d.filingByID(ctx, d.DB, u.Filing)
	if err != nil {
		return "", err
	}
	if f.State != asked && f.State != adding {
		return f.MediaID, nil // it was done, and only the word of it was lost
	}
	sheets, err := d.sendImages(ctx, u)
	if err != nil {
		return "", err
	}
	if f.State == adding {
		id, err := d.lookFor(ctx, u, sheets)
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
		return d.uploadNews(ctx, f, sheets)
	}
	if id, err := d.updateDraft(ctx, f, sheets); id != "" || err != nil {
		return id, err
	}
	if err := d.setFiling(ctx, f.ID, adding); err != nil {
		return "", err
	}
	id, err := d.WeChat.AddDraft(ctx, drafts(sheets))
	if err != nil {
		return "", d.notFiled(ctx, f, sheets, err)
	}
	return id, d.filedAs(ctx, f, id)
}

// sent is a sheet with WeChat's addresses and ids in it.
type sent struct {
	Sheet
	html  string
	thumb string
}

// sendImages uploads the images and covers that WeChat has not got, one by one. Each is
// noted before the next.
func (d *Desk) sendImages(ctx context.Context, u Upload) ([]sent, error) {
	var sheets []sent
	for _, s := range u.Sheets {
		out := sent{Sheet: s, html: s.Content}
		fail := func(i int, as string, err error) error {
			return &ImageError{Name: as, Article: s.Article, N: i, Of: len(s.Images) + 1, Err: err}
		}
		for i, image := range s.Images {
			address, err := d.send(ctx, "content", image.SHA256, func(b blob) (string, error) {
				return d.WeChat.UploadImage(ctx, wechat.File{Name: fileName(b), Body: bytes.NewReader(b.Data)})
			})
			if err != nil {
				return nil, fail(i+1, image.Name, err)
			}
			out.html = strings.ReplaceAll(out.html, standInHead+image.SHA256+standInTail, html.EscapeString(address))
		}
		var err error
		if out.thumb, err = d.send(ctx, "thumb", s.Cover, func(b blob) (string, error) {
			m, err := d.WeChat.AddMaterial(ctx, wechat.MediaThumb, wechat.File{Name: fileName(b), Body: bytes.NewReader(b.Data)})
			if err != nil {
				return "", err
			}
			return m.MediaID, nil
		}); err != nil {
			return nil, fail(len(s.Images)+1, "cover", err)
		}
		if strings.Contains(out.html, standInHead) {
			return nil, fmt.Errorf("an image of %s has no address", name(s.Article))
		}
		sheets = append(sheets, out)
	}
	return sheets, nil
}

// send uploads an image unless WeChat has it, and notes what WeChat calls it.
func (d *Desk) send(ctx context.Context, usage, sum string, upload func(blob) (string, error)) (string, error) {
	var reply string
	err := d.DB.QueryRow(ctx, "select coalesce(max(reply), '') from article_sent where account = $1 and usage = $2 and sha256 = $3", d.WeChat.AppID(), usage, sum).Scan(&reply)
	if err != nil || reply != "" {
		return reply, err
	}
	if d.isStopping() {
		return "", pausedError{}
	}
	b, err := d.blob(ctx, d.DB, sum)
	if err != nil {
		return "", err
	}
	if reply, err = upload(b); err != nil {
		return "", err
	}
	return reply, d.insist(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into article_sent (account, usage, sha256, reply, at) values ($1, $2, $3, $4, $5) on conflict (account, usage, sha256) do nothing",
			d.WeChat.AppID(), usage, sum, reply, store.Millis(d.Now()))
		return err
	})
}

// insist writes what WeChat has done until the database takes it.
func (d *Desk) insist(ctx context.Context, fn func(*store.Tx) error) error {
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

func fileName(b blob) string {
	return b.SHA256[:16] + map[string]string{"image/png": ".png"}[b.Mime] + map[string]string{"image/jpeg": ".jpg"}[b.Mime]
}

func drafts(sheets []sent) []wechat.DraftArticle {
	all := make([]wechat.DraftArticle, len(sheets))
	for i, s := range sheets {
		all[i] = wechat.DraftArticle{
			Title: s.Title, Author: s.Author, Digest: s.Digest, Content: s.html, ContentSourceURL: s.ContentSourceURL, ThumbMediaID: s.thumb,
			ShowCoverPic: s.ShowCoverPic, NeedOpenComment: s.NeedOpenComment, OnlyFansCanComment: s.OnlyFansCanComment, PicCrop2351: s.Crop235, PicCrop11: s.Crop11,
		}
	}
	return all
}

// updateDraft puts the articles in place of those in the draft that WeChat has of
// exactly this set, or returns "" where there is none. Repeating it does no harm.
func (d *Desk) updateDraft(ctx context.Context, f *filing, sheets []sent) (string, error) {
	last, err := d.lastFiling(ctx, d.DB, f.Members)
	if err != nil || last == nil || last.State != filed || last.Target != DraftBox {
		return "", err
	}
	for i, article := range drafts(sheets) {
		err := d.WeChat.UpdateDraft(ctx, wechat.DraftUpdate{MediaID: last.MediaID, Index: i, Article: article})
		if isCode(err, codeNoMedia) {
			if _, getErr := d.WeChat.GetDraft(ctx, last.MediaID); isCode(getErr, codeNoMedia) {
				return "", d.setFiling(ctx, last.ID, gone) // somebody has deleted or published it
			}
		}
		if err != nil {
			return "", d.notFiled(ctx, f, sheets, err)
		}
	}
	if err := d.filedAs(ctx, f, last.MediaID); err != nil {
		return "", err
	}
	return last.MediaID, d.setFiling(ctx, last.ID, gone)
}

const codeNoMedia = 40007

func (d *Desk) uploadNews(ctx context.Context, f *filing, sheets []sent) (string, error) {
	all := make([]wechat.Article, len(sheets))
	for i, s := range sheets {
		all[i] = wechat.Article{
			Title: s.Title, Author: s.Author, Digest: s.Digest, Content: s.html, ContentSourceURL: s.ContentSourceURL, ThumbMediaID: s.thumb,
			ShowCoverPic: s.ShowCoverPic, NeedOpenComment: s.NeedOpenComment, OnlyFansCanComment: s.OnlyFansCanComment,
		}
	}
	if err := d.setFiling(ctx, f.ID, adding); err != nil {
		return "", err
	}
	up, err := d.WeChat.UploadNews(ctx, all)
	if err != nil {
		return "", d.notFiled(ctx, f, sheets, err)
	}
	return up.MediaID, d.filedAs(ctx, f, up.MediaID)
}

// notFiled notes that WeChat has refused, where that is certain. A cover that WeChat no
// longer has is forgotten, so that trying again uploads it.
func (d *Desk) notFiled(ctx context.Context, f *filing, sheets []sent, err error) error {
	if unanswered(err) {
		return err
	}
	if isCode(err, codeNoMedia) {
		if err := d.insist(ctx, func(tx *store.Tx) error {
			for _, s := range sheets {
				if _, err := tx.Exec(ctx, "delete from article_sent where account = $1 and usage = 'thumb' and sha256 = $2", d.WeChat.AppID(), s.Cover); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return errors.Join(err, d.setFiling(ctx, f.ID, asked))
}

// lookFor finds the draft that a call without an answer has made: one with these titles
// and covers that is none of those we know.
func (d *Desk) lookFor(ctx context.Context, u Upload, sheets []sent) (string, error) {
	if u.To != DraftBox {
		return "", nil // such material cannot be listed
	}
	page, err := d.WeChat.ListDrafts(ctx, wechat.Page{Count: wechat.MaxPage}, false)
	if err != nil {
		return "", err
	}
	for _, item := range page.Items {
		if len(item.Content.Articles) != len(sheets) {
			continue
		}
		same := true
		for i, a := range item.Content.Articles {
			same = same && a.Title == sheets[i].Title && a.ThumbMediaID == sheets[i].thumb
		}
		var known int
		if err := d.DB.QueryRow(ctx, "select count(*) from article_filing where media_id = $1", item.MediaID).Scan(&known); err != nil {
			return "", err
		}
		if same && known == 0 {
			return item.MediaID, nil
		}
	}
	return "", nil
}
