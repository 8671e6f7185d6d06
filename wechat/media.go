package wechat

import (
	"context"

	"magpie/wechat/apis"
)

// The kinds of media. Each has its own limits; see [Client.AddMaterial].
const (
	MediaImage = "image"
	MediaVoice = "voice"
	MediaVideo = "video"
	MediaThumb = "thumb"
	MediaNews  = "news" // for listing alone
)

const mb = 1 << 20

// contentImage: WeChat's page says "below 1 MB".
var contentImage = fileRule{mb - 1, []string{"jpg", "png"}}

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
	if err := c.call(ctx, request{api: apis.UploadImg, file: file, out: &out}); err != nil {
		return "", err
	}
	return string(out.URL), nil
}

func wrongKind(kind string, allowed ...string) error {
	var f faults
	if f.need("type", kind); kind != "" {
		f.oneOf("type", kind, allowed...)
	}
	return f.err()
}
