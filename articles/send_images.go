package articles

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"strings"

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

// readyArticle is an article of an upload with WeChat's addresses and ids in it.
type readyArticle struct {
	UploadArticle
	html  string
	thumb string
}

// sendImages uploads the images and covers that an account has not got, one by one. Each is
// noted before the next; one that was under way when magpie died goes up again, which
// harms nobody: docs/decisions/0016.
func (d *filer) sendImages(ctx context.Context, account string, u Upload) ([]readyArticle, error) {
	wx := d.WeChat.Of(account)
	var ready []readyArticle
	for _, s := range u.Articles {
		out := readyArticle{UploadArticle: s, html: s.Content}
		fail := func(i int, as string, err error) error {
			return &ImageError{Name: as, Article: s.Article, N: i, Of: len(s.Images) + 1, Err: err}
		}
		for i, image := range s.Images {
			address, err := d.send(ctx, account, "content", image.SHA256, func(b blob) (string, error) {
				return uploadContent(ctx, wx, b)
			})
			if err != nil {
				return nil, fail(i+1, image.Name, err)
			}
			out.html = strings.ReplaceAll(out.html, standInHead+image.SHA256+standInTail, html.EscapeString(address))
		}
		var err error
		if out.thumb, err = d.send(ctx, account, "thumb", s.Cover, func(b blob) (string, error) {
			m, err := wx.AddMaterial(ctx, wechat.MediaThumb, wechat.File{Name: fileName(b), Body: bytes.NewReader(b.Data)})
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
		ready = append(ready, out)
	}
	return ready, nil
}

// send uploads an image unless the account has it, and notes what WeChat calls it.
func (d *filer) send(ctx context.Context, account, usage, sum string, upload func(blob) (string, error)) (string, error) {
	var reply string
	err := d.DB.QueryRow(ctx, "select coalesce(max(reply), '') from article_sent where account = $1 and usage = $2 and sha256 = $3", account, usage, sum).Scan(&reply)
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
			account, usage, sum, reply, store.Millis(d.Now()))
		return err
	})
}

// uploadContent uploads an image for the inside of articles. WeChat's uploadimg takes JPEG
// and PNG below 1 MB alone; a GIF goes into the library, which takes it up to 10 MB and
// gives an address on WeChat's own domains:
// developers.weixin.qq.com/doc/offiaccount/Asset_Management/Adding_Permanent_Assets.html
func uploadContent(ctx context.Context, wx wechat.Account, b blob) (string, error) {
	file := wechat.File{Name: fileName(b), Body: bytes.NewReader(b.Data)}
	if b.Mime != "image/gif" {
		return wx.UploadImage(ctx, file)
	}
	m, err := wx.AddMaterial(ctx, wechat.MediaImage, file)
	if err != nil {
		return "", err
	}
	if m.URL == "" {
		return "", fmt.Errorf("WeChat filed %s and gave no address of it", m.MediaID)
	}
	return m.URL, nil
}

func fileName(b blob) string {
	return b.SHA256[:16] + map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}[b.Mime]
}
