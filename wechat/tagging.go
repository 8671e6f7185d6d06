package wechat

import (
	"context"
	"fmt"
	"unicode/utf8"

	"magpie/wechat/apis"
)

// How many people one call tags, and how long a tag's name is: WeChat's page of
// tags/create says 30 characters, its older table of 45158 30 bytes.
const (
	MaxTagged  = 50
	MaxTagName = 30
)

// TagName checks the name of a tag that is to be created.
func TagName(name string) error {
	var f faults
	f.need("name", name)
	if n := utf8.RuneCountInString(name); n > MaxTagName {
		f.add("name", ruleTooLong, MaxTagName, n)
	}
	return f.err()
}

type tagReply struct {
	answer
	Tag struct {
		ID   looseInt    `json:"id"`
		Name looseString `json:"name"`
	} `json:"tag"`
}

func (r *tagReply) missing(answer) string {
	if !r.Tag.ID.given {
		return "tag.id"
	}
	return ""
}

// CreateTag makes a tag. An account has at most 100.
//
// WeChat: POST /cgi-bin/tags/create
func (c *Client) CreateTag(ctx context.Context, name string) (*Tag, error) {
	if err := TagName(name); err != nil {
		return nil, err
	}
	var in struct {
		Tag struct {
			Name string `json:"name"`
		} `json:"tag"`
	}
	in.Tag.Name = name
	var out tagReply
	if err := c.call(ctx, request{api: apis.TagCreate, in: in, out: &out}); err != nil {
		return nil, err
	}
	return &Tag{ID: out.Tag.ID.n, Name: string(out.Tag.Name)}, nil
}

// codeSomeFailed says that some of the openids named were not tagged or untagged.
const codeSomeFailed = 45171

// codeTaggedAtOnce says that two calls were about one person; nothing was changed.
const codeTaggedAtOnce = 45169

type taggedReply struct {
	answer
	Failed []string `json:"fail_openid_list"`
}

// missing asks for the list of those who failed, where WeChat says that there are some.
func (r *taggedReply) missing(a answer) string {
	switch {
	case !a.ErrCode.given:
		return "errcode"
	case a.ErrCode.n == codeSomeFailed && len(r.Failed) == 0:
		return "fail_openid_list"
	}
	return ""
}

func (r *taggedReply) tolerates(code int) bool { return code == codeSomeFailed }

// TagFollowers gives 1 to 50 followers a tag. Where WeChat did not take some of them it
// names those, and the rest have it. Doing it twice does no harm.
//
// WeChat: POST /cgi-bin/tags/members/batchtagging
func (c *Client) TagFollowers(ctx context.Context, tagID int, openids []string) (failed []string, err error) {
	return c.tagging(ctx, apis.TagAdd, tagID, openids)
}

// UntagFollowers takes a tag from 1 to 50 people, as [Client.TagFollowers] gives it.
//
// WeChat: POST /cgi-bin/tags/members/batchuntagging
func (c *Client) UntagFollowers(ctx context.Context, tagID int, openids []string) (failed []string, err error) {
	return c.tagging(ctx, apis.TagRemove, tagID, openids)
}

func (c *Client) tagging(ctx context.Context, a apis.API, tagID int, openids []string) ([]string, error) {
	var f faults
	if tagID == 0 {
		f.add("tagid", ruleRequired)
	}
	f.between("openid_list", len(openids), 1, MaxTagged)
	for i, id := range openids {
		f.need(fmt.Sprintf("openid_list[%d]", i), id)
	}
	if f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int      `json:"tagid"`
	}{openids, tagID}
	var out taggedReply
	if err := c.call(ctx, request{api: a, in: in, out: &out, to: openids[0]}); err != nil {
		return nil, err
	}
	return out.Failed, nil
}
