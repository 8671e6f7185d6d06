package wechat

import (
	"context"
	"time"

	"magpie/wechat/apis"
)

// PublishedItem is one publishing of a listing.
type PublishedItem struct {
	ArticleID  string
	Content    NewsContent
	UpdateTime time.Time
}

// PublishedPage is part of what was published.
type PublishedPage struct {
	Total int
	Items []PublishedItem
}

// ListPublished lists what was published, the newest first; what was sent to people as a mass
// message is not among it. Without content the HTML is left out.
//
// WeChat: POST /cgi-bin/freepublish/batchget
func (c *Client) ListPublished(ctx context.Context, p Page, content bool) (*PublishedPage, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var out newsPageReply
	if err := c.call(ctx, request{api: apis.PublishList, in: newsPage{p, noContent(content)}, out: &out}); err != nil {
		return nil, err
	}
	page := &PublishedPage{Total: out.TotalCount.n}
	for _, i := range out.Item {
		page.Items = append(page.Items, PublishedItem{ArticleID: string(i.ArticleID), Content: *i.Content.content(), UpdateTime: i.UpdateTime.Time})
	}
	return page, nil
}
