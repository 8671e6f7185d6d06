package wechat

import (
	"context"
	"errors"
	"net/url"

	"magpie/wechat/apis"
)

// codeNoMedia is how WeChat answers for a media_id that is of nothing.
const codeNoMedia = 40007

type temporaryReply struct {
	answer
	VideoURL looseString `json:"video_url"`
}

func (r *temporaryReply) missing(answer) string {
	if r.VideoURL == "" {
		return "video_url"
	}
	return ""
}

// TemporaryMedia reports whether a temporary image, voice or video is there: it is for
// 3 days. The file itself is not read.
//
// WeChat: GET /cgi-bin/media/get
func (c *Client) TemporaryMedia(ctx context.Context, id string) (bool, error) {
	if err := (mediaID{id}).check(); err != nil {
		return false, err
	}
	var out temporaryReply
	return isThere(func(begun *beginning) error {
		return c.call(ctx, request{api: apis.GetMedia, query: url.Values{"media_id": {id}}, out: &out, save: begun})
	})
}

// KnowsMedia reports whether the account has an image, a voice or a video under id: in
// its library, or for 3 days.
func (c *Client) KnowsMedia(ctx context.Context, id string) (bool, error) {
	known, err := isThere(func(begun *beginning) error {
		_, err := c.GetMaterial(ctx, id, begun)
		return err
	})
	if known || err != nil {
		return known, err
	}
	return c.TemporaryMedia(ctx, id)
}

// isThere asks for a file: that it begins to come is enough.
func isThere(ask func(*beginning) error) (bool, error) {
	var begun beginning
	err := ask(&begun)
	var failed *Error
	switch {
	case begun.came:
		return true, nil
	case errors.As(err, &failed) && failed.Code == codeNoMedia:
		return false, nil
	}
	return err == nil, err
}

// beginning takes the first bytes of a file and wants no more.
type beginning struct{ came bool }

var errEnough = errors.New("no more of the file is wanted")

func (b *beginning) Write([]byte) (int, error) {
	b.came = true
	return 0, errEnough
}

// News are the articles of permanent material, as it was kept before there were drafts;
// nil where the id is of none.
//
// WeChat: POST /cgi-bin/material/get_material
func (c *Client) News(ctx context.Context, id string) ([]NewsItem, error) {
	var begun beginning
	content, err := c.GetMaterial(ctx, id, &begun)
	var failed *Error
	switch {
	case begun.came || errors.As(err, &failed) && failed.Code == codeNoMedia:
		return nil, nil
	case err != nil || content == nil:
		return nil, err
	}
	return content.News, nil
}
