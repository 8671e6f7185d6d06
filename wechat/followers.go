package wechat

import (
	"context"
	"iter"
	"net/url"

	"magpie/wechat/apis"
)

// FollowerPage is up to 10,000 openids.
type FollowerPage struct {
	Total   int // of all pages; 0 where WeChat does not say
	OpenIDs []string
	Next    string // asks for the next page; "" after the last
}

type followersReply struct {
	answer
	Total looseInt `json:"total"`
	Count looseInt `json:"count"`
	Data  struct {
		OpenID []string `json:"openid"`
	} `json:"data"`
	Next looseString `json:"next_openid"`
}

func (r *followersReply) missing(answer) string {
	if !r.Count.given && !r.Total.given && r.Data.OpenID == nil {
		return "count"
	}
	return ""
}

// page ends the listing where WeChat gives nobody: it may repeat the last
// openid as next_openid for ever.
func (r *followersReply) page() *FollowerPage {
	p := &FollowerPage{Total: r.Total.n, OpenIDs: r.Data.OpenID, Next: string(r.Next)}
	if len(p.OpenIDs) == 0 {
		p.Next = ""
	}
	return p
}

// FollowerPage reads one page of the account's followers; next is "" for the first.
//
// WeChat: GET /cgi-bin/user/get
func (c *Client) FollowerPage(ctx context.Context, next string) (*FollowerPage, error) {
	query := url.Values{}
	if next != "" {
		query.Set("next_openid", next)
	}
	var out followersReply
	if err := c.call(ctx, request{api: apis.UserGet, query: query, out: &out, to: next}); err != nil {
		return nil, err
	}
	return out.page(), nil
}

// Followers walks through all followers, page by page. An error ends the walk.
//
// WeChat: GET /cgi-bin/user/get
func (c *Client) Followers(ctx context.Context) iter.Seq2[string, error] {
	return walk(func(next string) (*FollowerPage, error) { return c.FollowerPage(ctx, next) })
}

func walk(read func(next string) (*FollowerPage, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for next := ""; ; {
			page, err := read(next)
			if err != nil {
				yield("", err)
				return
			}
			for _, id := range page.OpenIDs {
				if !yield(id, nil) {
					return
				}
			}
			if page.Next == "" || page.Next == next {
				return
			}
			next = page.Next
		}
	}
}
