package articles

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

// TakeBack is what a request to take a published article back holds.
type TakeBack struct {
	Filing    string `json:"filing"`
	Article   int64  `json:"article"`
	ArticleID string `json:"article_id"`
	Number    int    `json:"index"` // of the article among those that were published with it
	Title     string `json:"title"`
	Digest    string `json:"digest,omitempty"`
	URL       string `json:"url"`
}

// codeNoArticle is WeChat's answer where nothing is published under an article_id.
const codeNoArticle = 53600

// mostPublished bounds how many publishings of one article are looked at, the newest first.
const mostPublished = 20

// PublishedOf finds what an account has published of an article, and reads what it says; a
// *cards.Refusal where it has published nothing of it, or has it no more.
func (d *shelf) PublishedOf(ctx context.Context, account string, n int64) (TakeBack, error) {
	if _, err := d.Article(ctx, d.DB, n); err != nil { // a removed one may be published all the same
		return TakeBack{}, err
	}
	fs, err := d.filingsWith(ctx, d.DB, outbox.Accounts{account}, n, "state = 'published'", mostPublished)
	if err != nil {
		return TakeBack{}, err
	}
	stands := slices.IndexFunc(fs, func(f *filing) bool { return f.TakenBack[n].By == 0 })
	switch {
	case len(fs) == 0:
		return TakeBack{}, cards.Refuse("article.take_back_none", "article", name(n))
	case stands < 0:
		return TakeBack{}, cards.Refuse("article.take_back_done", "article", name(n), "what", fs[0].wordsOf(n))
	}
	f := fs[stands]
	t := TakeBack{Filing: f.ID, Article: n, ArticleID: f.ArticleID, Number: f.out().Number(n)}
	items, err := d.standing(ctx, account, t.ArticleID)
	if err != nil {
		return t, err
	}
	title, err := d.titleOf(ctx, n, f.revisionOf(n))
	if err != nil {
		return t, err
	}
	t.Number = placeOf(items, title, t.Number)
	item := at(items, t.Number)
	switch {
	case item == nil:
		return t, cards.Refuse("article.take_back_gone", "article", name(n))
	case strings.TrimSpace(item.Title) != title:
		return t, cards.Refuse("article.take_back_other", "article", name(n), "title", title, "other", item.Title)
	}
	t.Title, t.Digest, t.URL = item.Title, item.Digest, item.URL
	return t, nil
}

// titleOf is the title of an article's text.
func (d *shelf) titleOf(ctx context.Context, n, revision int64) (string, error) {
	r, err := d.Revision(ctx, d.DB, n, revision)
	if err != nil {
		return "", err
	}
	title, _, _, _, _ := EditForm(r.Text, 0, 1<<20)
	return strings.TrimSpace(title), nil
}

// placeOf is where an article stands among those that were published together, from 1. Whoever
// has edited the draft in WeChat's console may have put it elsewhere: then it is the only one
// of its title, and else where it was put.
func placeOf(items []wechat.NewsItem, title string, put int) int {
	if item := at(items, put); item != nil && strings.TrimSpace(item.Title) == title {
		return put
	}
	var found []int
	for i, item := range items {
		if !bool(item.IsDeleted) && strings.TrimSpace(item.Title) == title {
			found = append(found, i+1)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return put
}

// at is the article at a place from 1; nil where there is none, or WeChat has deleted it.
func at(items []wechat.NewsItem, number int) *wechat.NewsItem {
	if number < 1 || number > len(items) || bool(items[number-1].IsDeleted) {
		return nil
	}
	return &items[number-1]
}

// standing are the articles that were published together as WeChat has them; none where it
// has deleted them.
func (d *shelf) standing(ctx context.Context, account, articleID string) ([]wechat.NewsItem, error) {
	content, err := d.WeChat.Of(account).GetPublished(ctx, articleID)
	if isCode(err, codeNoArticle) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return content.Articles, nil
}

// ErrOther says that another article stands where the approved one was.
var ErrOther = errors.New("another article stands at its place")

// StillThere reports whether WeChat has a published article yet; ErrOther where what it has
// is not what was approved to be deleted.
func (d *shelf) StillThere(ctx context.Context, account string, t TakeBack) (bool, error) {
	items, err := d.standing(ctx, account, t.ArticleID)
	item := at(items, t.Number)
	if err == nil && item != nil && item.Title != t.Title {
		err = ErrOther
	}
	return item != nil, err
}

// Contents shows a taking back to the letter.
func (t TakeBack) Contents() []cards.Content {
	all := []cards.Content{{Label: "title", Text: t.Title}}
	if t.Digest != "" {
		all = append(all, cards.Content{Label: "digest", Text: t.Digest})
	}
	return append(all, cards.Content{Label: "url", Text: t.URL, Link: true}, called("", "content.articles", name(t.Article)),
		cards.Content{Label: "article_id", Text: t.ArticleID}, cards.Content{Label: "index", Text: strconv.Itoa(t.Number)})
}

// Kept is what is taken back.
func (t TakeBack) Kept() []outbox.Kept {
	return []outbox.Kept{{What: "articles", Is: name(t.Article)}, {What: "title", Is: t.Title}, {What: "digest", Is: t.Digest}}
}

// TookBack notes, in the transaction of what it belongs to, that WeChat has deleted an
// article that was published.
func (d *filer) TookBack(ctx context.Context, tx *store.Tx, t TakeBack, by int64) error {
	f, err := d.lockedFiling(ctx, tx, t.Filing)
	if err != nil {
		return err
	}
	return d.tookBack(ctx, tx, f, []int64{t.Article}, by)
}

// TookBackSent is TookBack of a mass message: of one of the articles that a draft had, from 1,
// or (0) of all. What was sent and is none of the articles here changes nothing.
func (d *filer) TookBackSent(ctx context.Context, tx *store.Tx, account, mediaID string, number int, by int64) error {
	f, err := d.filingOf(ctx, tx, account, mediaID)
	if err != nil || f == nil {
		return err
	}
	if f, err = d.lockedFiling(ctx, tx, f.ID); err != nil {
		return err
	}
	gone := f.Members
	switch {
	case number > len(gone):
		return nil // somebody has put an article into the draft elsewhere
	case number > 0:
		gone = f.Members[number-1 : number]
	}
	return d.tookBack(ctx, tx, f, gone, by)
}

// lockedFiling reads a filing that nobody else changes until the transaction ends.
func (d *shelf) lockedFiling(ctx context.Context, tx *store.Tx, id string) (*filing, error) {
	if _, err := tx.Exec(ctx, "update article_filing set id = id where id = $1", id); err != nil {
		return nil, err
	}
	return d.filingByID(ctx, tx, id)
}

func (d *filer) tookBack(ctx context.Context, tx *store.Tx, f *filing, gone []int64, by int64) error {
	if f.TakenBack == nil {
		f.TakenBack = map[int64]takenBack{}
	}
	for _, n := range gone {
		f.TakenBack[n] = takenBack{by, store.Millis(d.Now())}
	}
	raw, err := json.Marshal(f.TakenBack)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update article_filing set taken_back = $2 where id = $1", f.ID, string(raw)); err != nil {
		return err
	}
	for _, n := range gone {
		if err := d.noteSelf(ctx, tx, n, "taken_back", d.noteIn(f.Account, "#"+strconv.FormatInt(by, 10))); err != nil {
			return err
		}
		if err := d.redraw(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
