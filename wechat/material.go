package wechat

import (
	"context"
	"io"
	"net/url"

	"magpie/wechat/apis"
)

var permanent = map[string]fileRule{
	MediaImage: {10 * mb, []string{"bmp", "png", "jpg", "gif"}},
	MediaVoice: {2 * mb, []string{"mp3", "wma", "wav", "amr"}},
	MediaVideo: {10 * mb, []string{"mp4"}},
	MediaThumb: {64 << 10, []string{"jpg"}},
}

// MaxPage is how many entries a listing gives at most in one call.
const MaxPage = 20

// Material is a file in the account's library. URL is there for images.
type Material struct {
	MediaID string `json:"media_id"`
	URL     string `json:"url,omitempty"`
}

type materialReply struct {
	answer
	MediaID looseString `json:"media_id"`
	URL     looseString `json:"url"`
}

func (r *materialReply) missing(answer) string {
	if r.MediaID == "" {
		return "media_id"
	}
	return ""
}

// AddMaterial files an image (BMP, PNG, JPEG or GIF, 10 MB), a voice (MP3, WMA,
// WAV or AMR, 2 MB, 60 s) or a thumb (JPEG, 64 KB) in the library for good.
// Each call adds one, also of the same file. For a video, see [Client.AddVideo].
//
// WeChat: POST /cgi-bin/material/add_material
func (c *Client) AddMaterial(ctx context.Context, kind string, f File) (*Material, error) {
	rule, ok := permanent[kind]
	if !ok || kind == MediaVideo {
		return nil, wrongKind(kind, MediaImage, MediaVoice, MediaThumb)
	}
	return c.addMaterial(ctx, kind, f, rule)
}

// AddVideo files a video (MP4, 10 MB) in the library, with a title and an
// introduction.
//
// WeChat: POST /cgi-bin/material/add_material
func (c *Client) AddVideo(ctx context.Context, title, introduction string, f File) (*Material, error) {
	var bad faults
	bad.need("title", title)
	if err := bad.err(); err != nil {
		return nil, err
	}
	description, err := encode(struct {
		Title        string `json:"title"`
		Introduction string `json:"introduction"`
	}{title, introduction})
	if err != nil {
		return nil, err
	}
	return c.addMaterial(ctx, MediaVideo, f, permanent[MediaVideo], [2]string{"description", string(description)})
}

func (c *Client) addMaterial(ctx context.Context, kind string, f File, rule fileRule, fields ...[2]string) (*Material, error) {
	file, err := f.prepare(rule, fields...)
	if err != nil {
		return nil, err
	}
	var out materialReply
	if err := c.call(ctx, request{api: apis.AddMaterial, query: url.Values{"type": {kind}}, file: file, out: &out}); err != nil {
		return nil, err
	}
	return &Material{MediaID: string(out.MediaID), URL: string(out.URL)}, nil
}

// mediaID is the body of every call that names one piece of media.
type mediaID struct {
	MediaID string `json:"media_id"`
}

func (m mediaID) check() error {
	var f faults
	f.need("media_id", m.MediaID)
	return f.err()
}

// MaterialContent is what a piece of material holds, where that is no file:
// the articles of news, or where a video can be had.
type MaterialContent struct {
	News        []NewsItem
	Title       string
	Description string
	DownURL     string
}

type materialContentReply struct {
	answer
	NewsItem    []NewsItem  `json:"news_item"`
	Title       looseString `json:"title"`
	Description looseString `json:"description"`
	DownURL     looseString `json:"down_url"`
}

func (r *materialContentReply) missing(answer) string {
	if r.NewsItem == nil && r.DownURL == "" {
		return "news_item"
	}
	return ""
}

// GetMaterial writes an image, a voice or a thumb to w as it comes and returns
// nil, or returns the content of news or of a video and writes nothing.
//
// WeChat: POST /cgi-bin/material/get_material
func (c *Client) GetMaterial(ctx context.Context, id string, w io.Writer) (*MaterialContent, error) {
	in := mediaID{id}
	if err := in.check(); err != nil {
		return nil, err
	}
	var out materialContentReply
	if err := c.call(ctx, request{api: apis.GetMaterial, in: in, out: &out, save: w}); err != nil {
		return nil, err
	}
	if out.missing(answer{}) != "" {
		return nil, nil
	}
	return &MaterialContent{News: out.NewsItem, Title: string(out.Title), Description: string(out.Description), DownURL: string(out.DownURL)}, nil
}
