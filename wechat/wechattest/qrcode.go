package wechattest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

// QRCode is a code with a scene that was made.
type QRCode struct {
	Ticket    string    `json:"ticket"`
	Scene     string    `json:"scene"`
	Permanent bool      `json:"permanent,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// createQRCode makes a code, by developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode
func (s *Server) createQRCode(c *call) reply {
	var in struct {
		Expires int    `json:"expire_seconds"`
		Action  string `json:"action_name"`
		Info    struct {
			Scene struct {
				ID   json.RawMessage `json:"scene_id"`
				Text string          `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	n := utf8.RuneCountInString(in.Info.Scene.Text)
	id, _ := strconv.Atoi(namedNumber(in.Info.Scene.ID))
	q := QRCode{Scene: in.Info.Scene.Text}
	switch in.Action {
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		if n < 1 || n > 64 {
			return refuse(40053)
		}
	case "QR_SCENE", "QR_LIMIT_SCENE":
		if id < 1 || in.Action == "QR_LIMIT_SCENE" && id > 100_000 {
			return refuse(40053)
		}
		q.Scene = strconv.Itoa(id)
	default:
		return refuse(40052)
	}
	q.Permanent = in.Action == "QR_LIMIT_STR_SCENE" || in.Action == "QR_LIMIT_SCENE"
	q.Ticket = s.id("ticket", 80) + "=="
	out := map[string]any{"ticket": q.Ticket, "url": "http://weixin.qq.com/q/" + s.id("qr", 22)}
	if !q.Permanent {
		seconds := in.Expires
		if seconds <= 0 {
			seconds = 60
		}
		seconds = min(seconds, 30*24*3600)
		q.ExpiresAt = c.now.Add(time.Duration(seconds) * time.Second)
		out["expire_seconds"] = seconds
	}
	s.book.codes = append(s.book.codes, q)
	return reply{bare: true, fields: out}
}

// QRCodes are the codes that were made, oldest first.
func (s *Server) QRCodes() []QRCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]QRCode{}, s.book.codes...)
}

// qrPicture serves the picture of a code as mp.weixin.qq.com does: to anybody. It looks
// like a code and says nothing.
func (s *Server) qrPicture(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/cgi-bin/showqrcode" {
		return false
	}
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	known := false
	for _, q := range s.book.codes {
		known = known || q.Ticket == ticket && (q.Permanent || s.clock().Before(q.ExpiresAt))
	}
	s.mu.Unlock()
	if !known {
		http.NotFound(w, r)
		return true
	}
	const squares, side = 29, 8
	img := image.NewGray(image.Rect(0, 0, squares*side, squares*side))
	for y := range squares * side {
		for x := range squares * side {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", ticket, x/side, y/side))
			img.SetGray(x, y, color.Gray{Y: 255 * (sum[0] & 1)})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err) // it is drawn in memory
	}
	w.Header().Set("Content-Type", "image/jpg")
	w.Write(b.Bytes())
	return true
}
