package wechat

import (
	"context"
	"encoding/json"
	"time"

	"magpie/wechat/apis"
)

// MaxComments is how many comments one call lists: WeChat's page refuses 50.
const MaxComments = 49

// Commented is the article that comments belong to: one of those that were sent or
// published together, counted from 0.
type Commented struct {
	MsgDataID string
	Index     int
}

// commented is a Commented on the wire.
type commented struct {
	MsgDataID json.Number `json:"msg_data_id"`
	Index     int         `json:"index"`
}

func (a Commented) wire(f *faults) commented {
	id, err := massID(a.MsgDataID)
	if err != nil {
		for _, e := range FieldErrors(err) {
			f.add("msg_data_id", e.Rule)
		}
	}
	f.between("index", a.Index, 0, MaxArticles-1)
	return commented{id, a.Index}
}

// Comment is what somebody wrote below an article. OpenID is "" where they did so under a
// name that is not WeChat's.
type Comment struct {
	ID       string
	OpenID   string
	At       time.Time
	Text     string
	Featured bool
	Reply    string // "" where there is none
	ReplyAt  time.Time
}

// CommentPage is part of an article's comments, the latest first.
type CommentPage struct {
	Comments []Comment
	More     bool // the page was full
}

type commentsReply struct {
	answer
	Comment []struct {
		ID     looseString `json:"user_comment_id"`
		OpenID looseString `json:"openid"`
		At     looseTime   `json:"create_time"`
		Text   looseString `json:"content"`
		Type   looseInt    `json:"comment_type"`
		Reply  *struct {
			Text looseString `json:"content"`
			At   looseTime   `json:"create_time"`
		} `json:"reply"`
	} `json:"comment"`
}

func (r *commentsReply) missing(a answer) string {
	if r.Comment == nil && !a.ErrCode.given {
		return "comment"
	}
	return ""
}

// Which comments are listed.
const (
	AllComments      = 0
	NormalComments   = 1
	FeaturedComments = 2
)

// Comments lists an article's comments from a place on. WeChat's total is that of the
// answer and not of the article, so a page that is full may not be the last.
//
// WeChat: POST /cgi-bin/comment/list
func (c *Client) Comments(ctx context.Context, of Commented, from, count, kind int) (*CommentPage, error) {
	var f faults
	in := struct {
		commented
		Begin int `json:"begin"`
		Count int `json:"count"`
		Type  int `json:"type"`
	}{of.wire(&f), from, count, kind}
	f.between("begin", from, 0, 1<<30)
	f.between("count", count, 1, MaxComments)
	if f.between("type", kind, AllComments, FeaturedComments); f.err() != nil {
		return nil, f.err()
	}
	var out commentsReply
	if err := c.call(ctx, request{api: apis.CommentList, in: in, out: &out}); err != nil {
		return nil, err
	}
	page := &CommentPage{More: len(out.Comment) >= count}
	for _, one := range out.Comment {
		comment := Comment{ID: string(one.ID), OpenID: string(one.OpenID), At: one.At.Time, Text: string(one.Text), Featured: one.Type.n == 1}
		if r := one.Reply; r != nil {
			comment.Reply, comment.ReplyAt = string(r.Text), r.At.Time
		}
		page.Comments = append(page.Comments, comment)
	}
	return page, nil
}

// OpenComments lets people comment on an article.
//
// WeChat: POST /cgi-bin/comment/open
func (c *Client) OpenComments(ctx context.Context, of Commented) error {
	return c.comment(ctx, apis.CommentOpen, of)
}

// CloseComments lets nobody comment on an article any more.
//
// WeChat: POST /cgi-bin/comment/close
func (c *Client) CloseComments(ctx context.Context, of Commented) error {
	return c.comment(ctx, apis.CommentClose, of)
}

// FeatureComment has everybody see a comment below the article.
//
// WeChat: POST /cgi-bin/comment/markelect
func (c *Client) FeatureComment(ctx context.Context, of Commented, id string) error {
	return c.commentOn(ctx, apis.CommentElect, of, id, "")
}

// UnfeatureComment takes that back.
//
// WeChat: POST /cgi-bin/comment/unmarkelect
func (c *Client) UnfeatureComment(ctx context.Context, of Commented, id string) error {
	return c.commentOn(ctx, apis.CommentUnelect, of, id, "")
}

// DeleteComment deletes a comment for good.
//
// WeChat: POST /cgi-bin/comment/delete
func (c *Client) DeleteComment(ctx context.Context, of Commented, id string) error {
	return c.commentOn(ctx, apis.CommentDelete, of, id, "")
}

// ReplyToComment answers a comment; one that has an answer is refused with 88005.
//
// WeChat: POST /cgi-bin/comment/reply/add
func (c *Client) ReplyToComment(ctx context.Context, of Commented, id, text string) error {
	var f faults
	if f.need("content", text); f.err() != nil {
		return f.err()
	}
	return c.commentOn(ctx, apis.CommentReply, of, id, text)
}

// DeleteReply takes the answer to a comment away.
//
// WeChat: POST /cgi-bin/comment/reply/delete
func (c *Client) DeleteReply(ctx context.Context, of Commented, id string) error {
	return c.commentOn(ctx, apis.CommentReplyDelete, of, id, "")
}

// commentOn does what is to be done to one comment.
func (c *Client) commentOn(ctx context.Context, a apis.API, of Commented, id, text string) error {
	var f faults
	in := struct {
		commented
		ID   json.Number `json:"user_comment_id"`
		Text string      `json:"content,omitempty"`
	}{commented: of.wire(&f), Text: text}
	if n, err := massID(id); err == nil {
		in.ID = n
	} else {
		for _, e := range FieldErrors(err) {
			f.add("user_comment_id", e.Rule)
		}
	}
	if f.err() != nil {
		return f.err()
	}
	return c.call(ctx, request{api: a, in: in, out: &done{}})
}

// comment does what is to be done to all comments of an article.
func (c *Client) comment(ctx context.Context, a apis.API, of Commented) error {
	var f faults
	in := of.wire(&f)
	if f.err() != nil {
		return f.err()
	}
	return c.call(ctx, request{api: a, in: in, out: &done{}})
}
