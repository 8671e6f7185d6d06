package articles

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"magpie/cards"
	"magpie/outbox"
)

// PublishedAs is what an account published an article as.
type PublishedAs struct {
	ArticleID string
	MsgDataID string   // names it for its comments; "" where WeChat did not say
	Index     int      // which of those that were published together, from 0
	URL       string   // where it can be read
	Articles  []string // "A3 r2 Title", all that were published together
}

// SentOrPublished is Published, or what a mass message with an article's draft was sent as,
// whichever was filed last. What was only uploaded since does not count.
func (d *shelf) SentOrPublished(ctx context.Context, account string, n int64) (PublishedAs, error) {
	if _, err := d.present(ctx, d.DB, n); err != nil {
		return PublishedAs{}, err
	}
	all, err := d.filingsWith(ctx, d.DB, outbox.Accounts{account}, n, "media_id <> ''", mostPublished)
	if err != nil {
		return PublishedAs{}, err
	}
	for _, f := range all {
		if f.TakenBack[n].By > 0 {
			continue
		}
		if f.State == filingPublished {
			return d.publishedAs(ctx, f, n)
		}
		id, err := d.Outbox.SentAs(ctx, account, massSend, f.MediaID, "msg_data_id")
		if err != nil || id != "" {
			return PublishedAs{MsgDataID: id, Index: max(0, slices.Index(f.Members, n))}, err
		}
	}
	return PublishedAs{}, cards.Refuse("article.not_published", "article", name(n))
}

// Published finds what an account published an article as, the newest that stands. Refuses
// where it was not published.
func (d *shelf) Published(ctx context.Context, account string, n int64) (PublishedAs, error) {
	if _, err := d.present(ctx, d.DB, n); err != nil {
		return PublishedAs{}, err
	}
	all, err := d.filingsWith(ctx, d.DB, outbox.Accounts{account}, n, "state = 'published'", mostPublished)
	if err != nil {
		return PublishedAs{}, err
	}
	all = slices.DeleteFunc(all, func(f *filing) bool { return f.TakenBack[n].By > 0 })
	if len(all) == 0 {
		return PublishedAs{}, cards.Refuse("article.not_published", "article", name(n))
	}
	return d.publishedAs(ctx, all[0], n)
}

// publishedAs is what a filing was published as.
func (d *shelf) publishedAs(ctx context.Context, f *filing, n int64) (PublishedAs, error) {
	p := PublishedAs{ArticleID: f.ArticleID, MsgDataID: f.MsgDataID}
	for i, member := range f.Members {
		r, err := d.Revision(ctx, d.DB, member, f.Revisions[i])
		if err != nil {
			return p, err
		}
		title, _, _, _, _ := EditForm(r.Text, 0, 1<<20)
		p.Articles = append(p.Articles, fmt.Sprintf("%s r%d %s", name(member), f.Revisions[i], title))
		if member == n {
			p.Index = i
		}
	}
	if p.Index < len(f.URLs) {
		p.URL = f.URLs[p.Index]
	}
	if p.MsgDataID == "" {
		p.MsgDataID = msgDataIn(p.URL)
	}
	return p, nil
}

// msgDataIn is the msg_data_id in the long form of an article's address, which bears it as
// mid (developers.weixin.qq.com/doc/service/api/wedata/news: msgid is msg_data_id_index);
// "" in the short form. What was published before magpie kept the id has no other trace of it.
func msgDataIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("mid")
}
