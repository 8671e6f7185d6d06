package wechat

import (
	"context"
	"time"

	"magpie/wechat/apis"
)

// AddDraft files 1 to 8 articles as one draft and returns its media_id, which
// changes no more. The draft is gone once it is published or mass-sent.
//
// WeChat: POST /cgi-bin/draft/add
func (c *Client) AddDraft(ctx context.Context, articles []DraftArticle) (string, error) {
	d := Draft{articles}
	if err := d.Check(); err != nil {
		return "", err
	}
	var out materialReply
	if err := c.call(ctx, request{api: apis.DraftAdd, in: d, out: &out}); err != nil {
		return "", err
	}
	return string(out.MediaID), nil
}

// DraftUpdate is what UpdateDraft sends: one article in place of the one that
// stands at Index (from 0). WeChat takes it as an object here, not as a list.
type DraftUpdate struct {
	MediaID string       `json:"media_id"`
	Index   int          `json:"index"`
	Article DraftArticle `json:"articles"`
}

// Check asks for the media_id, an index of 0 to 7 and a good article.
func (u DraftUpdate) Check() error {
	var f faults
	f.need("media_id", u.MediaID)
	f.between("index", u.Index, 0, MaxArticles-1)
	u.Article.check(&f, "articles.")
	return f.err()
}

// UpdateDraft replaces one article of a draft. Repeating it does no harm.
//
// WeChat: POST /cgi-bin/draft/update
func (c *Client) UpdateDraft(ctx context.Context, u DraftUpdate) error {
	if err := u.Check(); err != nil {
		return err
	}
	return c.call(ctx, request{api: apis.DraftUpdate, in: u, out: &done{}})
}

// GetDraft reads a draft.
//
// WeChat: POST /cgi-bin/draft/get
func (c *Client) GetDraft(ctx context.Context, id string) (*NewsContent, error) {
	in := mediaID{id}
	if err := in.check(); err != nil {
		return nil, err
	}
	var out newsContent
	if err := c.call(ctx, request{api: apis.DraftGet, in: in, out: &out}); err != nil {
		return nil, err
	}
	return out.content(), nil
}

// DraftItem is one draft of a listing.
type DraftItem struct {
	MediaID    string
	Content    NewsContent
	UpdateTime time.Time
}

// DraftPage is part of the draft box.
type DraftPage struct {
	Total int
	Items []DraftItem
}

// ListDrafts lists the draft box. Without content the HTML is left out.
//
// WeChat: POST /cgi-bin/draft/batchget
func (c *Client) ListDrafts(ctx context.Context, p Page, content bool) (*DraftPage, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var out newsPageReply
	if err := c.call(ctx, request{api: apis.DraftList, in: newsPage{p, noContent(content)}, out: &out}); err != nil {
		return nil, err
	}
	page := &DraftPage{Total: out.TotalCount.n}
	for _, i := range out.Item {
		page.Items = append(page.Items, DraftItem{MediaID: string(i.MediaID), Content: *i.Content.content(), UpdateTime: i.UpdateTime.Time})
	}
	return page, nil
}
