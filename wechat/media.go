package wechat

import (
	"context"
	"net/url"
	"time"
)

var (
	uploadImg   = api{"POST", "/cgi-bin/media/uploadimg"}
	uploadMedia = api{"POST", "/cgi-bin/media/upload"}
)

// The kinds of media. Each has its own limits; see [Client.UploadMedia] and
// [Client.AddMaterial].
const (
	MediaImage = "image"
	MediaVoice = "voice"
	MediaVideo = "video"
	MediaThumb = "thumb"
	MediaNews  = "news" // for listing alone
)

const mb = 1 << 20

var (
	// WeChat's page says "below 1 MB".
	contentImage = fileRule{mb - 1, []string{"jpg", "png"}}

	temporary = map[string]fileRule{
		MediaImage: {10 * mb, []string{"jpg", "png", "gif"}},
		MediaVoice: {2 * mb, []string{"amr", "mp3"}},
		MediaVideo: {10 * mb, []string{"mp4"}},
		MediaThumb: {64 << 10, []string{"jpg"}},
	}
)

type urlReply struct {
	answer
	URL looseString `json:"url"`
}

func (r *urlReply) missing(answer) string {
	if r.URL == "" {
		return "url"
	}
	return ""
}

// UploadImage uploads an image for the inside of an article and returns the
// address to use in its HTML. JPEG or PNG, below 1 MB; it counts against no
// limit of the material library. Uploading one twice does no harm.
//
// WeChat: POST /cgi-bin/media/uploadimg
func (c *Client) UploadImage(ctx context.Context, f File) (string, error) {
	file, err := f.prepare(contentImage)
	if err != nil {
		return "", err
	}
	var out urlReply
	if err := c.call(ctx, request{api: uploadImg, file: file, out: &out}); err != nil {
		return "", err
	}
	return string(out.URL), nil
}

// UploadedMedia is a temporary file at WeChat. It lives for 3 days.
type UploadedMedia struct {
	Type      string    `json:"type"`
	MediaID   string    `json:"media_id"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

type mediaReply struct {
	answer
	Type         looseString `json:"type"`
	MediaID      looseString `json:"media_id"`
	ThumbMediaID looseString `json:"thumb_media_id"` // in place of media_id for a thumb
	CreatedAt    looseTime   `json:"created_at"`
}

func (r *mediaReply) missing(answer) string {
	if r.MediaID == "" {
		r.MediaID = r.ThumbMediaID
	}
	if r.MediaID == "" {
		return "media_id"
	}
	return ""
}

// UploadMedia uploads a file that WeChat keeps for 3 days: an image (JPEG, PNG
// or GIF, 10 MB), a voice (AMR or MP3, 2 MB, 60 s), a video (MP4, 10 MB) or a
// thumb (JPEG, 64 KB). Uploading one twice does no harm.
//
// WeChat: POST /cgi-bin/media/upload
func (c *Client) UploadMedia(ctx context.Context, kind string, f File) (*UploadedMedia, error) {
	rule, ok := temporary[kind]
	if !ok {
		return nil, wrongKind(kind, MediaImage, MediaVoice, MediaVideo, MediaThumb)
	}
	file, err := f.prepare(rule)
	if err != nil {
		return nil, err
	}
	var out mediaReply
	if err := c.call(ctx, request{api: uploadMedia, query: url.Values{"type": {kind}}, file: file, out: &out}); err != nil {
		return nil, err
	}
	return &UploadedMedia{Type: string(out.Type), MediaID: string(out.MediaID), CreatedAt: out.CreatedAt.Time}, nil
}

func wrongKind(kind string, allowed ...string) error {
	var f faults
	if f.need("type", kind); kind != "" {
		f.oneOf("type", kind, allowed...)
	}
	return f.err()
}
