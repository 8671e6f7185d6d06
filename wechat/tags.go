package wechat

import (
	"context"
	"iter"

	"magpie/wechat/apis"
)

// Tag is a group of followers.
type Tag struct {
	ID    int
	Name  string
	Count int
}

type tagsReply struct {
	answer
	Tags []struct {
		ID    looseInt    `json:"id"`
		Name  looseString `json:"name"`
		Count looseInt    `json:"count"`
	} `json:"tags"`
}

func (r *tagsReply) missing(answer) string {
	if r.Tags == nil {
		return "tags"
	}
	return ""
}

// Tags lists the account's tags with how many followers each has.
//
// WeChat: GET /cgi-bin/tags/get
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var out tagsReply
	if err := c.call(ctx, request{api: apis.TagsGet, out: &out}); err != nil {
		return nil, err
	}
	all := []Tag{}
	for _, t := range out.Tags {
		all = append(all, Tag{ID: t.ID.n, Name: string(t.Name), Count: t.Count.n})
	}
	return all, nil
}

// TagPage reads one page of the followers with a tag; next is "" for the first.
//
// WeChat: POST /cgi-bin/user/tag/get
func (c *Client) TagPage(ctx context.Context, tagID int, next string) (*FollowerPage, error) {
	var f faults
	if tagID == 0 {
		f.add("tagid", ruleRequired)
		return nil, f.err()
	}
	in := struct {
		TagID int    `json:"tagid"`
		Next  string `json:"next_openid,omitempty"`
	}{tagID, next}
	var out followersReply
	if err := c.call(ctx, request{api: apis.TagPeople, in: in, out: &out, to: next}); err != nil {
		return nil, err
	}
	return out.page(), nil
}

// Tagged walks through all followers with a tag. An error ends the walk.
//
// WeChat: POST /cgi-bin/user/tag/get
func (c *Client) Tagged(ctx context.Context, tagID int) iter.Seq2[string, error] {
	return walk(func(next string) (*FollowerPage, error) { return c.TagPage(ctx, tagID, next) })
}
