package playground_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// caller speaks to one account's WeChat as any client does.
type caller struct{ base, token string }

func newCaller(t *testing.T, env map[string]string, account string) caller {
	t.Helper()
	c := caller{base: env["WECHAT_"+account+"_API_URL"]}
	var got struct {
		Token string `json:"access_token"`
	}
	resp, err := http.Get(c.base + "/cgi-bin/token?grant_type=client_credential&appid=" + env["WECHAT_"+account+"_APP_ID"] + "&secret=" + env["WECHAT_"+account+"_APP_SECRET"])
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Token == "" {
		t.Fatalf("token: %v", err)
	}
	c.token = got.Token
	return c
}

// answered is what came back from a call.
type answered struct {
	Code    int       `json:"errcode"`
	Msg     string    `json:"errmsg"`
	MediaID string    `json:"media_id"`
	MsgID   int64     `json:"msg_id"`
	News    []article `json:"news_item"`
}

func (c caller) call(t *testing.T, path string, body any) answered {
	t.Helper()
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false) // WeChat takes no \u escapes
	if err := e.Encode(body); err != nil {
		t.Fatal(err)
	}
	return c.post(t, path, "application/json", &raw)
}

func (c caller) post(t *testing.T, path, kind string, body io.Reader) (got answered) {
	t.Helper()
	with := "?"
	if strings.Contains(path, "?") {
		with = "&"
	}
	resp, err := http.Post(c.base+path+with+"access_token="+c.token, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Code != 0 {
		t.Fatalf("POST %s = %+v, %v", path, got, err)
	}
	return got
}

// image files a picture for good.
func (c caller) image(t *testing.T) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 90, 60))
	for i := range 90 * 60 {
		picture.Set(i%90, i/90, color.RGBA{R: uint8(i % 90 * 2), G: 160, B: uint8(i / 90 * 3), A: 255})
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("media", "tea.png")
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	form.Close()
	return c.post(t, "/cgi-bin/material/add_material?type=image", form.FormDataContentType(), &body).MediaID
}

type article struct {
	Title        string `json:"title"`
	ThumbMediaID string `json:"thumb_media_id"`
	Content      string `json:"content"`
}

func (c caller) draft(t *testing.T, articles ...article) string {
	t.Helper()
	return c.call(t, "/cgi-bin/draft/add", map[string]any{"articles": articles}).MediaID
}
