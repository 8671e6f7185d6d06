package wechat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"magpie/wechat/apis"
)

// What a QR code with a scene holds at most, and how long a temporary one lives.
const (
	MaxQRScene   = 64
	MaxQRExpires = 30 * 24 * time.Hour
)

// QRCode asks for a QR code with a scene, which the events of those who scan it bear.
type QRCode struct {
	Scene     string        // 1 to 64 characters
	Permanent bool          // an account has at most 100,000 of these
	Expires   time.Duration // of a temporary one; 0: as WeChat chooses, a minute
}

// Check holds the scene and the time against WeChat's limits.
func (q QRCode) Check() error {
	var f faults
	f.need("scene_str", q.Scene)
	f.atMost("scene_str", q.Scene, MaxQRScene)
	if !utf8.ValidString(q.Scene) {
		f.add("scene_str", ruleUTF8)
	}
	seconds, most := int(q.Expires/time.Second), int(MaxQRExpires/time.Second)
	switch {
	case q.Permanent && q.Expires != 0:
		f.add("expire_seconds", ruleOneOf, "expire_seconds, QR_LIMIT_STR_SCENE")
	case q.Expires != 0:
		f.between("expire_seconds", seconds, 1, most)
	}
	return f.err()
}

// QRTicket is a QR code that was made.
type QRTicket struct {
	Ticket  string
	URL     string        // what the code says
	Expires time.Duration // 0: never
}

type qrReply struct {
	answer
	Ticket  looseString `json:"ticket"`
	Expires looseInt    `json:"expire_seconds"`
	URL     looseString `json:"url"`
}

func (r *qrReply) missing(answer) string {
	if r.Ticket == "" {
		return "ticket"
	}
	return ""
}

// CreateQRCode makes a QR code with a scene. Each call makes one, which does no harm but
// for the number of permanent ones.
//
// WeChat: POST /cgi-bin/qrcode/create
func (c *Client) CreateQRCode(ctx context.Context, q QRCode) (*QRTicket, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	var in struct {
		Expires int    `json:"expire_seconds,omitempty"`
		Action  string `json:"action_name"`
		Info    struct {
			Scene struct {
				Text string `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	in.Expires, in.Action, in.Info.Scene.Text = int(q.Expires/time.Second), "QR_STR_SCENE", q.Scene
	if q.Permanent {
		in.Action = "QR_LIMIT_STR_SCENE"
	}
	var out qrReply
	if err := c.call(ctx, request{api: apis.QRCreate, in: in, out: &out}); err != nil {
		return nil, err
	}
	return &QRTicket{Ticket: string(out.Ticket), URL: string(out.URL), Expires: time.Duration(out.Expires.n) * time.Second}, nil
}

// apiHost is where the API lives; its stand-ins live elsewhere.
const apiHost = "api.weixin.qq.com"

// qrPicture is where the picture of a code is had, without a token.
const (
	qrPictureHost = "mp.weixin.qq.com"
	qrPicturePath = "/cgi-bin/showqrcode"
	maxQRPicture  = 1 << 20
)

// QRPictureURL is where anybody can see the picture of a code.
func (c *Client) QRPictureURL(ticket string) string {
	at := c.root
	if at.Host == apiHost {
		// A stand-in for the API stands in for this host too.
		at.Scheme, at.Host, at.Path = "https", qrPictureHost, ""
	}
	at.Path += qrPicturePath
	at.RawQuery = url.Values{"ticket": {ticket}}.Encode()
	return at.String()
}

// QRPicture reads the picture of a code, a JPEG. WeChat answers 404 to a wrong ticket.
func (c *Client) QRPicture(ctx context.Context, ticket string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.QRPictureURL(ticket), nil)
	if err != nil {
		return nil, fmt.Errorf("ask for the picture of a code: %w", err)
	}
	resp, err := c.send(req)
	if err != nil {
		return nil, fmt.Errorf("ask for the picture of a code: %w", c.hide.cause(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !isFile(resp.Header) {
		return nil, fmt.Errorf("ask for the picture of a code: HTTP status %d, %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	picture, err := io.ReadAll(io.LimitReader(resp.Body, maxQRPicture))
	if err != nil {
		return nil, fmt.Errorf("read the picture of a code: %w", c.hide.cause(err))
	}
	return picture, nil
}
