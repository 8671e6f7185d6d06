package articles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/store"
	"magpie/wechat"
)

//go:embed preview.html
var previewPage string

//go:embed preview.css
var previewStyle string

var previewTemplate = template.Must(template.New("preview").Parse(previewPage))

// Handler serves preview pages below /preview/. It changes nothing, shows nothing
// without a signature of ours, and runs no script.
func (d *shower) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /preview/{article}/{revision}", d.servePage)
	mux.HandleFunc("GET /preview/{article}/{revision}/{account}", d.servePage)
	mux.HandleFunc("GET /preview/image/{sum}", d.serveImage)
	mux.HandleFunc("GET /preview/cover/{article}/{revision}", d.serveCover)
	mux.HandleFunc("GET /preview/cover/{article}/{revision}/{account}", d.serveCover)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", previewPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "private, no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		mux.ServeHTTP(w, r)
	})
}

// The article's styles stand in its elements; the page's own sheet is named by its
// hash. Nothing else is let in, and nothing at all is run.
var previewPolicy = "default-src 'none'; img-src 'self' https://mmbiz.qpic.cn; style-src-elem 'sha256-" + styleHash() + "'; style-src-attr 'unsafe-inline'; " +
	"style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"

func styleHash() string {
	sum := sha256.Sum256([]byte(previewStyle))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func refused(w http.ResponseWriter, status int) {
	http.Error(w, map[int]string{
		http.StatusForbidden: "This link is not valid. Ask for a new one in Slack. 链接无效，请在 Slack 中重新获取。",
		http.StatusGone:      "This link has expired. Ask for a new one in Slack. 链接已过期，请在 Slack 中重新获取。",
		http.StatusNotFound:  "There is nothing here. 这里没有内容。",
	}[status], status)
}

func (d *shower) servePage(w http.ResponseWriter, r *http.Request) {
	until, status := d.mayLook(r)
	if status != http.StatusOK {
		refused(w, status)
		return
	}
	n, revision, ok := which(r)
	if !ok {
		refused(w, http.StatusNotFound)
		return
	}
	account := r.PathValue("account")
	cover := d.signed(previewPath("/preview/cover", n, revision, account), until)
	page, err := d.page(r.Context(), d.appID(account), n, revision, cover, func(sum string) string { return d.signed("/preview/image/"+sum, until) })
	var refusal *cards.Refusal
	switch {
	case errors.As(err, &refusal):
		refused(w, http.StatusNotFound)
	case err != nil:
		d.Log.Error("a preview page failed", "article", n, "error", err)
		http.Error(w, "The page cannot be shown now.", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	}
}

// which is the article and the revision that a path names.
func which(r *http.Request) (n, revision int64, ok bool) {
	n, err1 := strconv.ParseInt(strings.TrimPrefix(r.PathValue("article"), "A"), 10, 64)
	revision, err2 := strconv.ParseInt(r.PathValue("revision"), 10, 64)
	return n, revision, err1 == nil && err2 == nil
}

// appID is that of the account of a name; "" for none.
func (d *shower) appID(account string) string {
	if a, known := d.WeChat.Named(account); known {
		return a.AppID()
	}
	return ""
}

// titleFor is whose article a page shows: an account's, or the only one's.
func (d *shower) titleFor(account string) string {
	if account == "" {
		return d.onlyTitle()
	}
	return d.WeChat.Of(account).Title
}

// page is the preview of a text as an account has it, "": as all have it. cover is the address of its cover, at gives that of an
// image of ours by its hash.
func (d *shower) page(ctx context.Context, account string, n, revision int64, cover string, at func(sum string) string) ([]byte, error) {
	p, err := d.proofFor(ctx, d.DB, account, n, revision)
	if err != nil {
		return nil, err
	}
	// The same call as for the upload; only the addresses of images are other ones.
	o := d.options(account, p.Article, func(src string) string {
		if found := p.find(src); found != nil && found.SHA256 != "" {
			return at(found.SHA256)
		}
		return p.standIn(src)
	})
	o.Notice, o.Name = p.Notice, p.file
	p.drawn.into(&o)
	shown, err := render.Render(p.Revision.Text, o)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = previewTemplate.Execute(&out, map[string]any{
		"Style": template.CSS(previewStyle), "Lang": p.Article.Lang, "Name": name(n), "Revision": p.Revision.N,
		"Title": p.Page.Title, "Account": d.titleFor(account), "Author": p.Page.Author, "Digest": p.Page.Digest, "Cover": cover,
		"HTML":   template.HTML(render.Shown(shown.HTML)), // sanitised by render against its allow-list
		"Length": thousands(p.Page.Length), "ZH": p.Article.Lang == "zh", "At": p.Revision.At.Format("2006-01-02"),
	})
	return out.Bytes(), err
}

func (d *shower) serveImage(w http.ResponseWriter, r *http.Request) {
	if _, status := d.mayLook(r); status != http.StatusOK {
		refused(w, status)
		return
	}
	b, err := d.blob(r.Context(), d.DB, r.PathValue("sum"))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		refused(w, http.StatusNotFound)
	case err != nil:
		http.Error(w, "The image cannot be shown now.", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", b.Mime)
		_, _ = w.Write(b.Data)
	}
}

// serveCover draws the cover anew where it is a generated one: looking changes nothing.
func (d *shower) serveCover(w http.ResponseWriter, r *http.Request) {
	if _, status := d.mayLook(r); status != http.StatusOK {
		refused(w, status)
		return
	}
	n, revision, _ := which(r)
	p, err := d.proofFor(r.Context(), d.DB, d.appID(r.PathValue("account")), n, revision)
	if err != nil {
		refused(w, http.StatusNotFound)
		return
	}
	b, _, err := d.coverOf(r.Context(), d.DB, p)
	if err != nil {
		refused(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", b.Mime)
	_, _ = w.Write(b.Data)
}

// Preview is the private answer to somebody who wants to look: the card with a link,
// and a picture in the thread where a browser is to be had. Refuses as Proof does.
func (d *shower) Preview(ctx context.Context, n int64) (cards.Card, error) {
	c, err := d.Card(ctx, n)
	if err != nil {
		return c, err
	}
	link, until, err := d.Link(ctx, n)
	if err != nil {
		return c, err
	}
	if link == "" {
		c.Body = append([]cards.Text{cards.T("article.no_page")}, c.Body...)
	} else {
		c.Body = append([]cards.Text{cards.T("article.link", "link", cards.Link(link), "at", until)}, c.Body...)
	}
	if d.Browser == "" {
		return c, nil
	}
	a, err := d.Article(ctx, d.DB, n)
	if err != nil {
		return c, err
	}
	p, err := d.Proof(ctx, n, a.Revision)
	if err != nil {
		return c, err
	}
	return c, d.DB.Update(ctx, func(tx *store.Tx) error {
		if p.drawn != nil && len(p.drawn.wanted) > 0 {
			return d.Jobs.Enqueue(ctx, tx, jobGather, gatherJob{Article: n}) // the picture comes after it
		}
		return d.Jobs.Enqueue(ctx, tx, jobPicture, pictureJob{Article: n, Revision: a.Revision, Again: true})
	})
}

// picturePage is a preview that needs no server: the images stand in it. They are put in
// last, for neither the renderer nor the template lets such addresses through.
func (d *shower) picturePage(ctx context.Context, n, revision int64) ([]byte, error) {
	const head = "/preview/image/"
	p, err := d.Proof(ctx, n, revision)
	if err != nil {
		return nil, err
	}
	sums := map[string]bool{}
	page, err := d.page(ctx, "", n, revision, head+"cover", func(sum string) string {
		sums[sum] = true
		return head + sum
	})
	if err != nil {
		return nil, err
	}
	put := func(as string, b blob) {
		data := fmt.Sprintf("src=\"data:%s;base64,%s\"", b.Mime, base64.StdEncoding.EncodeToString(b.Data))
		page = bytes.ReplaceAll(page, []byte(`src="`+head+as+`"`), []byte(data))
	}
	if b, _, err := d.coverOf(ctx, d.DB, p); err == nil {
		put("cover", b)
	}
	for sum := range sums {
		b, err := d.blob(ctx, d.DB, sum)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		put(sum, b)
	}
	return page, nil
}

// onlyTitle is what people call the account that articles are filed with; "" where there are
// several.
func (d *shower) onlyTitle() string {
	var titles []string
	for _, a := range d.WeChat {
		if a.Is() != wechat.MiniProgram {
			titles = append(titles, a.Title)
		}
	}
	if len(titles) != 1 {
		return ""
	}
	return titles[0]
}
